import { checkFrequency, codeLength, tokenHash } from "./codes.ts";
import type { Context } from "./context.ts";
import { fail } from "./errors.ts";
import { sendByHook } from "./hooks/emails.ts";
import { spendMail } from "./limits/budgets.ts";
import { actionLink, type LinkType } from "./links.ts";
import {
  defaultTemplate,
  type MailType,
  renderMail,
  renderText,
} from "./mail_templates.ts";
import { putMail } from "./outbox.ts";
import type { User } from "./records.ts";
import { referrer } from "./redirect_targets.ts";
import { resolveReference } from "./go_url.ts";
import { fetchText, hasHook } from "./outgoing.ts";
import type { TemplateVariables } from "./templates.ts";
import { setOneTimeToken, updateUser } from "./users.ts";

/** One mail to be sent. */
interface Letter {
  readonly type: MailType;
  readonly to: string;
  readonly code: string;
  readonly hash: string;
  readonly link?: LinkType;
  readonly newEmail?: string;
}

/** A new code for a mail. */
export function mailCode(context: Context): string {
  const length = codeLength(context.settings.GOTRUE_MAILER_OTP_LENGTH);
  return context.server.random.digits(length);
}

/** Refuses when the user's last mail of a kind is too recent. */
function checkMailFrequency(context: Context, sentAt: number | null): void {
  const frequency = context.settings.GOTRUE_SMTP_MAX_FREQUENCY;
  checkFrequency(
    sentAt,
    frequency,
    context.now(),
    "over_email_send_rate_limit",
  );
}

/** Sends what confirms a sign-up. */
export async function sendConfirmation(
  context: Context,
  user: User,
  pkce: boolean,
): Promise<User> {
  checkMailFrequency(context, user.confirmation_sent_at);
  return await sendSignupMail(context, user, "confirmation", "signup", pkce);
}

/** Sends an invitation; there is no limit of frequency. */
export async function sendInvite(context: Context, user: User): Promise<User> {
  const sent = await sendSignupMail(context, user, "invite", "invite", false);
  return updateUser(context, sent, { invited_at: sent.confirmation_sent_at });
}

async function sendSignupMail(
  context: Context,
  user: User,
  type: MailType,
  link: LinkType,
  pkce: boolean,
): Promise<User> {
  const code = mailCode(context);
  const hash = tokenHash(user.email, code, pkce);
  await deliver(context, user, [{ type, to: user.email, code, hash, link }]);
  setOneTimeToken(context, user, "confirmation_token", hash, user.email);
  return updateUser(context, user, {
    confirmation_token: hash,
    confirmation_sent_at: context.now(),
  });
}

/** Sends what recovers an account or signs in by link; both share their column. */
export async function sendRecovery(
  context: Context,
  user: User,
  type: "recovery" | "magic_link",
  pkce: boolean,
): Promise<User> {
  checkMailFrequency(context, user.recovery_sent_at);
  const code = mailCode(context);
  const hash = tokenHash(user.email, code, pkce);
  const link = type === "recovery" ? "recovery" : "magiclink";
  await deliver(context, user, [{ type, to: user.email, code, hash, link }]);
  setOneTimeToken(context, user, "recovery_token", hash, user.email);
  return updateUser(context, user, {
    recovery_token: hash,
    recovery_sent_at: context.now(),
  });
}

/** Sends the code that a password change asks for. */
export async function sendReauthentication(
  context: Context,
  user: User,
): Promise<User> {
  checkMailFrequency(context, user.reauthentication_sent_at);
  const code = mailCode(context);
  const hash = tokenHash(user.email, code);
  await deliver(context, user, [{
    type: "reauthentication",
    to: user.email,
    code,
    hash,
  }]);
  setOneTimeToken(context, user, "reauthentication_token", hash, user.email);
  return updateUser(context, user, {
    reauthentication_token: hash,
    reauthentication_sent_at: context.now(),
  });
}

