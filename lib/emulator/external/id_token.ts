import type { Context } from "../context.ts";
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../encoding.ts";
import { formatValue } from "../go_values.ts";
import type { JsonObject } from "../records.ts";
import { fetchJson } from "./fetch_json.ts";

/** An id token in its parts, read without checking anything. */
export interface IdToken {
  /** The protected header. */
  readonly header: JsonObject;
  /** The claims. */
  readonly claims: JsonObject;
}

const DEFAULT_ALGORITHMS = ["RS256"];

/** Reads an id token without checking it; undefined when it is none. */
export function decodeIdToken(token: string): IdToken | undefined {
  const parts = token.split(".");
  const [header, claims] = parts.slice(0, 2).map(decodePart);
  if (parts.length !== 3 || header === undefined || claims === undefined) {
    return undefined;
  }
  return { header, claims };
}

function decodePart(part: string): JsonObject | undefined {
  try {
    const value = JSON.parse(fromUtf8(fromBase64Url(part)!));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

/** The audiences of a token. */
export function audiences(claims: JsonObject): readonly string[] {
  const { aud } = claims;
  const list = Array.isArray(aud) ? aud : aud === undefined ? [] : [aud];
  return list.filter((one) => typeof one === "string");
}

/** Where the keys of an issuer are, and what it signs with. */
interface IssuerKeys {
  readonly algorithms: readonly string[];
  readonly keys: readonly JsonObject[];
}

/**
 * Checks an id token of an issuer: signature, issuer, times, and the access token's hash where both
 * are there. Gives undefined for a bad one; throws when the issuer's keys cannot be had.
 */
export async function verifyIdToken(
  context: Context,
  issuer: string,
  token: string,
  accessToken = "",
): Promise<IdToken | undefined> {
  const keys = await loadKeys(context, issuer);
  const decoded = decodeIdToken(token);
  if (decoded === undefined) return undefined;
  const { header, claims } = decoded;
  const isGood = claims["iss"] === issuer &&
    keys.algorithms.some((alg) => alg === header["alg"]) &&
    isTimely(context, claims) &&
    await hasSignature(keys, token, header["kid"]) &&
    await fitsAccessToken(decoded, accessToken);
  return isGood ? decoded : undefined;
}

function isTimely(context: Context, claims: JsonObject): boolean {
  const seconds = context.server.clock.now() / 1000;
  const { exp, nbf } = claims;
  if (typeof exp !== "number" || seconds > exp) return false;
  // The server's library grants five minutes to clocks that are ahead.
  return typeof nbf !== "number" || seconds + 300 >= nbf;
}

async function loadKeys(
  context: Context,
  issuer: string,
): Promise<IssuerKeys> {
  const known = context.server.issuerKeys[issuer];
  if (known !== undefined) {
    return { algorithms: known.keys.flatMap(algorithmsOf), keys: known.keys };
  }
  const document = await fetchJson(context, discoveryUrl(issuer));
  if (document["issuer"] !== issuer) {
    throw new Error("The issuer of the discovery document differs");
  }
  const { jwks_uri: address } = document;
  if (typeof address !== "string" || !URL.canParse(address)) {
    throw new Error("The discovery document names no keys");
  }
  const set = await fetchJson(context, address);
  const algorithms = document["id_token_signing_alg_values_supported"];
  return {
    algorithms: Array.isArray(algorithms) ? algorithms : DEFAULT_ALGORITHMS,
    keys: Array.isArray(set["keys"]) ? set["keys"] : [],
  };
}

/** The algorithms that a key is good for. */
function algorithmsOf(key: JsonObject): readonly string[] {
  if (typeof key["alg"] === "string") return [key["alg"]];
  if (key["kty"] === "OKP") return ["EdDSA"];
  const size = { "P-384": "384", "P-521": "512" }[formatValue(key["crv"])] ??
    "256";
  return key["kty"] === "EC" ? [`ES${size}`] : DEFAULT_ALGORITHMS;
}

/** The address of an issuer's discovery document. */
export function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`;
}

async function hasSignature(
  { keys }: IssuerKeys,
  token: string,
  kid: unknown,
): Promise<boolean> {
  const candidates = keys.filter((key) =>
    kid === undefined || key["kid"] === undefined || key["kid"] === kid
  );
  for (const key of candidates) {
    if (await isSignedWith(key, token)) return true;
  }
  return false;
}

async function isSignedWith(key: JsonObject, token: string): Promise<boolean> {
  const { compactVerify, errors } = await import("jose");
  try {
    await compactVerify(token, key as { kty: string });
    return true;
  } catch (error) {
    // A key of another type is a TypeError, a malformed one an error of Web Crypto.
    const isExpected = error instanceof errors.JOSEError ||
      error instanceof TypeError || error instanceof DOMException;
    if (isExpected) return false;
    throw error;
  }
}

/** Whether the access token is the one that the id token was issued with (OpenID Connect Core section 3.1.3.6). */
async function fitsAccessToken(
  { header, claims }: IdToken,
  accessToken: string,
): Promise<boolean> {
  const expected = claims["at_hash"];
  if (accessToken === "" || typeof expected !== "string" || expected === "") {
    return true;
  }
  const bits = /(256|384|512)$/.exec(String(header["alg"]))?.[1] ?? "512";
  const digest = await crypto.subtle.digest(`SHA-${bits}`, utf8(accessToken));
  const half = new Uint8Array(digest).slice(0, digest.byteLength / 2);
  return toBase64Url(half) === expected;
}
