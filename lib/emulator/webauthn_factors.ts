import type { Context } from "./context.ts";
import { fromBase64Url, toBase64 } from "./encoding.ts";
import { fail, invalid } from "./errors.ts";
import type {
  FactorMethods,
  FactorVerdict,
  NewChallenge,
  VerifyFactorParams,
} from "./factors.ts";
import type { Challenge, Factor, JsonObject, User } from "./records.ts";
import { assertionData, creationData } from "./webauthn/challenge_data.ts";
import {
  type StoredCredential,
  verifyAssertion,
  verifyCreation,
} from "./webauthn/credentials.ts";
import {
  createChallenge,
  creationOptions,
  credentialParams,
  describe,
  requestOptions,
  userHandle,
} from "./webauthn/options.ts";
import { parseAssertion, parseCreation } from "./webauthn/parsing.ts";
import { type RelyingParty, relyingParty } from "./webauthn/relying_party.ts";

const ZERO_TIME = "0001-01-01T00:00:00Z";

/** Security keys (auth-server §12). */
export const WEBAUTHN: FactorMethods = {
  amr: "mfa/webauthn",
  checkEnroll: (context) => {
    if (!context.settings.GOTRUE_MFA_WEB_AUTHN_ENROLL_ENABLED) {
      refuseDisabled("MFA enroll is disabled for WebAuthn");
    }
  },
  checkVerify: (context) => {
    if (context.settings.GOTRUE_MFA_WEB_AUTHN_VERIFY_ENABLED) return;
    const message = "MFA verification is disabled for WebAuthn";
    // The server takes the code of enrolments for verifications, but not for challenges.
    if (context.path.endsWith("/verify")) refuseDisabled(message);
    fail(422, "mfa_webauthn_verify_not_enabled", message);
  },
  prepare: () => ({}),
  enrolled: () => ({}),
  challenge,
  checkParams,
  verify: (context, factor, challenge, params) =>
    params.webauthn?.["type"] === "create"
      ? verifyCreate(context, factor, challenge, params)
      : verifyRequest(context, factor, challenge, params),
};

function refuseDisabled(message: string): never {
  fail(422, "mfa_webauthn_enroll_not_enabled", message);
}

/** An incomplete relying party is an error that the server does not expect. */
function mustHaveParty(context: Context): RelyingParty {
  const rp = relyingParty(context);
  if (rp === undefined || rp.id === "") {
    throw new Error("The settings of the relying party are incomplete");
  }
  return rp;
}

function challenge(
  context: Context,
  user: User,
  factor: Factor,
): NewChallenge {
  context.decode("ChallengeFactorParams", { channel: "string" });
  const rp = mustHaveParty(context);
  return factor.status === "verified"
    ? requestChallenge(context, user, factor, rp)
    : createNewChallenge(context, user, rp);
}

function createNewChallenge(
  context: Context,
  user: User,
  rp: RelyingParty,
): NewChallenge {
  const challenge = createChallenge(context);
  const exclude = context.db.factors.list("user", user.id)
    .flatMap((factor) => credentialOf(factor) ?? [])
    .map(({ id }) => ({ id, transports: ["usb", "nfc"] }));
  const displayName = user.email;
  const options = creationOptions({
    rp,
    user,
    challenge,
    displayName,
    exclude,
  });
  return offer("create", { ...options, authenticatorSelection: {} }, {
    ...sessionData(rp, user, challenge),
    credParams: credentialParams(),
  });
}

function requestChallenge(
  context: Context,
  user: User,
  factor: Factor,
  rp: RelyingParty,
): NewChallenge {
  const credential = credentialOf(factor);
  if (credential === undefined) throw new Error("A factor has no credential");
  const challenge = createChallenge(context);
  const options = {
    ...requestOptions(rp, challenge),
    allowCredentials: [describe(credential)],
  };
  const id = toBase64(fromBase64Url(credential.id)!);
  return offer("request", options, {
    ...sessionData(rp, user, challenge),
    allowed_credentials: [id],
  });
}

function offer(
  type: "create" | "request",
  publicKey: JsonObject,
  session: JsonObject,
): NewChallenge {
  return {
    values: { web_authn_session: session },
    answer: { webauthn: { type, credential_options: { publicKey } } },
  };
}

function sessionData(
  rp: RelyingParty,
  user: User,
  challenge: string,
): JsonObject {
  return {
    challenge,
    rpId: rp.id,
    user_id: userHandle(user),
    expires: ZERO_TIME,
    userVerification: "",
  };
}

function checkParams({ webauthn }: VerifyFactorParams): void {
  if (webauthn === null) invalid("WebAuthn config required");
  const { type, credential_response: response } = webauthn;
  if (type !== "create" && type !== "request") {
    invalid("WebAuthn type must be create or request");
  }
  if (response === undefined || response === null) {
    invalid("credential_response required");
  }
}

async function verifyCreate(
  context: Context,
  _factor: Factor,
  challenge: Challenge,
  { webauthn }: VerifyFactorParams,
): Promise<FactorVerdict> {
  const rp = mustHaveParty(context);
  const parsed = await parseCreation(webauthn?.["credential_response"]) ??
    refuseUnreadable();
  const credential = await verifyCreation(parsed, expected(challenge), rp);
  // The server has no answer of its own for a wrong attestation.
  if (credential === undefined) throw new Error("A credential is not valid");
  const data = creationData(challenge, parsed);
  return verdict({
    ...patchOf(credential),
    last_webauthn_challenge_data: data,
  });
}

async function verifyRequest(
  context: Context,
  factor: Factor,
  challenge: Challenge,
  { webauthn }: VerifyFactorParams,
): Promise<FactorVerdict> {
  const rp = mustHaveParty(context);
  const parsed = await parseAssertion(webauthn?.["credential_response"]) ??
    refuseUnreadable();
  const stored = credentialOf(factor);
  const handle = parsed.json.response["userHandle"];
  const isOwn = typeof handle !== "string" || handle === "" ||
    handle.replace(/=+$/, "") === challenge.web_authn_session?.["user_id"];
  if (stored?.id !== parsed.json.id || !isOwn) return verdict();
  const used = await verifyAssertion(parsed, expected(challenge), rp, stored);
  if (used === undefined) return verdict();
  const data = assertionData(challenge, parsed);
  return verdict({ ...patchOf(used), last_webauthn_challenge_data: data });
}

function verdict(patch?: NonNullable<FactorVerdict["patch"]>): FactorVerdict {
  return {
    valid: patch !== undefined,
    refusal: () =>
      fail(
        500,
        "unexpected_failure",
        "Failed to validate WebAuthn MFA response",
      ),
    ...(patch === undefined ? {} : { patch }),
  };
}

function patchOf(
  credential: StoredCredential,
): Pick<Factor, "web_authn_credential" | "web_authn_aaguid"> {
  return {
    web_authn_credential: credential,
    web_authn_aaguid: credential.aaguid,
  };
}

function expected(challenge: Challenge): string {
  return String(challenge.web_authn_session?.["challenge"] ?? "");
}

function credentialOf(factor: Factor): StoredCredential | undefined {
  return factor.status === "verified" && factor.web_authn_credential !== null
    ? factor.web_authn_credential as StoredCredential
    : undefined;
}

function refuseUnreadable(): never {
  invalid("Invalid credential_response");
}
