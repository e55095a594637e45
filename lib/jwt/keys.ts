/** Keys to verify tokens with, and the choice among them. */
import type { Jwk, Jwks } from "../wire/settings.ts";
import { refuse } from "./claims.ts";
import type { JwtHeader } from "./decode.ts";

/** The algorithms that the auth server can sign with. */
export type JwtAlgorithm =
  | "HS256"
  | "RS256"
  | "RS512"
  | "ES256"
  | "ES512"
  | "EdDSA";

/** The platform's parameters for importing a key. */
interface Parameters {
  readonly name: string;
  readonly hash?: string;
  readonly namedCurve?: string;
}

/** A key, ready for use with one algorithm. */
export interface VerificationKey {
  readonly kid: string | undefined;
  readonly alg: string;
  /** Settles when the signature of a token is right, and rejects otherwise. */
  readonly verify: (token: string) => Promise<unknown>;
  /** The members it was made of, as text. */
  readonly material?: string;
}

/** Binds a key to what checks signatures with it. */
type Bind = (key: CryptoKey) => VerificationKey["verify"];

/** The usable keys of a set, and the names of the others. */
export interface KeySet {
  readonly keys: readonly VerificationKey[];
  readonly unusable: readonly unknown[];
}

/** Type of the key, and parameters. */
type Algorithm = readonly [kty: string, Parameters];

const RSA = "RSASSA-PKCS1-v1_5";
const SHA256 = "SHA-256";
const SHA512 = "SHA-512";
const HMAC: Parameters = { name: "HMAC", hash: SHA256 };
const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  RS256: ["RSA", { name: RSA, hash: SHA256 }],
  RS512: ["RSA", { name: RSA, hash: SHA512 }],
  ES256: ["EC", { name: "ECDSA", hash: SHA256, namedCurve: "P-256" }],
  ES512: ["EC", { name: "ECDSA", hash: SHA512, namedCurve: "P-521" }],
  EdDSA: ["OKP", { name: "Ed25519" }],
};
/** RFC 7518, section 3.3. */
const MIN_RSA_BITS = 2048;
/** A server has a handful; each takes time to import. */
const MAX_KEYS = 32;

/**
 * Makes keys of a key set, or the key of a shared secret. What cannot be used
 * of a set is left out: private and symmetric keys, those for other purposes,
 * malformed and short ones.
 *
 * @param source The set; the secret's bytes, or text whose UTF-8 they are.
 * @param previous Keys to go on using where the set still holds them.
 * @returns The keys.
 */
export async function importKeys(
  source: Jwks | string | Uint8Array<ArrayBuffer>,
  previous: readonly VerificationKey[] = [],
): Promise<KeySet> {
  const keys: VerificationKey[] = [], unusable: unknown[] = [];
  // jose does the cryptography; nobody waits for it before there are keys.
  const { compactVerify } = await import("jose/jws/compact/verify");
  const bind: Bind = (key) => (token) => compactVerify(token, key);
  if (typeof source === "string" || source instanceof Uint8Array) {
    keys.push(await importSecret(source, bind));
    return { keys, unusable };
  }
  for (const jwk of source.keys.slice(0, MAX_KEYS)) {
    const key = await importKey(jwk, [...keys, ...previous], bind);
    if (!key) unusable.push(jwk.kid);
    else if (!keys.includes(key)) keys.push(key);
  }
  return { keys, unusable };
}

async function importKey(
  jwk: Jwk,
  known: readonly VerificationKey[],
  bind: Bind,
): Promise<VerificationKey | undefined> {
  const { kid, use = "sig", key_ops = ["verify"], kty, crv, n, e, x, y } = jwk;
  const alg = jwk.alg ??
    Object.keys(ALGORITHMS).find((name) => fits(name, kty, crv));
  if (
    !alg || !fits(alg, kty, crv) || jwk["d"] !== undefined || use !== "sig" ||
    !Array.isArray(key_ops) || !key_ops.includes("verify")
  ) return;
  const source = { kty, crv, n, e, x, y };
  const material = JSON.stringify([kid, alg, source]);
  const same = known.find((key) => key.material === material);
  if (same) return same;
  const [, parameters] = ALGORITHMS[alg] as Algorithm;
  try {
    const key = await crypto.subtle
      .importKey("jwk", source as JsonWebKey, parameters, false, ["verify"]);
    const { modulusLength = MIN_RSA_BITS } = key
      .algorithm as Partial<RsaHashedKeyAlgorithm>;
    if (modulusLength < MIN_RSA_BITS) return;
    return { kid, alg, verify: bind(key), material };
  } catch {
    // A malformed key must not disturb those beside it.
  }
}

/** Whether keys of a type and on a curve are for an algorithm. */
function fits(alg: string, type: string, crv: unknown): boolean {
  if (!Object.hasOwn(ALGORITHMS, alg)) return false;
  const [kty, { name, namedCurve }] = ALGORITHMS[alg] as Algorithm;
  return kty === type && (kty === "RSA" || crv === (namedCurve ?? name));
}

async function importSecret(
  secret: string | Uint8Array<ArrayBuffer>,
  bind: Bind,
): Promise<VerificationKey> {
  const bytes = typeof secret === "string"
    ? new TextEncoder().encode(secret)
    : secret;
  const key = await crypto.subtle
    .importKey("raw", bytes, HMAC, false, ["verify"]);
  return { kid: undefined, alg: "HS256", verify: bind(key) };
}

/**
 * Chooses the key that a token names.
 *
 * @param set The keys.
 * @param header The token's.
 * @returns The key; undefined when the set does not have it.
 * @throws {AuthTokenError} `jwt_key_unsuitable` when the key of this name
 * cannot be used, not for this algorithm, or is not the only one.
 */
export function findKey(
  { keys, unusable }: KeySet,
  { alg, kid }: JwtHeader,
): VerificationKey | undefined {
  // A secret has no name, whatever its tokens call it.
  const named = kid === undefined || alg === "HS256"
    ? keys
    : keys.filter((key) => key.kid === kid);
  const [key, other] = named.filter((key) => key.alg === alg);
  if (key && !other) return key;
  if (kid === undefined || !named[0] && !unusable.includes(kid)) return;
  throw refuse("jwt_key_unsuitable", "its key is not for its algorithm");
}
