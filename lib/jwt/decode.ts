/** Reading a token, strictly, without believing it. */
import type { Metadata, UnknownMetadata } from "../config.ts";
import { isObject, type JsonObject } from "../wire/json.ts";
import type { AuthTokenError } from "../errors.ts";
import { apiKeyAsBearer, refuse, type UnverifiedClaims } from "./claims.ts";

/**
 * How a token is signed.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-4.1}
 */
export interface JwtHeader {
  /** The algorithm, such as `ES256`. */
  readonly alg: string;
  /** Names the key. */
  readonly kid?: string;
  /** Usually `JWT`. */
  readonly typ?: string;
  /** Other parameters. */
  readonly [name: string]: unknown;
}

/** A token that was read but not verified. */
export interface DecodedJwt<M extends Metadata = UnknownMetadata> {
  /** How it says to be signed. */
  readonly header: JwtHeader;
  /** What it says; anybody may have written it. */
  readonly claims: UnverifiedClaims<M>;
}

/** More than any HTTP server takes in one header. */
const MAX_LENGTH = 32_768;
/** More than any token needs, and little enough for recursion. */
const MAX_DEPTH = 32;
/** The last second of the year 9999. */
const MAX_TIME = 253_402_300_799;
/** Where trailing bits are left over, those of these characters are zero. */
const LAST = ["", "", "AQgw", "AEIMQUYcgkosw048"];
const STRINGS = /"(?:[^"\\]+|\\.)*"/g;
const TEXT_CLAIMS = [
  "iss",
  "sub",
  "role",
  "aal",
  "session_id",
  "email",
  "phone",
  "client_id",
  "scope",
] as const;

/**
 * Reads a token **without verifying it**: for showing to its owner or choosing
 * what to do next, never for a decision about access. Strict about form:
 * canonical base64url, UTF-8, JSON objects without duplicate members, and the
 * known claims of their types.
 *
 * @param token A JWT.
 * @returns Its header and its claims.
 * @throws {AuthTokenError} `jwt_missing`, `jwt_too_large`, `jwt_malformed`,
 * `jwt_claim_invalid`, `api_key_as_bearer`.
 *
 * @example
 * ```ts
 * import { decodeJwt } from "@gotrue/edge/jwt";
 *
 * const { header, claims } = decodeJwt(
 *   "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEiLCJleHAiOjE3OTU0NjAwNTB9.c2ln",
 * );
 * console.log(header.alg, claims.sub, claims.exp); // HS256 ada 1795460050
 * ```
 */
export function decodeJwt<M extends Metadata = UnknownMetadata>(
  token: string,
): DecodedJwt<M> {
  const [header, payload] = splitJwt(token);
  return { header: decodeHeader(header), claims: decodeClaims(payload) };
}

/**
 * The three segments of a token. Its signature is checked to be base64url.
 *
 * @param token A JWT.
 * @returns Header, payload and signature, encoded.
 * @throws {AuthTokenError} `jwt_missing`, `jwt_too_large`, `jwt_malformed`,
 * `api_key_as_bearer`.
 */
export function splitJwt(
  token: string | null | undefined,
): [header: string, payload: string, signature: string] {
  if (!token) throw refuse("jwt_missing", "there is none");
  if (token.length > MAX_LENGTH) {
    throw refuse("jwt_too_large", "it is too long");
  }
  const segments = token.split(".", 4);
  if (segments.length !== 3) {
    throw /^sb_(publishable|secret)_/.test(token)
      ? apiKeyAsBearer()
      : malformed();
  }
  const [header, payload, signature] = segments as [string, string, string];
  // The others are checked where they are decoded.
  if (/[^\w-]/.test(signature) || !isWhole(signature)) throw malformed();
  return [header, payload, signature];
}

/** Whether base64url ends with its last byte: bits left over must be zero. */
function isWhole(segment: string): boolean {
  const rest = segment.length % 4;
  return !rest || LAST[rest]?.includes(segment.at(-1) as string) === true;
}

/**
 * Reads the header of a token.
 *
 * @param segment The first segment.
 * @returns The header.
 * @throws {AuthTokenError} `jwt_malformed`.
 */
export function decodeHeader(segment: string): JwtHeader {
  const header = decodeObject(segment);
  if (typeof header["alg"] !== "string" || !isText(header["kid"])) {
    throw malformed();
  }
  return header as JwtHeader;
}

/**
 * Reads the claims of a token and checks the types of the known ones.
 *
 * @param segment The second segment.
 * @returns The claims.
 * @throws {AuthTokenError} `jwt_malformed`, `jwt_claim_invalid`.
 */
