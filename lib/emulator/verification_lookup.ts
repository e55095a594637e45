import { requestAudience } from "./auth.ts";
import { isExpired, matchesCode, PKCE_PREFIX, tokenHash } from "./codes.ts";
import type { Context } from "./context.ts";
import { fail, invalid } from "./errors.ts";
import type { OneTimeToken, OneTimeTokenType, User } from "./records.ts";
import { testCode } from "./sms.ts";
import { findUserByEmail, findUserByPhone } from "./users.ts";
import type { Verification, VerificationType } from "./verifications.ts";

const EMAIL_CHANGE: readonly OneTimeTokenType[] = [
  "email_change_token_new",
  "email_change_token_current",
];

/** Which links each type of verification looks for. */
const LINKS: Readonly<Record<string, readonly OneTimeTokenType[]>> = {
  signup: ["confirmation_token"],
  invite: ["confirmation_token"],
  recovery: ["recovery_token"],
  magiclink: ["recovery_token"],
  email: ["confirmation_token", "recovery_token"],
  email_change: EMAIL_CHANGE,
};

/** Finds whom a link belongs to (auth-server §10.5, "by token_hash"). */
export function findByHash(
  context: Context,
  type: string,
  hash: string,
): Verification {
  const types = Object.hasOwn(LINKS, type) ? LINKS[type] : undefined;
  if (types === undefined) invalid("Invalid email verification type");
  const token = context.db.oneTimeTokens.list("hash", hash)
    .find((one) => types.includes(one.type));
  const user = context.db.users.get(token?.user_id ?? "");
  if (token === undefined || user === undefined) refuseLink();
  refuseBanned(context, user);
  if (hasExpired(context, token, user)) refuseLink();
  return { type: resolve(type, token.type), user, hash };
}

function refuseLink(): never {
  fail(403, "otp_expired", "Email link is invalid or has expired");
}

function refuseCode(): never {
  fail(403, "otp_expired", "Token has expired or is invalid");
}

function refuseBanned(context: Context, user: User): void {
  if ((user.banned_until ?? 0) > context.server.clock.now()) {
    fail(403, "user_banned", "User is banned");
  }
}

function hasExpired(
  context: Context,
  token: OneTimeToken,
  user: User,
): boolean {
  const sentAt = {
    confirmation_token: user.confirmation_sent_at,
    recovery_token: user.recovery_sent_at,
    email_change_token_new: user.email_change_sent_at,
    email_change_token_current: user.email_change_sent_at,
    phone_change_token: user.phone_change_sent_at,
    reauthentication_token: user.reauthentication_sent_at,
  }[token.type];
  const life = context.settings.GOTRUE_MAILER_OTP_EXP;
  return isExpired(sentAt, life, context.server.clock.now());
}

/** What `email` stands for, by where its token was found. */
function resolve(type: string, found: OneTimeTokenType): VerificationType {
  if (type !== "email") return type as VerificationType;
  return found === "recovery_token" ? "magiclink" : "signup";
}

/** A typed code with the address it was sent to. */
export interface TypedCode {
  /** The type of verification. */
  readonly type: string;
  /** The code. */
  readonly code: string;
  /** The e-mail address, "" when a number was given. */
  readonly email: string;
  /** The number, "" when an address was given. */
  readonly phone: string;
}

/** Finds whom a typed code belongs to, and checks it (auth-server §10.5, "by code"). */
export function findByCode(context: Context, typed: TypedCode): Verification {
  const user = findOwner(context, typed);
  if (user === undefined) refuseCode();
  refuseBanned(context, user);
  return checkCode(context, user, typed) ?? refuseCode();
}

function findOwner(context: Context, typed: TypedCode): User | undefined {
  const aud = requestAudience(context);
  switch (typed.type) {
    case "sms":
      return findUserByPhone(context, typed.phone, aud);
    case "phone_change":
      return context.db.users.list("phone_change", typed.phone)
        .find((user) => user.aud === aud && !user.is_sso_user);
    case "email_change":
      return findByEmailChange(context, typed);
    default:
      return findUserByEmail(context, typed.email, aud);
  }
}

function findByEmailChange(
  context: Context,
  typed: TypedCode,
): User | undefined {
  const hash = tokenHash(typed.email, typed.code);
  const isSecure = context.settings.GOTRUE_MAILER_SECURE_EMAIL_CHANGE_ENABLED;
  const types = isSecure ? EMAIL_CHANGE : EMAIL_CHANGE.slice(0, 1);
  const token = [hash, PKCE_PREFIX + hash]
    .flatMap((one) => context.db.oneTimeTokens.list("hash", one))
    .find((one) => types.includes(one.type));
  return context.db.users.get(token?.user_id ?? "");
}

function checkCode(
  context: Context,
  user: User,
  typed: TypedCode,
): Verification | undefined {
  switch (typed.type) {
    case "signup":
    case "invite":
      return checkConfirmation(context, user, typed, typed.type);
    case "recovery":
    case "magiclink":
      return checkRecovery(context, user, typed, typed.type);
    case "email":
      return checkConfirmation(context, user, typed, "signup") ??
        checkRecovery(context, user, typed, "magiclink");
    case "email_change":
      return checkEmailChange(context, user, typed);
    case "sms":
    case "phone_change":
      return checkPhoneCode(context, user, typed, typed.type);
    default:
      return undefined;
  }
}

function fits(
  context: Context,
  hash: string,
  address: string,
  typed: TypedCode,
  sentAt: number | null,
): boolean {
  const life = context.settings.GOTRUE_MAILER_OTP_EXP;
  return matchesCode(
    hash,
    address,
    typed.code,
    sentAt,
    life,
    context.server.clock.now(),
  );
}

function checkConfirmation(
  context: Context,
  user: User,
  typed: TypedCode,
  type: "signup" | "invite",
): Verification | undefined {
  const { confirmation_token: hash, confirmation_sent_at: sentAt } = user;
  return fits(context, hash, typed.email, typed, sentAt)
    ? { type, user, hash }
    : undefined;
}

function checkRecovery(
  context: Context,
  user: User,
  typed: TypedCode,
  type: "recovery" | "magiclink",
): Verification | undefined {
  const { recovery_token: hash, recovery_sent_at: sentAt } = user;
  return fits(context, hash, typed.email, typed, sentAt)
    ? { type, user, hash }
    : undefined;
}

function checkEmailChange(
  context: Context,
  user: User,
  typed: TypedCode,
): Verification | undefined {
  const columns = [
    user.email_change_token_current,
    user.email_change_token_new,
  ];
  const hash = columns.find((column) =>
    fits(context, column, typed.email, typed, user.email_change_sent_at)
  );
  return hash === undefined ? undefined : { type: "email_change", user, hash };
}

function checkPhoneCode(
  context: Context,
  user: User,
  typed: TypedCode,
  type: "sms" | "phone_change",
): Verification | undefined {
  const isChange = type === "phone_change";
  const hash = isChange ? user.phone_change_token : user.confirmation_token;
  const sentAt = isChange
    ? user.phone_change_sent_at
    : user.confirmation_sent_at;
  const configured = testCode(context, typed.phone);
  if (configured !== "" && configured === typed.code) {
    return { type, user, hash };
  }
  const life = context.settings.GOTRUE_SMS_OTP_EXP;
  const isRight = matchesCode(
    hash,
    typed.phone,
    typed.code,
    sentAt,
    life,
    context.server.clock.now(),
  );
  return isRight ? { type, user, hash } : undefined;
}
