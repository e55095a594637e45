import { isUuid } from "./body.ts";
import {
  equalBytes,
  fromBase64Url,
  fromUtf8,
  illegalBase64,
  toBase64Url,
  utf8,
} from "./encoding.ts";
import { fail } from "./errors.ts";
import { jsonKind, JsonProblem, parseJson } from "./go_json.ts";
import { formatValue } from "./go_values.ts";
import { type Jwk, type KeyRing, secretBytes } from "./keys.ts";
import { hmacSha256 } from "./hash.ts";
import { NIL_UUID } from "./random.ts";
import { type Claims, signingInput } from "./signing.ts";

const UNAVAILABLE = [
  "HS384",
  "HS512",
  "RS384",
  "ES384",
  "PS256",
  "PS384",
  "PS512",
  "none",
];
const ALGORITHMS = [
  "HS256",
  "RS256",
  "RS512",
  "ES256",
  "ES512",
  "EdDSA",
  ...UNAVAILABLE,
];
const SIGNATURE_ERRORS: Readonly<Record<string, string>> = {
  oct: "signature is invalid",
  RSA: "crypto/rsa: verification error",
  EC: "crypto/ecdsa: verification error",
  OKP: "ed25519: verification error",
};

/** Signs claims with the signing key. */
export async function signToken(
  keys: KeyRing,
  claims: Claims,
): Promise<string> {
  return await signWith(keys, await keys.signer(), claims);
}

async function signWith(
  keys: KeyRing,
  key: Jwk,
  claims: Claims,
): Promise<string> {
  const data = signingInput(key, claims);
  return `${data}.${toBase64Url(await keys.sign(key, data))}`;
}

/** Checks a token's form, algorithm, key, signature and times (auth-server §2.2). */
export async function verifyToken(
  keys: KeyRing,
  token: string,
  now: number,
): Promise<Claims> {
  const known = keys.verified.get(token);
  const claims = known ?? await readToken(keys, token);
  if (known === undefined) keys.remember(token, claims);
  checkTimes(claims, now);
  return claims;
}

async function readToken(keys: KeyRing, token: string): Promise<Claims> {
  const parts = token.split(".");
  if (parts.length !== 3) {
    malformed("token contains an invalid number of segments");
  }
  const [head, body, signature] = parts as [string, string, string];
  const header = decodePart(head, "header");
  const claims = decodePart(body, "claim");
  const alg = await checkAlgorithm(keys, header);
  if (fromBase64Url(signature) === undefined) {
    malformed(`could not base64 decode signature: ${illegalBase64(signature)}`);
  }
  const key = keys.find(alg, header["kid"]);
  if (key === undefined || key.alg !== alg) {
    const kid = formatValue(header["kid"]);
    refuse(
      `token is unverifiable: error while executing keyfunc: unrecognized JWT kid ${kid} for algorithm ${alg}`,
    );
  }
  if (!await hasValidSignature(keys, key, token)) {
    refuse(`token signature is invalid: ${SIGNATURE_ERRORS[key.kty]}`);
  }
  return claims;
}

async function checkAlgorithm(keys: KeyRing, header: Claims): Promise<string> {
  const { alg } = header;
  if (typeof alg !== "string" || !ALGORITHMS.includes(alg)) {
    refuse(
      `token is unverifiable: signing method (alg) is ${unknownAlg(header)}`,
    );
  }
  if (!await keys.accepts(alg)) {
    refuse(`token signature is invalid: signing method ${alg} is invalid`);
  }
  return alg;
}

async function hasValidSignature(
  keys: KeyRing,
  key: Jwk,
  token: string,
): Promise<boolean> {
  if (key.kty !== "oct") return await keys.verify(key, token);
  const end = token.lastIndexOf(".");
  const expected = hmacSha256(secretBytes(key), utf8(token.slice(0, end)));
  return equalBytes(
    expected,
    fromBase64Url(token.slice(end + 1)) ?? new Uint8Array(),
  );
}

function checkTimes(claims: Claims, now: number): void {
  const problems: string[] = [];
  const { exp, nbf } = claims;
  if (typeof exp === "number" && now >= exp * 1000) {
    problems.push("token is expired");
  }
  if (typeof nbf === "number" && now < nbf * 1000) {
    problems.push("token is not valid yet");
  }
  if (problems.length > 0) {
    refuse(`token has invalid claims: ${problems.join(", ")}`);
  }
}

function refuse(detail: string): never {
  fail(
    403,
    "bad_jwt",
    `invalid JWT: unable to parse or verify signature, ${detail}`,
  );
}

function malformed(detail: string): never {
  refuse(`token is malformed: ${detail}`);
}

function unknownAlg(header: Claims): string {
  return typeof header["alg"] === "string" ? "unavailable" : "unspecified";
}

function decodePart(part: string, what: "header" | "claim"): Claims {
  const bytes = fromBase64Url(part);
  if (bytes === undefined) {
    malformed(`could not base64 decode ${what}: ${illegalBase64(part)}`);
  }
  const text = fromUtf8(bytes);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (problem) {
    if (!(problem instanceof JsonProblem)) throw problem;
    malformed(`could not JSON decode ${what}: ${problem.message}`);
  }
  if (jsonKind(value) !== "object" || value === null) {
    const type = what === "header"
      ? "map[string]interface {}"
      : "api.AccessTokenClaims";
    malformed(
      `could not JSON decode ${what}: json: cannot unmarshal ${
        jsonKind(value)
      } into Go value of type ${type}`,
    );
  }
  return value as Claims;
}

/** The session a token speaks of: its id, or undefined for none; refuses what is not a UUID. */
export function sessionIdOf(claims: Claims): string | undefined {
  const id = claims["session_id"];
  if (typeof id !== "string" || id === "" || id === NIL_UUID) return undefined;
  if (!isUuid(id)) {
    fail(403, "bad_jwt", "invalid claim: session_id claim must be a UUID");
  }
  return id;
}
