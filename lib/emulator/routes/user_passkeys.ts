import { auditAdmin } from "../audit.ts";
import type { Context } from "../context.ts";
import { empty, json } from "../http.ts";
import { findPasskey, passkeyJson } from "../webauthn/passkeys.ts";
import { targetUser } from "./users.ts";

/** `GET /admin/users/{user_id}/passkeys` (auth-server §13.6); works where passkeys are off, too. */
export function getUserPasskeys(context: Context): Response {
  const user = targetUser(context);
  return json(context.db.passkeys.list("user", user.id).map(passkeyJson));
}

/** `DELETE /admin/users/{user_id}/passkeys/{passkey_id}`. */
export function deleteUserPasskey(context: Context): Response {
  const user = targetUser(context);
  const passkey = findPasskey(context, user);
  context.db.passkeys.delete(passkey.id);
  auditAdmin(context, "passkey_deleted", {
    traits: { user_id: user.id, passkey_id: passkey.id },
  });
  return empty();
}
