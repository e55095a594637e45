import { escapeHtml } from "./http.ts";
import {
  parseTemplate,
  type TemplateVariables,
  tryParse,
} from "./templates.ts";

/** The mails that carry a code or a link. */
export type MailType =
  | "confirmation"
  | "invite"
  | "recovery"
  | "magic_link"
  | "email_change"
  | "reauthentication";

const IGNORE =
  "<p>If you didn't request this, you can safely ignore this email.</p>";

function page(
  title: string,
  text: string,
  anchor: string,
  ...rest: string[]
): string {
  const link = `<p><a href="{{ .ConfirmationURL }}">${anchor}</a></p>`;
  return [`<h2>${title}</h2>\n`, `<p>${text}</p>`, link, ...rest].join("\n");
}

/** The server's own bodies. */
const BODIES: Readonly<Record<MailType, () => string>> = {
  confirmation: () =>
    page(
      "Confirm your email address",
      "Follow the link below to confirm this email address and finish signing up.",
      "Confirm email address",
    ),
  invite: () =>
    page(
      "You've been invited",
      "You've been invited to create an account. Follow the link below to accept.",
      "Accept invitation",
    ),
  recovery: () =>
    page(
      "Reset your password",
      "We received a request to reset your password. Follow the link below to choose a new one.",
      "Reset password",
      IGNORE,
    ),
  magic_link: () =>
    page(
      "Your sign-in link",
      "Follow the link below to sign in. This link expires shortly and can only be used once.",
      "Sign in",
    ),
  email_change: () =>
    page(
      "Confirm your new email address",
      "Follow the link below to confirm {{ .NewEmail }} as your new email address.",
      "Confirm new email address",
      IGNORE.replace("this,", "this change,"),
    ),
  reauthentication: () =>
    [
      "<h2>Your verification code</h2>\n",
      "<p>Use the code below to verify your identity. It expires shortly.</p>",
      "<p>{{ .Token }}</p>",
    ].join("\n"),
};

/** The server's own template of a mail. */
export function defaultTemplate(type: MailType): string {
  return BODIES[type]();
}

/** The HTML of a mail. A page that cannot be read gives way to the server's own. */
export function renderMail(
  page: string | undefined,
  own: string,
  variables: TemplateVariables,
): string {
  const template = tryParse(page) ?? parseTemplate(own);
  return template(variables, escapeHtml);
}

/** Puts variables into a plain text, such as a subject or a text message. */
export function renderText(
  template: string,
  variables: TemplateVariables,
): string {
  return parseTemplate(template)(variables, (text) => text);
}
