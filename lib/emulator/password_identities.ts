import type { Context } from "./context.ts";
import { hasPassword } from "./passwords.ts";
import type { User } from "./records.ts";
import { createIdentity, identityOf, updateProviders } from "./users.ts";

/**
 * Gives a user that has just set its first password an identity of its confirmed address, where
 * the settings say so (auth-server §11.2). `before` is the user as it was.
 */
export function addPasswordIdentity(
  context: Context,
  before: User,
  user: User,
): User {
  const isOn = context.settings
    .GOTRUE_EXPERIMENTAL_CREATE_EMAIL_IDENTITY_ON_PASSWORD_SET_ENABLED;
  if (!isOn || hasPassword(before.encrypted_password)) return user;
  if (user.is_sso_user || user.is_anonymous || user.email === "") return user;
  if (user.email_confirmed_at === null) return user;
  if (identityOf(context, user, "email") !== undefined) return user;
  createIdentity(context, user, "email", {
    sub: user.id,
    email: user.email,
    email_verified: true,
    phone_verified: false,
  });
  return updateProviders(context, user);
}
