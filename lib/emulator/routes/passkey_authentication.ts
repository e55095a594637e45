import { signInResponse } from "../access_tokens.ts";
import { audit } from "../audit.ts";
import type { Context } from "../context.ts";
import { fromBase64Url, fromUtf8 } from "../encoding.ts";
import { fail } from "../errors.ts";
import { json } from "../http.ts";
import type { User } from "../records.ts";
import type { Passkey } from "../records_passkeys.ts";
import { verifyAssertion } from "../webauthn/credentials.ts";
import { requestOptions } from "../webauthn/options.ts";
import { parseAssertion, type ParsedCredential } from "../webauthn/parsing.ts";
import {
  beginCeremony,
  ceremonyJson,
  endCeremony,
  passkeyParty,
  refuseUnreadable,
  refuseWrong,
} from "../webauthn/passkeys.ts";

/** `POST /passkeys/authentication/options` (auth-server §13.4). */
export function postAuthenticationOptions(context: Context): Response {
  const rp = passkeyParty(context, "authentication");
  const ceremony = beginCeremony(context, "authentication", undefined);
  return json(ceremonyJson(ceremony, {
    ...requestOptions(rp, ceremony.challenge),
    userVerification: "preferred",
  }));
}

/** `POST /passkeys/authentication/verify` (auth-server §13.5). */
export async function postAuthenticationVerify(
  context: Context,
): Promise<Response> {
  const { challenge, credential } = endCeremony(
    context,
    "authentication",
    undefined,
  );
  const rp = passkeyParty(context, "authentication");
  const parsed = await parseAssertion(credential) ?? refuseUnreadable();
  const passkey = passkeyOf(context, parsed) ?? refuseWrong();
  const verified = await verifyAssertion(
    parsed,
    challenge.challenge,
    rp,
    passkey.credential,
  ) ?? refuseWrong();
  const user = context.db.users.must(passkey.user_id);
  checkUser(context, user);
  const now = context.now();
  context.db.passkeys.update(passkey.id, {
    credential: verified,
    last_used_at: now,
    updated_at: now,
  });
  audit(context, user, "login", { traits: { passkey_id: passkey.id } });
  return await signInResponse(context, user, "passkey");
}

/** The passkey that an answer claims to be from: the user's whose handle comes with it. */
function passkeyOf(
  context: Context,
  { json }: ParsedCredential,
): Passkey | undefined {
  const handle = json.response["userHandle"];
  const bytes = typeof handle === "string"
    ? fromBase64Url(handle.replace(/=+$/, ""))
    : undefined;
  const passkey = context.db.passkeys.first("credential", json.id);
  const isOwn = bytes !== undefined && fromUtf8(bytes) === passkey?.user_id;
  return isOwn ? passkey : undefined;
}

function checkUser(context: Context, user: User): void {
  if (user.email !== "" && user.email_confirmed_at === null) {
    fail(403, "email_not_confirmed", "Email not confirmed");
  }
  if (user.phone !== "" && user.phone_confirmed_at === null) {
    fail(403, "phone_not_confirmed", "Phone not confirmed");
  }
  if ((user.banned_until ?? 0) > context.server.clock.now()) {
    fail(403, "user_banned", "User is banned");
  }
}
