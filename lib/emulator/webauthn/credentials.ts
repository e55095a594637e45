import { fromBase64Url, toBase64Url } from "../encoding.ts";
import type { JsonObject } from "../records.ts";
import { loadWebAuthn, type WebAuthnLibrary } from "./library.ts";
import { ALGORITHMS } from "./options.ts";
import type { ParsedCreation, ParsedCredential } from "./parsing.ts";
import type { RelyingParty } from "./relying_party.ts";

/** A credential as it is kept; bytes are base64url. */
export interface StoredCredential extends JsonObject {
  readonly id: string;
  /** COSE. */
  readonly public_key: string;
  readonly attestation_type: string;
  readonly aaguid: string;
  readonly sign_count: number;
  readonly transports: readonly string[];
  readonly backup_eligible: boolean;
  readonly backed_up: boolean;
}

type CreationOptions = Parameters<
  WebAuthnLibrary["verifyRegistrationResponse"]
>[0];
type AssertionOptions = Parameters<
  WebAuthnLibrary["verifyAuthenticationResponse"]
>[0];

/** Checks an answer that makes a credential; the credential, or undefined when something is wrong. */
export async function verifyCreation(
  parsed: ParsedCreation,
  challenge: string,
  rp: RelyingParty,
): Promise<StoredCredential | undefined> {
  const { verifyRegistrationResponse } = await loadWebAuthn();
  const info = await attempt(async () => {
    const result = await verifyRegistrationResponse({
      response: parsed.json as unknown as CreationOptions["response"],
      expectedChallenge: challenge,
      expectedOrigin: [...rp.origins],
      expectedRPID: rp.id,
      requireUserVerification: false,
      supportedAlgorithmIDs: [...ALGORITHMS],
    });
    return result.registrationInfo;
  });
  return info && {
    id: info.credential.id,
    public_key: toBase64Url(info.credential.publicKey),
    attestation_type: info.fmt,
    aaguid: info.aaguid,
    sign_count: info.credential.counter,
    transports: transportsOf(parsed.json.response["transports"]),
    backup_eligible: info.credentialDeviceType === "multiDevice",
    backed_up: info.credentialBackedUp,
  };
}

/** Checks an answer that uses a credential; the credential as it is now, or undefined when something is wrong. */
export async function verifyAssertion(
  parsed: ParsedCredential,
  challenge: string,
  rp: RelyingParty,
  stored: StoredCredential,
): Promise<StoredCredential | undefined> {
  const { verifyAuthenticationResponse } = await loadWebAuthn();
  const info = await attempt(async () => {
    const result = await verifyAuthenticationResponse({
      response: parsed.json as unknown as AssertionOptions["response"],
      expectedChallenge: challenge,
      expectedOrigin: [...rp.origins],
      expectedRPID: rp.id,
      requireUserVerification: false,
      credential: {
        id: stored.id,
        publicKey: fromBase64Url(stored.public_key)!,
        // A counter that falls back is no reason to refuse.
        counter: 0,
      },
    });
    return result.verified ? result.authenticationInfo : undefined;
  });
  if (info === undefined) return undefined;
  const isEligible = info.credentialDeviceType === "multiDevice";
  if (isEligible !== stored.backup_eligible) return undefined;
  const sign_count = Math.max(stored.sign_count, info.newCounter);
  return { ...stored, sign_count, backed_up: info.credentialBackedUp };
}

/** Everything that the library refuses, it throws. */
async function attempt<T>(
  verify: () => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await verify();
  } catch {
    return undefined;
  }
}

function transportsOf(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === "string")
    : [];
}
