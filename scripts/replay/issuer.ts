/**
 * The fake OpenID Connect issuer: recorded id tokens are made anew with a key of this run, which the issuer publishes in place of the
 * recorded one.
 *
 * @module
 */
import { base64url, fromBase64, utf8 } from "./encoding.ts";
import { decodeToken, signWithJwk, verifyWithJwk } from "./jwt.ts";
import type { JsonObject } from "./types.ts";

const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
  hash: "SHA-256",
} as const;
const TIMES = ["iat", "nbf", "exp", "auth_time"];

/** An issuer with one key. */
export interface Issuer {
  /** A recorded token with its times moved to `nowMs`, signed with this run's key (or with a wrong one, if the recorded signature was wrong). */
  remake(recorded: string, claims: JsonObject, nowMs: number): Promise<string>;
  /** The discovery document or the key set, or `undefined` for any other path. */
  answer(url: URL): Response | undefined;
}

/** Makes an issuer that stands in for the one whose public key is `recordedKey` (unknown: all recorded signatures count as right). */
export async function createIssuer(
  recordedKey: JsonWebKey | undefined,
): Promise<Issuer> {
  const privateJwk = await generate();
  const kid = (recordedKey as { kid?: string } | undefined)?.kid ?? "idp-1";
  const { n = "", e = "" } = privateJwk;
  const keys = { keys: [{ kty: "RSA", n, e, kid, alg: "RS256", use: "sig" }] };
  return {
    remake: async (recorded, claims, nowMs) => {
      const good = recordedKey === undefined ||
        await verifyWithJwk(recorded, recordedKey).catch(() => false);
      return await remake(
        recorded,
        claims,
        nowMs,
        good ? privateJwk : await generate(),
      );
    },
    answer: (url) => answer(url, keys),
  };
}

async function generate(): Promise<JsonWebKey> {
  const pair = await crypto.subtle.generateKey(RSA, true, ["sign", "verify"]);
  return await crypto.subtle.exportKey("jwk", pair.privateKey);
}

async function remake(
  recorded: string,
  claims: JsonObject,
  nowMs: number,
  jwk: JsonWebKey,
): Promise<string> {
  const decoded = decodeToken(recorded);
  if (decoded === undefined) return recorded;
  const payload = { ...decoded.payload };
  const shift = Math.floor(nowMs / 1000) - Number(payload.iat ?? 0);
  for (const name of TIMES) {
    const value = payload[name];
    if (typeof value === "number" && !Object.hasOwn(claims, name)) {
      payload[name] = value + shift;
    }
  }
  if (decoded.header.alg === "RS256") {
    return await signWithJwk(decoded.header, payload, jwk);
  }
  const signature = fromBase64(recorded.slice(recorded.lastIndexOf(".") + 1));
  const parts = [
    utf8(JSON.stringify(decoded.header)),
    utf8(JSON.stringify(payload)),
    signature,
  ];
  return parts.map(base64url).join(".");
}

function answer(url: URL, keys: unknown): Response | undefined {
  const found =
    /^(\/realms\/[^/]+)\/(\.well-known\/openid-configuration|protocol\/openid-connect\/certs)$/
      .exec(url.pathname);
  if (found === null) return undefined;
  if (found[2]!.endsWith("certs")) return Response.json(keys);
  const issuer = url.origin + found[1];
  const endpoint = `${issuer}/protocol/openid-connect`;
  return Response.json({
    issuer,
    authorization_endpoint: `${endpoint}/auth`,
    token_endpoint: `${endpoint}/token`,
    userinfo_endpoint: `${endpoint}/userinfo`,
    jwks_uri: `${endpoint}/certs`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  });
}
