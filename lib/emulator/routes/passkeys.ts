import { audit } from "../audit.ts";
import type { Context } from "../context.ts";
import { utf8 } from "../encoding.ts";
import { invalid } from "../errors.ts";
import { empty, json } from "../http.ts";
import {
  checkPasskeyAal,
  checkPasskeyId,
  findPasskey,
  passkeyJson,
} from "../webauthn/passkeys.ts";

const MAX_NAME = 120;

/** `GET /passkeys` (auth-server §13.6): oldest first. */
export function getPasskeys(context: Context): Response {
  const passkeys = context.db.passkeys.list("user", context.user.id);
  return json(passkeys.map(passkeyJson));
}

/** `PATCH /passkeys/{passkey_id}`. */
export function patchPasskey(context: Context): Response {
  checkPasskeyId(context);
  const { friendly_name } = context.decode("PasskeyUpdateParams", {
    friendly_name: "string",
  });
  if (friendly_name === "") invalid("friendly_name is required");
  if (utf8(friendly_name).length > MAX_NAME) {
    invalid(`friendly_name must be ${MAX_NAME} characters or less`);
  }
  const { user } = context;
  const passkey = findPasskey(context, user);
  const renamed = context.db.passkeys.update(passkey.id, {
    friendly_name,
    updated_at: context.now(),
  });
  audit(context, user, "passkey_updated", {
    traits: { passkey_id: passkey.id },
  });
  return json(passkeyJson(renamed));
}

/** `DELETE /passkeys/{passkey_id}`. */
export function deletePasskey(context: Context): Response {
  const { user } = context;
  checkPasskeyAal(context, user);
  const passkey = findPasskey(context, user);
  context.db.passkeys.delete(passkey.id);
  audit(context, user, "passkey_deleted", {
    traits: { passkey_id: passkey.id },
  });
  return empty();
}
