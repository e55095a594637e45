import type { Context } from "../context.ts";
import { matchesCode } from "../codes.ts";
import { fail } from "../errors.ts";
import { hasPassword, verifyPassword } from "../passwords.ts";
import type { User } from "../records.ts";
import { clearOneTimeTokens, updateUser } from "../users.ts";
import type { UserUpdate } from "./user_update.ts";

const DAY = 24 * 60 * 60 * 1000;
const RECOVERY_METHODS = ["otp", "magiclink", "recovery"];

/** Refuses a new password that needs more proof, or that is no new one (auth-server §11.2 step 9). */
export async function checkNewPassword(
  context: Context,
  user: User,
  update: UserUpdate,
): Promise<void> {
  if (update.password === null) return;
  if (needsReauthentication(context)) checkNonce(context, user, update.nonce);
  const hash = user.encrypted_password;
  if (!hasPassword(hash)) return;
  await checkCurrentPassword(context, hash, update.current_password);
  if (await verifyPassword(hash, update.password)) {
    fail(
      422,
      "same_password",
      "New password should be different from the old password.",
    );
  }
}

function needsReauthentication(context: Context): boolean {
  if (
    !context.settings.GOTRUE_SECURITY_UPDATE_PASSWORD_REQUIRE_REAUTHENTICATION
  ) return false;
  const { session } = context;
  return session === undefined ||
    context.server.clock.now() > session.created_at + DAY;
}

function checkNonce(context: Context, user: User, nonce: string): void {
  if (nonce === "") {
    fail(
      400,
      "reauthentication_needed",
      "Password update requires reauthentication",
    );
  }
  const { settings, server } = context;
  const isMail = user.email !== "";
  const life = isMail
    ? settings.GOTRUE_MAILER_OTP_EXP
    : settings.GOTRUE_SMS_OTP_EXP;
  const { reauthentication_token: hash, reauthentication_sent_at: sentAt } =
    user;
  const address = isMail ? user.email : user.phone;
  if (!matchesCode(hash, address, nonce, sentAt, life, server.clock.now())) {
    fail(422, "reauthentication_not_valid", "Nonce has expired or is invalid");
  }
  clearOneTimeTokens(context, user);
  updateUser(context, user, { reauthentication_token: "" });
  // The nonce is spent even when a later step refuses.
  context.transaction.keep();
}

async function checkCurrentPassword(
  context: Context,
  hash: string,
  given: string,
): Promise<void> {
  if (
    !context.settings.GOTRUE_SECURITY_UPDATE_PASSWORD_REQUIRE_CURRENT_PASSWORD
  ) return;
  const methods = context.session?.amr.map((claim) => claim.method) ?? [];
  if (methods.some((method) => RECOVERY_METHODS.includes(method))) return;
  const message = "Current password required when setting new password.";
  if (given === "") fail(400, "current_password_required", message);
  if (!await verifyPassword(hash, given)) {
    fail(400, "current_password_invalid", message);
  }
}