/** Sends what confirms a new address: to it, and with secure changes to the current one too. */
export async function sendEmailChange(
  context: Context,
  user: User,
  newEmail: string,
  pkce: boolean,
): Promise<User> {
  checkMailFrequency(context, user.email_change_sent_at);
  const codes = [mailCode(context), mailCode(context)] as const;
  const forNew = tokenHash(newEmail, codes[0], pkce);
  const isSecure = context.settings.GOTRUE_MAILER_SECURE_EMAIL_CHANGE_ENABLED &&
    user.email !== "";
  const forCurrent = isSecure ? tokenHash(user.email, codes[1], pkce) : "";
  const common = {
    type: "email_change",
    link: "email_change",
    newEmail,
  } as const;
  await deliver(context, user, [
    { ...common, to: newEmail, code: codes[0], hash: forNew },
    ...(isSecure
      ? [{ ...common, to: user.email, code: codes[1], hash: forCurrent }]
      : []),
  ]);
  setOneTimeToken(context, user, "email_change_token_new", forNew, newEmail);
  setOneTimeToken(
    context,
    user,
    "email_change_token_current",
    forCurrent,
    user.email,
  );
  return updateUser(context, user, {
    email_change: newEmail,
    email_change_token_new: forNew,
    email_change_token_current: forCurrent,
    email_change_sent_at: context.now(),
    email_change_confirm_status: 0,
  });
}

/** Sends the mails of one operation. */
async function deliver(
  context: Context,
  user: User,
  letters: readonly Letter[],
): Promise<void> {
  for (const { to } of letters) checkAuthorized(context, to);
  spendMail(context);
  for (const { to } of letters) checkReachable(context, to);
  if (hasHook(context, "send_email")) {
    const [first, current] = letters.map((letter) => ({
      ...letter,
      action: letter.link ?? letter.type,
    }));
    return await sendByHook(context, user, first!, current);
  }
  for (const letter of letters) await post(context, user, letter);
}

/** Refuses addresses that the settings do not allow to write to. */
export function checkAuthorized(context: Context, to: string): void {
  const authorized =
    context.settings.GOTRUE_EXTERNAL_EMAIL_AUTHORIZED_ADDRESSES;
  const bare = to.toLowerCase().replace(/\+[^@]*@/, "@");
  if (authorized.length === 0) return;
  if (authorized.some((address) => address.toLowerCase() === bare)) return;
  fail(
    400,
    "email_address_not_authorized",
    `Email address "${to}" cannot be used as it is not authorized`,
  );
}

/** The names that never lead anywhere (RFC 2606, RFC 6761); there is no name service to ask for others. */
const NOWHERE =
  /(^|[@.])(test|example|invalid|localhost|local|example\.(com|net|org))$/;

function checkReachable(context: Context, to: string): void {
  if (!context.settings.GOTRUE_MAILER_EMAIL_VALIDATION_EXTENDED) return;
  if (!NOWHERE.test(to.toLowerCase())) return;
  fail(400, "email_address_invalid", `Email address "${to}" is invalid`);
}

async function post(
  context: Context,
  user: User,
  letter: Letter,
): Promise<void> {
  const { type, to, code, hash } = letter;
  const redirectTo = referrer(context);
  const link = letter.link === undefined
    ? ""
    : actionLink(context, letter.link, hash, redirectTo);
  const variables: TemplateVariables = {
    SiteURL: context.settings.GOTRUE_SITE_URL,
    ConfirmationURL: link,
    Email: user.email,
    NewEmail: letter.newEmail ?? "",
    SendingTo: to,
    Token: code,
    TokenHash: hash,
    RedirectTo: redirectTo,
    Data: user.user_metadata,
  };
  putMail(context, {
    to,
    subject: renderText(subjectOf(context, type), variables),
    type,
    code,
    token_hash: hash,
    link,
    redirect_to: redirectTo,
    html: renderMail(
      await pageOf(context, type),
      defaultTemplate(type),
      variables,
    ),
  });
}

/** The configured page of a mail; undefined when there is none or it cannot be had. */
export async function pageOf(
  context: Context,
  name: string,
): Promise<string | undefined> {
  const { settings, server } = context;
  const reference = settings.templates[name] ?? "";
  if (reference === "") return undefined;
  const url = resolveReference(settings.GOTRUE_SITE_URL, reference);
  const known = server.pages.get(url);
  if (known !== undefined) return known;
  const page = await context.transaction.outside(() => fetchText(context, url));
  if (page !== undefined) server.pages.set(url, page);
  return page;
}

function subjectOf(context: Context, type: MailType): string {
  const { settings } = context;
  const subjects: Readonly<Record<MailType, string>> = {
    confirmation: settings.GOTRUE_MAILER_SUBJECTS_CONFIRMATION,
    invite: settings.GOTRUE_MAILER_SUBJECTS_INVITE,
    recovery: settings.GOTRUE_MAILER_SUBJECTS_RECOVERY,
    magic_link: settings.GOTRUE_MAILER_SUBJECTS_MAGIC_LINK,
    email_change: settings.GOTRUE_MAILER_SUBJECTS_EMAIL_CHANGE,
    reauthentication: settings.GOTRUE_MAILER_SUBJECTS_REAUTHENTICATION,
  };
  return subjects[type];
}
