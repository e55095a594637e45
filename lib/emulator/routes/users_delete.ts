import { auditAdmin } from "../audit.ts";
import type { Context } from "../context.ts";
import { toBase64Url, utf8 } from "../encoding.ts";
import { sha256 } from "../hash.ts";
import { json } from "../http.ts";
import type { User } from "../records.ts";
import { deleteBelongings, deleteUser, updateUser } from "../users.ts";
import { targetUser } from "./users.ts";

/** `DELETE /admin/users/{user_id}` (auth-server §15.5). */
export function deleteUserById(context: Context): Response {
  const user = targetUser(context);
  const params = context.body.trim() === ""
    ? { should_soft_delete: false }
    : context.decode("adminUserDeleteParams", { should_soft_delete: "bool" });
  auditAdmin(context, "user_deleted", {
    traits: {
      user_id: user.id,
      user_email: user.email,
      user_phone: user.phone,
    },
  });
  if (params.should_soft_delete) softDelete(context, user);
  else deleteUser(context, user);
  return json({});
}

function obscure(id: string, value: string): string {
  return toBase64Url(sha256(utf8(id + value)));
}

/** Keeps the row, with hashes in the place of addresses and nothing of what the user was. */
function softDelete(context: Context, user: User): void {
  if (user.deleted_at !== null) return;
  deleteBelongings(context, user);
  for (const identity of context.db.identities.list("user", user.id)) {
    context.db.identities.update(identity.id, {
      identity_data: {},
      provider_id: obscure(
        user.id,
        `${identity.provider}:${identity.provider_id}`,
      ),
    });
  }
  updateUser(context, user, {
    email: obscure(user.id, user.email),
    phone: obscure(user.id, user.phone).slice(0, 15),
    email_change: obscure(user.id, user.email_change),
    phone_change: obscure(user.id, user.phone_change).slice(0, 15),
    encrypted_password: null,
    confirmation_token: "",
    recovery_token: "",
    email_change_token_current: "",
    email_change_token_new: "",
    phone_change_token: "",
    reauthentication_token: "",
    deleted_at: context.now(),
    user_metadata: {},
    app_metadata: {},
  });
}
