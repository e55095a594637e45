import { changeEmail, changePhone } from "./address_changes.ts";
import { audit } from "./audit.ts";
import type { Context } from "./context.ts";
import { hashPassword, hasPassword } from "./passwords.ts";
import type { User } from "./records.ts";
import {
  clearOneTimeTokens,
  confirmEmail,
  confirmPhone,
  mergeIdentityData,
  setOneTimeToken,
  updateProviders,
  updateUser,
  writePassword,
} from "./users.ts";

/** What is being verified, after `email` has been resolved to one of the others. */
export type VerificationType =
  | "signup"
  | "invite"
  | "recovery"
  | "magiclink"
  | "email_change"
  | "sms"
  | "phone_change";

/** What a verification found: whose it is, and which of two addresses it proves. */
export interface Verification {
  /** What is verified. */
  readonly type: VerificationType;
  /** The user. */
  readonly user: User;
  /** The stored hash that fitted; "" for configured codes. */
  readonly hash: string;
}

/** What the first of two confirmations of a new address says. */
export const FIRST_CONFIRMATION =
  "Confirmation link accepted. Please proceed to confirm link sent to the other email";

/** Does what a correct code or link asks for; undefined when the other address has still to confirm. */
export function applyVerification(
  context: Context,
  verification: Verification,
): User | undefined {
  const { user } = verification;
  const verified = effect(context, verification);
  if (verified === undefined) return undefined;
  updateProviders(context, verified);
  return context.db.users.must(user.id);
}

function effect(
  context: Context,
  { type, user, hash }: Verification,
): User | undefined {
  switch (type) {
    case "signup":
    case "invite":
      return verifySignUp(context, user);
    case "recovery":
    case "magiclink":
      return verifyRecovery(context, user);
    case "email_change":
      return verifyEmailChange(context, user, hash);
    case "sms":
      audit(context, user, "user_signedup", { traits: { provider: "phone" } });
      return updateUser(context, confirmPhone(context, user), {
        is_anonymous: false,
      });
    case "phone_change":
      return changePhone(context, user);
  }
}

function verifySignUp(context: Context, user: User): User {
  let current = user;
  if (!hasPassword(user.encrypted_password) && user.invited_at !== null) {
    const { random } = context.server;
    const hash = hashPassword(random, random.text(64));
    current = writePassword(context, user, hash);
  }
  audit(context, current, "user_signedup", { traits: { provider: "email" } });
  current = confirmEmail(context, current);
  for (const identity of context.db.identities.list("user", user.id)) {
    if (identity.identity_data["email"] === current.email) {
      mergeIdentityData(context, identity, { email_verified: true });
    }
  }
  return current;
}

function verifyRecovery(context: Context, user: User): User {
  clearOneTimeTokens(context, user);
  const current = updateUser(context, user, { recovery_token: "" });
  if (current.email_confirmed_at !== null) {
    audit(context, current, "login", { traits: { provider: "email" } });
    return current;
  }
  audit(context, current, "user_signedup", { traits: { provider: "email" } });
  return confirmEmail(context, current);
}

function verifyEmailChange(
  context: Context,
  user: User,
  hash: string,
): User | undefined {
  const {
    GOTRUE_MAILER_AUTOCONFIRM,
    GOTRUE_MAILER_SECURE_EMAIL_CHANGE_ENABLED,
  } = context.settings;
  const needsBoth = !GOTRUE_MAILER_AUTOCONFIRM &&
    GOTRUE_MAILER_SECURE_EMAIL_CHANGE_ENABLED && user.email !== "" &&
    user.email_change_confirm_status === 0;
  if (needsBoth) {
    acceptFirst(context, user, hash);
    return undefined;
  }
  audit(context, user, "user_modified");
  return changeEmail(context, user);
}

function acceptFirst(context: Context, user: User, hash: string): void {
  const column = user.email_change_token_current === hash
    ? "email_change_token_current"
    : "email_change_token_new";
  setOneTimeToken(context, user, column, "", "");
  updateUser(context, user, { [column]: "", email_change_confirm_status: 1 });
}
