import { invalid, isObject, readObject, readString } from "./json.ts";

/** What the server offers. */
export interface Settings {
  /** The providers, and whether each is on. */
  readonly external: Readonly<Record<string, boolean>>;
  /** Whether nobody can sign up. */
  readonly disable_signup: boolean;
  /** Whether e-mail addresses count as confirmed without a mail. */
  readonly mailer_autoconfirm: boolean;
  /** Whether phone numbers count as confirmed without a message. */
  readonly phone_autoconfirm: boolean;
  /** Who sends text messages; empty when nobody does. */
  readonly sms_provider: string;
  /** Whether enterprise sign-in is on. */
  readonly saml_enabled: boolean;
  /** Whether passkeys are on; absent from older servers. */
  readonly passkeys_enabled?: boolean;
  /** Members that a newer server sends. */
  readonly [name: string]: unknown;
}

/** The server's name and version. */
export interface Health {
  /** `GoTrue`. */
  readonly name: string;
  /** Such as `v2.180.0`. */
  readonly version: string;
  /** What the server is, in a sentence. */
  readonly description: string;
}

/**
 * A public key.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-4}
 */
export interface Jwk {
  /** The kind of key: `EC`, `RSA`, `OKP`. */
  readonly kty: string;
  /** What the header of a token names the key by. */
  readonly kid?: string;
  /** The algorithm it is for, such as `ES256`. */
  readonly alg?: string;
  /** `sig`: for signatures. */
  readonly use?: string;
  /** The members of its kind of key. */
  readonly [name: string]: unknown;
}

/**
 * A set of public keys.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-5}
 */
export interface Jwks {
  /** The keys; those of unknown kinds are kept. */
  readonly keys: readonly Jwk[];
}

/**
 * Parses the server's settings.
 *
 * @param json As the server sends them.
 * @returns The settings.
 * @throws {AuthResponseError} `invalid_response` when it is something else.
 */
export function parseSettings(json: unknown): Settings {
  const object = readObject(json, "settings");
  readObject(object["external"], "external");
  return object as Settings;
}

/**
 * Parses the server's name and version.
 *
 * @param json As the server sends them.
 * @returns Name, version and description.
 * @throws {AuthResponseError} `invalid_response` when it is something else.
 */
export function parseHealth(json: unknown): Health {
  const object = readObject(json, "health");
  readString(object, "name");
  readString(object, "version");
  return object as unknown as Health;
}

/**
 * Parses a set of keys.
 *
 * @param json As the server sends it.
 * @returns The set. Keys of kinds unknown here are kept.
 * @throws {AuthResponseError} `invalid_response` when it is something else.
 */
export function parseJwks(json: unknown): Jwks {
  const { keys } = readObject(json, "keys");
  if (!Array.isArray(keys) || !keys.every(isObject)) {
    throw invalid("keys must be an array of objects");
  }
  return json as Jwks;
}
