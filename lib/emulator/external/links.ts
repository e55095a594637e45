import { audit } from "../audit.ts";
import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import { rederiveEmail } from "../identity_emails.ts";
import { sendConfirmation } from "../mail.ts";
import { notifyByMail } from "../notifications.ts";
import type { User } from "../records.ts";
import {
  confirmEmail,
  createIdentity,
  updateProviders,
  updateUser,
} from "../users.ts";
import {
  candidateEmail,
  type ExternalProfile,
  identityData,
} from "./profile.ts";

/** Gives a signed-in user one more identity (auth-server §14.4, linking). */
export async function linkExternally(
  context: Context,
  target: User,
  provider: string,
  profile: ExternalProfile,
): Promise<User> {
  const key = `${provider} ${profile.subject}`;
  const existing = context.db.identities.first("provider", key);
  if (existing !== undefined) {
    const suffix = existing.user_id === target.id ? "" : " to another user";
    const message = `Identity is already linked${suffix}`;
    fail(422, "identity_already_exists", message);
  }
  const data = identityData(profile);
  createIdentity(context, target, provider, data, profile.subject);
  audit(context, target, "identity_linked", { traits: { provider } });
  notifyByMail(context, target, "identity_linked", { provider });
  const user = target.email === ""
    ? await takeEmail(context, target, provider, profile)
    : target;
  return updateProviders(context, user);
}

/** Gives a user without an address the one of its new identity. */
async function takeEmail(
  context: Context,
  target: User,
  provider: string,
  profile: ExternalProfile,
): Promise<User> {
  const user = rederiveEmail(context, target, () =>
    fail(
      400,
      "email_exists",
      "A user with this email address has already been registered",
    ));
  if (!candidateEmail(profile).verified) {
    if (user.email !== "") await sendConfirmation(context, user, false);
    const advice =
      `A confirmation email has been sent to your ${provider} email`;
    const message = `Unverified email with ${provider}. ${advice}`;
    fail(422, "email_not_confirmed", message, { keepWrites: true });
  }
  return updateUser(context, confirmEmail(context, user), {
    is_anonymous: false,
  });
}
