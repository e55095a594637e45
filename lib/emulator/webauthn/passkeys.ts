import { isUuid } from "../body.ts";
import { formatTime, unixSeconds } from "../clock.ts";
import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import type { JsonObject, User } from "../records.ts";
import type { Passkey, PasskeyChallenge } from "../records_passkeys.ts";
import { highestAal } from "../sessions.ts";
import { createChallenge } from "./options.ts";
import { type RelyingParty, relyingParty } from "./relying_party.ts";

const HOUR = 3_600_000;

/** Refuses everything of passkeys where they are off. */
export function requirePasskeys(context: Context): void {
  if (!context.settings.GOTRUE_PASSKEY_ENABLED) {
    fail(404, "passkey_disabled", "Passkeys are disabled");
  }
}

/** Refuses where a second factor is set up and was not used (auth-server §13.1). */
export function checkPasskeyAal(context: Context, user: User): void {
  const needsAal2 = highestAal(context, user) === "aal2";
  if (needsAal2 && context.session?.aal !== "aal2") {
    fail(
      403,
      "insufficient_aal",
      "AAL2 session is required to manage passkeys when MFA is enabled",
    );
  }
}

/** Refuses a user that has as many passkeys as one may have. */
export function checkPasskeyCount(context: Context, user: User): void {
  const count = context.db.passkeys.list("user", user.id).length;
  if (count >= context.settings.GOTRUE_PASSKEY_MAX_PASSKEYS_PER_USER) {
    fail(422, "too_many_passkeys", "Maximum number of passkeys reached");
  }
}

/** The relying party of a ceremony with passkeys, which has to have a domain. */
export function passkeyParty(
  context: Context,
  ceremony: PasskeyChallenge["type"],
): RelyingParty {
  const rp = relyingParty(context);
  if (rp === undefined) {
    fail(500, "unexpected_failure", "Failed to initialize WebAuthn");
  }
  if (rp.id === "") {
    fail(
      500,
      "unexpected_failure",
      `Failed to generate WebAuthn ${ceremony} options`,
    );
  }
  return rp;
}

/** Begins a ceremony. */
export function beginCeremony(
  context: Context,
  type: PasskeyChallenge["type"],
  user: User | undefined,
): PasskeyChallenge {
  forgetOldCeremonies(context);
  const life = context.settings.GOTRUE_WEBAUTHN_CHALLENGE_EXPIRY_DURATION;
  return context.db.passkeyChallenges.insert({
    id: context.server.random.uuid(),
    user_id: user?.id ?? null,
    type,
    challenge: createChallenge(context),
    expires_at: context.now() + life,
  });
}

/** The answer that begins a ceremony. */
export function ceremonyJson(
  challenge: PasskeyChallenge,
  options: JsonObject,
): JsonObject {
  return {
    challenge_id: challenge.id,
    options,
    expires_at: unixSeconds(challenge.expires_at),
  };
}

/** Ceremonies that ended long ago; the oldest come first. */
function forgetOldCeremonies(context: Context): void {
  const { passkeyChallenges } = context.db;
  const oldest = context.server.clock.now() - HOUR;
  for (const challenge of passkeyChallenges.all()) {
    if (challenge.expires_at > oldest) return;
    passkeyChallenges.delete(challenge.id);
  }
}

/** The answer to a ceremony, with the ceremony itself, which is over by it. */
export function endCeremony(
  context: Context,
  type: PasskeyChallenge["type"],
  user: User | undefined,
): { readonly challenge: PasskeyChallenge; readonly credential: unknown } {
  const { challenge_id: id, credential } = context.decode(
    "PasskeyVerifyParams",
    { challenge_id: "string", credential: "any" },
  );
  if (id === "") invalid("challenge_id is required");
  if (credential === undefined) invalid("credential is required");
  if (!isUuid(id)) invalid("challenge_id must be a valid UUID");
  const challenge = context.db.passkeyChallenges.get(id.toLowerCase());
  if (challenge?.type !== type || challenge.user_id !== (user?.id ?? null)) {
    fail(
      400,
      "webauthn_challenge_not_found",
      "Challenge not found or already used",
    );
  }
  context.db.passkeyChallenges.delete(challenge.id);
  context.transaction.keep();
  if (context.server.clock.now() > challenge.expires_at) {
    fail(400, "webauthn_challenge_expired", "Challenge has expired");
  }
  return { challenge, credential };
}

/** Refuses an answer that is none. */
export function refuseUnreadable(): never {
  fail(400, "webauthn_verification_failed", "Invalid credential response");
}

/** Refuses an answer that is wrong. */
export function refuseWrong(): never {
  fail(400, "webauthn_verification_failed", "Credential verification failed");
}

/** A passkey as the server shows it. */
export function passkeyJson(passkey: Passkey): JsonObject {
  const { id, friendly_name, created_at, last_used_at } = passkey;
  return {
    id,
    ...(friendly_name === "" ? {} : { friendly_name }),
    created_at: formatTime(created_at),
    ...(last_used_at === null
      ? {}
      : { last_used_at: formatTime(last_used_at) }),
  };
}

/** The passkey of the path, which has to be the user's. */
export function findPasskey(context: Context, user: User): Passkey {
  const passkey = context.db.passkeys.get(checkPasskeyId(context));
  return passkey?.user_id === user.id ? passkey : refuseUnknown();
}

/** The id in the path. */
export function checkPasskeyId(context: Context): string {
  const id = context.params["passkey_id"] ?? "";
  return isUuid(id) ? id.toLowerCase() : refuseUnknown();
}

function refuseUnknown(): never {
  fail(404, "validation_failed", "Passkey not found");
}
