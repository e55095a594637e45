import { audit } from "../audit.ts";
import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import { json } from "../http.ts";
import type { JsonObject, User } from "../records.ts";
import type { Passkey } from "../records_passkeys.ts";
import { authenticatorName } from "../webauthn/authenticator_names.ts";
import {
  type StoredCredential,
  verifyCreation,
} from "../webauthn/credentials.ts";
import { creationOptions } from "../webauthn/options.ts";
import { parseCreation } from "../webauthn/parsing.ts";
import {
  beginCeremony,
  ceremonyJson,
  checkPasskeyAal,
  checkPasskeyCount,
  endCeremony,
  passkeyJson,
  passkeyParty,
  refuseUnreadable,
  refuseWrong,
} from "../webauthn/passkeys.ts";

/** `POST /passkeys/registration/options` (auth-server §13.2). */
export function postRegistrationOptions(context: Context): Response {
  const { user } = context;
  checkRegistrant(context, user);
  checkPasskeyCount(context, user);
  const rp = passkeyParty(context, "registration");
  const ceremony = beginCeremony(context, "registration", user);
  const { challenge } = ceremony;
  const name = user.user_metadata["name"];
  const displayName = typeof name === "string" && name !== ""
    ? name
    : user.email || user.phone;
  const exclude = context.db.passkeys.list("user", user.id)
    .map((passkey) => ({ id: passkey.credential_id }));
  const options: JsonObject = {
    ...creationOptions({ rp, user, challenge, displayName, exclude }),
    authenticatorSelection: {
      residentKey: "required",
      userVerification: "preferred",
    },
    attestation: "none",
  };
  return json(ceremonyJson(ceremony, options));
}

/** `POST /passkeys/registration/verify` (auth-server §13.3). */
export async function postRegistrationVerify(
  context: Context,
): Promise<Response> {
  const { user } = context;
  checkRegistrant(context, user);
  const { challenge, credential } = endCeremony(context, "registration", user);
  const rp = passkeyParty(context, "registration");
  const parsed = await parseCreation(credential) ?? refuseUnreadable();
  const stored = await verifyCreation(parsed, challenge.challenge, rp) ??
    refuseWrong();
  checkPasskeyCount(context, user);
  const passkey = store(context, user, stored);
  audit(context, user, "passkey_created", {
    traits: { passkey_id: passkey.id },
  });
  return json(passkeyJson(passkey));
}

function store(
  context: Context,
  user: User,
  credential: StoredCredential,
): Passkey {
  const { passkeys } = context.db;
  if (passkeys.first("credential", credential.id) !== undefined) {
    fail(
      422,
      "webauthn_credential_exists",
      "This credential is already registered",
    );
  }
  const now = context.now();
  return passkeys.insert({
    id: context.server.random.uuid(),
    user_id: user.id,
    credential_id: credential.id,
    credential,
    friendly_name: authenticatorName(credential.aaguid),
    created_at: now,
    updated_at: now,
    last_used_at: null,
  });
}

function checkRegistrant(context: Context, user: User): void {
  if (user.is_sso_user) {
    fail(422, "validation_failed", "SSO users cannot register passkeys");
  }
  checkPasskeyAal(context, user);
}
