import { audit } from "./audit.ts";
import type { Context } from "./context.ts";
import { notifyByMail } from "./notifications.ts";
import type { JsonObject, User } from "./records.ts";
import {
  clearOneTimeTokens,
  confirmEmail,
  createIdentity,
  identityOf,
  mergeIdentityData,
  updateUser,
} from "./users.ts";

/** Makes the pending e-mail address the user's own (auth-server §10.5). */
export function changeEmail(context: Context, user: User): User {
  const email = user.email_change;
  storeIdentity(context, user, "email", { email, email_verified: true }, {
    phone_verified: false,
  });
  clearOneTimeTokens(context, user);
  notifyByMail(context, user, "email_changed", { old_email: user.email });
  const changed = updateUser(context, user, {
    is_anonymous: false,
    email,
    email_change: "",
    email_change_token_new: "",
    email_change_token_current: "",
    email_change_confirm_status: 0,
  });
  return changed.email_confirmed_at === null
    ? confirmEmail(context, changed)
    : changed;
}

/** Makes the pending phone number the user's own. */
export function changePhone(context: Context, user: User): User {
  const phone = user.phone_change;
  audit(context, user, "user_modified");
  storeIdentity(context, user, "phone", { phone, phone_verified: true }, {
    email_verified: false,
  });
  clearOneTimeTokens(context, user);
  notifyByMail(context, user, "phone_changed", { old_phone: user.phone });
  return updateUser(context, user, {
    is_anonymous: false,
    phone,
    phone_change: "",
    phone_change_token: "",
    phone_confirmed_at: context.now(),
  });
}

function storeIdentity(
  context: Context,
  user: User,
  provider: "email" | "phone",
  data: JsonObject,
  others: JsonObject,
): void {
  const identity = identityOf(context, user, provider);
  if (identity !== undefined) mergeIdentityData(context, identity, data, true);
  else {createIdentity(context, user, provider, {
      sub: user.id,
      ...data,
      ...others,
    });}
}
