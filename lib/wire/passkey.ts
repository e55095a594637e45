import {
  invalid,
  type JsonObject,
  readNumber,
  readObject,
  readRecord,
  readString,
} from "./json.ts";
import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  readCreationOptions,
  readRequestOptions,
} from "./webauthn.ts";

/** A passkey, as the server knows it. */
export interface Passkey {
  /** A UUID; not the credential's own id. */
  readonly id: string;
  /** What the user calls it; at first the name of its authenticator. */
  readonly friendly_name?: string;
  /** When it was registered. */
  readonly created_at: Date;
  /** When it last signed its user in; null or absent before the first time. */
  readonly last_used_at?: Date | null;
  /** Members that a newer server sends. */
  readonly [name: string]: unknown;
}

/** A ceremony that has begun on the server. */
export interface PasskeyChallenge<Options> {
  /** What the functions that verify take as `challengeId`. Good for one use. */
  readonly challenge_id: string;
  /** What the browser's ceremony needs, binary members in base64url. */
  readonly options: Options;
  /** In seconds since 1970. */
  readonly expires_at: number;
}

/** The registration of a passkey that awaits its ceremony in the browser. */
export type PasskeyRegistrationOptions = PasskeyChallenge<
  PublicKeyCredentialCreationOptionsJSON
>;

/** A sign-in by passkey that awaits its ceremony in the browser. */
export type PasskeyAuthenticationOptions = PasskeyChallenge<
  PublicKeyCredentialRequestOptionsJSON
>;

/**
 * Parses a passkey.
 *
 * @param json As the server sends it.
 * @returns The passkey, its points in time as `Date`s.
 * @throws {AuthResponseError} `invalid_response` when it is none.
 */
export function parsePasskey(json: unknown): Passkey {
  return readRecord(json, "passkey") as Passkey;
}

/**
 * Parses a list of passkeys.
 *
 * @param json As the server sends it.
 * @returns The passkeys.
 * @throws {AuthResponseError} `invalid_response` when it is no list of them.
 */
export function parsePasskeys(json: unknown): Passkey[] {
  if (!Array.isArray(json)) throw invalid("passkeys must be an array");
  return json.map(parsePasskey);
}

/**
 * Parses the beginning of a registration.
 *
 * @param json As the server sends it.
 * @returns The challenge and the options, as sent.
 * @throws {AuthResponseError} `invalid_response` when it is something else.
 */
export function parseRegistrationOptions(
  json: unknown,
): PasskeyRegistrationOptions {
  const challenge = readChallenge(json);
  readCreationOptions(challenge["options"]);
  return challenge as unknown as PasskeyRegistrationOptions;
}

/**
 * Parses the beginning of a sign-in.
 *
 * @param json As the server sends it.
 * @returns The challenge and the options, as sent.
 * @throws {AuthResponseError} `invalid_response` when it is something else.
 */
export function parseAuthenticationOptions(
  json: unknown,
): PasskeyAuthenticationOptions {
  const challenge = readChallenge(json);
  readRequestOptions(challenge["options"]);
  return challenge as unknown as PasskeyAuthenticationOptions;
}

function readChallenge(json: unknown): JsonObject {
  const challenge = readObject(json, "challenge");
  readString(challenge, "challenge_id");
  readNumber(challenge, "expires_at");
  return challenge;
}
