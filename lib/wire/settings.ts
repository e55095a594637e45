import { invalid, isObject, readObject, readString } from "./json.ts";

/** What the server offers. */
export interface Settings {
  /** The providers, and whether each is on. */
  readonly external: Readonly<Record<string, boolean>>;
  readonly disable_signup: boolean;
  readonly mailer_autoconfirm: boolean;
  readonly phone_autoconfirm: boolean;
  readonly sms_provider: string;
  readonly saml_enabled: boolean;
  readonly passkeys_enabled?: boolean;
  /** Members that a newer server sends. */
  readonly [name: string]: unknown;
}

/** The server's name and version. */
export interface Health {
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

/** A public key. */
export interface Jwk {
  readonly kty: string;
  readonly kid?: string;
  readonly alg?: string;
  readonly use?: string;
  /** The members of its kind of key. */
  readonly [name: string]: unknown;
}

/** A set of public keys. */
export interface Jwks {
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
  const { keys } = readObject(json, "key set");
  if (!Array.isArray(keys) || !keys.every(isObject)) {
    throw invalid("keys must be an array of objects");
  }
  return json as Jwks;
}
