import type { Context } from "./context.ts";
import { HttpError } from "./errors.ts";
import { callHook, hasHook } from "./hooks/calls.ts";
import { emailData } from "./hooks/emails.ts";
import { checkAuthorized, pageOf } from "./mail.ts";
import { renderMail, renderText } from "./mail_templates.ts";
import { spendMail } from "./limits/budgets.ts";
import { userJson } from "./objects.ts";
import { putMail } from "./outbox.ts";
import type { User } from "./records.ts";

/** Kinds of mails that only tell what has happened (auth-server §8.2). */
export type NotificationType =
  | "password_changed"
  | "email_changed"
  | "phone_changed"
  | "identity_linked"
  | "identity_unlinked"
  | "mfa_factor_enrolled"
  | "mfa_factor_unenrolled";

/** What a notification is about. */
export interface NotificationDetails {
  readonly old_email?: string;
  readonly old_phone?: string;
  readonly provider?: string;
  readonly factor_type?: string;
}

/** A mail that is to be sent when the request has succeeded. */
export interface Notification {
  readonly type: NotificationType;
  readonly user: User;
  readonly to: string;
  readonly details: NotificationDetails;
}

interface Text {
  readonly subject: string;
  readonly body: string;
}

const TEXTS: Readonly<Record<NotificationType, Text>> = {
  password_changed: {
    subject: "Your password has been changed",
    body: "The password of your account {{ .Email }} has been changed.",
  },
  email_changed: {
    subject: "Your email address has been changed",
    body:
      "The email address of your account has been changed from {{ .OldEmail }} to {{ .Email }}.",
  },
  phone_changed: {
    subject: "Your phone number has been changed",
    body:
      "The phone number of your account {{ .Email }} has been changed from {{ .OldPhone }} to {{ .Phone }}.",
  },
  identity_linked: {
    subject: "A new identity has been linked",
    body:
      "An identity of {{ .Provider }} has been linked to your account {{ .Email }}.",
  },
  identity_unlinked: {
    subject: "An identity has been unlinked",
    body:
      "An identity of {{ .Provider }} has been unlinked from your account {{ .Email }}.",
  },
  mfa_factor_enrolled: {
    subject: "A new MFA factor has been enrolled",
    body:
      "A factor ({{ .FactorType }}) has been enrolled for your account {{ .Email }}.",
  },
  mfa_factor_unenrolled: {
    subject: "An MFA factor has been unenrolled",
    body:
      "A factor ({{ .FactorType }}) has been unenrolled from your account {{ .Email }}.",
  },
};

/** Notes that a user is to be told of something, where the settings want it and there is an address. */
export function notifyByMail(
  context: Context,
  user: User,
  type: NotificationType,
  details: NotificationDetails = {},
): void {
  const to = details.old_email ?? user.email;
  const name = `GOTRUE_MAILER_NOTIFICATIONS_${type.toUpperCase()}_ENABLED`;
  const isOn = context.settings[name as keyof typeof context.settings] === true;
  if (isOn && to !== "") {
    context.notifications.push({ type, user, to, details });
  }
}

/** Sends what was noted; a mail that cannot be sent is left out. */
export async function sendNotifications(context: Context): Promise<void> {
  for (const notification of context.notifications) {
    try {
      await send(context, notification);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
    }
  }
}

async function send(
  context: Context,
  notification: Notification,
): Promise<void> {
  const { type, to, details } = notification;
  const user = context.db.users.get(notification.user.id) ?? notification.user;
  checkAuthorized(context, to);
  spendMail(context);
  const name = `${type}_notification`;
  if (hasHook(context, "send_email")) {
    const data = { email_action_type: name, ...details };
    await callHook(context, "send_email", {
      user: userJson(context.db, user),
      email_data: emailData(context, data),
    });
    return;
  }
  const variables = {
    SiteURL: context.settings.GOTRUE_SITE_URL,
    Email: user.email,
    Phone: user.phone,
    OldEmail: details.old_email ?? "",
    OldPhone: details.old_phone ?? "",
    Provider: details.provider ?? "",
    FactorType: details.factor_type ?? "",
  };
  const text = TEXTS[type];
  const subject = context.settings.subjects[name] ?? text.subject;
  const page = await pageOf(context, name);
  putMail(context, {
    to,
    subject: renderText(subject, variables),
    type: name,
    code: "",
    token_hash: "",
    link: "",
    redirect_to: "",
    html: renderMail(page, `<p>${text.body}</p>`, variables),
  });
}
