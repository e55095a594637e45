/**
 * What a replay needs of JSON Web Tokens: reading, signing, spoiling, checking. Web Crypto only.
 *
 * @module
 */
import {
  base64url,
  type Bytes,
  fromBase64,
  fromUtf8,
  utf8,
} from "./encoding.ts";
import type { DecodedToken, Instance, JsonObject } from "./types.ts";

const TOKEN = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/;

/** The header and payload of a compact token, or `undefined` where the text is none. */
export function decodeToken(text: string): DecodedToken | undefined {
  const found = TOKEN.exec(text);
  if (found === null) return undefined;
  try {
    const header = JSON.parse(fromUtf8(fromBase64(found[1]!)));
    const payload = JSON.parse(fromUtf8(fromBase64(found[2]!)));
    return isObject(header) && isObject(payload)
      ? { header, payload }
      : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function encodePart(value: JsonObject): string {
  return base64url(utf8(JSON.stringify(value)));
}

/** Signs a token with HMAC-SHA-256; the secret is taken as text. */
export function signHs256(
  header: JsonObject,
  payload: JsonObject,
  secret: string,
): Promise<string> {
  const k = base64url(utf8(secret));
  return signWithJwk(header, payload, { kty: "oct", k, alg: "HS256" });
}

/** Signs a token with a private (or symmetric) JSON Web Key, by the `alg` of the header. */
export async function signWithJwk(
  header: JsonObject,
  payload: JsonObject,
  jwk: JsonWebKey,
): Promise<string> {
  const input = `${encodePart(header)}.${encodePart(payload)}`;
  const [imported, used] = algorithms(String(header.alg));
  const key = await crypto.subtle.importKey("jwk", bare(jwk), imported, false, [
    "sign",
  ]);
  const signature = await crypto.subtle.sign(used, key, utf8(input));
  return `${input}.${base64url(new Uint8Array(signature))}`;
}

/** Whether the signature of a token is right under a key. */
export async function verifyWithJwk(
  token: string,
  jwk: JsonWebKey,
): Promise<boolean> {
  const decoded = decodeToken(token);
  if (decoded === undefined) return false;
  const at = token.lastIndexOf(".");
  const [imported, used] = algorithms(String(decoded.header.alg));
  const key = await crypto.subtle.importKey(
    "jwk",
    publicPart(jwk),
    imported,
    false,
    ["verify"],
  );
  return await crypto.subtle.verify(
    used,
    key,
    fromBase64(token.slice(at + 1)),
    utf8(token.slice(0, at)),
  );
}

function bare(jwk: JsonWebKey): JsonWebKey {
  const { use: _use, key_ops: _ops, ...rest } = jwk;
  return rest;
}

function publicPart(jwk: JsonWebKey): JsonWebKey {
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...rest } = bare(jwk);
  return rest;
}

type Algorithm =
  | HmacImportParams
  | RsaHashedImportParams
  | EcKeyImportParams
  | EcdsaParams
  | { name: string };

function algorithms(
  alg: string,
): [HmacImportParams | RsaHashedImportParams | EcKeyImportParams, Algorithm] {
  switch (alg) {
    case "HS256":
      return [{ name: "HMAC", hash: "SHA-256" }, { name: "HMAC" }];
    case "RS256":
      return [{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, {
        name: "RSASSA-PKCS1-v1_5",
      }];
    case "ES256":
      return [{ name: "ECDSA", namedCurve: "P-256" }, {
        name: "ECDSA",
        hash: "SHA-256",
      }];
    case "EdDSA":
      return [{ name: "Ed25519" } as EcKeyImportParams, { name: "Ed25519" }];
  }
  throw new TypeError(`Unknown algorithm: ${alg}`);
}

/** The same token with the first byte of its signature changed. */
export function tamper(token: string): string {
  const at = token.lastIndexOf(".");
  const signature: Bytes = fromBase64(token.slice(at + 1));
  signature[0] = signature[0]! ^ 1;
  return `${token.slice(0, at)}.${base64url(signature)}`;
}

/** The same claims but one (`undefined` deletes it), with a plain HS256 header and signature. */
export function resign(
  token: string,
  claim: string,
  value: string | undefined,
  secret: string,
): Promise<string> {
  const decoded = decodeToken(token);
  if (decoded === undefined) throw new TypeError("Not a token");
  const payload = { ...decoded.payload };
  if (value === undefined) delete payload[claim];
  else payload[claim] = value;
  return signHs256({ alg: "HS256", typ: "JWT" }, payload, secret);
}

/** The private keys of an instance: `GOTRUE_JWT_KEYS`, else `GOTRUE_JWT_SECRET` as an HS256 key without `kid`. */
export function instanceKeys(env: Record<string, string>): JsonWebKey[] {
  const keys: JsonWebKey[] = [{
    kty: "oct",
    k: base64url(utf8(env.GOTRUE_JWT_SECRET ?? "")),
    alg: "HS256",
  }];
  if (env.GOTRUE_JWT_KEYS !== undefined) {
    keys.push(...JSON.parse(env.GOTRUE_JWT_KEYS));
  }
  return keys;
}

/** The key of an instance that a token names by `kid` (none: the plain secret), or `undefined`. */
export function keyOfToken(
  token: DecodedToken,
  instance: Pick<Instance, "env">,
): JsonWebKey | undefined {
  return instanceKeys(instance.env).find((key) =>
    (key as { kid?: string }).kid === token.header.kid
  );
}

/**
 * The same token with `iat`, `nbf` and `exp` moved by `seconds`, signed again with the key of the instance; a token of somebody else
 * stays as it is.
 */
export async function redate(
  token: string,
  seconds: number,
  instance: Pick<Instance, "env">,
): Promise<string> {
  const decoded = decodeToken(token);
  const key = decoded && keyOfToken(decoded, instance);
  if (
    decoded === undefined || key === undefined || decoded.header.alg === "none"
  ) return token;
  if (!await verifyWithJwk(token, key)) return token;
  const payload = { ...decoded.payload };
  for (const claim of ["iat", "nbf", "exp"]) {
    const value = payload[claim];
    if (typeof value === "number") payload[claim] = value + seconds;
  }
  return await signWithJwk(decoded.header, payload, key);
}