export function decodeClaims<M extends Metadata>(
  segment: string,
): UnverifiedClaims<M> {
  const claims = decodeObject(segment);
  for (const name of TEXT_CLAIMS) {
    if (!isText(claims[name])) throw invalid(name);
  }
  for (const name of ["exp", "iat", "nbf"]) {
    if (!isTime(claims[name])) throw invalid(name);
  }
  for (const name of ["app_metadata", "user_metadata"]) {
    if (!isObject(claims[name] ?? {})) throw invalid(name);
  }
  const { aud, amr, is_anonymous = true } = claims;
  if (!isText(aud) && !isList(aud, isText)) throw invalid("aud");
  if (!isList(amr ?? [], isAmrEntry)) throw invalid("amr");
  if (typeof is_anonymous !== "boolean") throw invalid("is_anonymous");
  return claims as UnverifiedClaims<M>;
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function isTime(value: unknown): boolean {
  return value === undefined ||
    Number.isInteger(value) && value as number >= 0 &&
      value as number <= MAX_TIME;
}

function isList(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isAmrEntry(value: unknown): boolean {
  return isObject(value) && typeof value["method"] === "string" &&
    value["timestamp"] !== undefined && isTime(value["timestamp"]) &&
    isText(value["provider"]);
}

function decodeObject(segment: string): JsonObject {
  let text, value: unknown;
  try {
    text = decodeText(segment);
    value = JSON.parse(text);
  } catch {
    throw malformed();
  }
  if (!isObject(value) || hasDuplicates(text, countMembers(value, 0))) {
    throw malformed();
  }
  return value;
}

let decoder: TextDecoder | undefined;

function decodeText(segment: string): string {
  const decoded = decodeBase64url(segment);
  // Where bytes take long to make, most text can do without.
  if (typeof decoded === "string" && !/[^\0-\x7f]/.test(decoded)) {
    return decoded;
  }
  decoder ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return decoder.decode(toBytes(decoded));
}

/**
 * Decodes base64url.
 *
 * @param segment The encoded bytes.
 * @returns The bytes.
 * @throws {AuthTokenError} `jwt_malformed`.
 */
export function decodeBytes(segment: string): Uint8Array<ArrayBuffer> {
  try {
    return toBytes(decodeBase64url(segment));
  } catch {
    throw malformed();
  }
}

type Bytes = Uint8Array<ArrayBuffer>;

/** A constructor of bytes that newer platforms have. */
const { fromBase64 } = Uint8Array as unknown as {
  fromBase64?(text: string, options: { alphabet: "base64url" }): Bytes;
};

/** The bytes, or on older platforms text of a character for each. */
function decodeBase64url(segment: string): Bytes | string {
  const decoded = fromBase64?.(segment, { alphabet: "base64url" }) ??
    decodeBinary(segment);
  // Decoders let white space and padding pass, which only make it longer.
  if (decoded.length !== segment.length * 3 >> 2 || !isWhole(segment)) {
    throw malformed();
  }
  return decoded;
}

function decodeBinary(segment: string): string {
  if (/[+/]/.test(segment)) throw malformed();
  return atob(segment.replaceAll("-", "+").replaceAll("_", "/"));
}

function toBytes(decoded: Bytes | string): Bytes {
  if (typeof decoded !== "string") return decoded;
  const bytes = new Uint8Array(decoded.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = decoded.charCodeAt(i);
  return bytes;
}

/** All members of all objects in a value. */
function countMembers(value: object, depth: number): number {
  if (depth > MAX_DEPTH) throw malformed();
  const members = Object.values(value);
  let count = Array.isArray(value) ? 0 : members.length;
  for (const member of members) {
    if (typeof member === "object" && member !== null) {
      count += countMembers(member, depth + 1);
    }
  }
  return count;
}

/**
 * Parsers disagree about which of two members of one name counts. Parsed JSON
 * has lost one of them, and its text has a colon more than it has members.
 */
function hasDuplicates(text: string, members: number): boolean {
  return countMarks(text) !== members &&
    text.replace(STRINGS, "").split(":").length - 1 !== members;
}

/** All colons between members, and perhaps some within strings. */
function countMarks(text: string): number {
  let count = 0;
  for (let i = text.indexOf(":"); i > 0; i = text.indexOf(":", i + 1)) {
    const before = text.charCodeAt(i - 1);
    if (before === 34 || before <= 32) count++;
  }
  return count;
}

/**
 * The error for what is no JWT.
 *
 * @returns The error, to be thrown.
 */
export function malformed(): AuthTokenError {
  return refuse("jwt_malformed", "it is no well-formed JWT");
}

function invalid(name: string): AuthTokenError {
  return refuse("jwt_claim_invalid", `${name} has an invalid value`);
}
