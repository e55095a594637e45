/** Reading a token, strictly, without believing it. */
import type { Metadata, UnknownMetadata } from "../config.ts";
import { isObject, type JsonObject } from "../wire/json.ts";
import type { AuthTokenError } from "../errors.ts";
import { refuse, type UnverifiedClaims } from "./claims.ts";

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
  const [header, payload, signature] = splitJwt(token);
  decodeBytes(signature);
  return { header: decodeHeader(header), claims: decodeClaims(payload) };
}

/**
 * The three segments of a token; they are checked where they are decoded.
 *
 * @param token A JWT.
 * @returns Header, payload and signature, encoded.
 * @throws {AuthTokenError} `jwt_missing`, `jwt_too_large`, `jwt_malformed`,
 * `api_key_as_bearer`.
 */
export function splitJwt(
  token: string | null | undefined,
): [header: string, payload: string, signature: string] {
  if (!token) throw refuse("jwt_missing");
  // More than any HTTP server takes in one header.
  if (token.length > 32_768) throw refuse("jwt_too_large");
  const segments = token.split(".", 4);
  if (segments.length !== 3) {
    throw /^sb_(publishable|secret)_/.test(token)
      ? refuse("api_key_as_bearer")
      : malformed();
  }
  return segments as [string, string, string];
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
  const texts = [
    "iss",
    "sub",
    "role",
    "aal",
    "session_id",
    "email",
    "phone",
    "client_id",
    "scope",
  ];
  for (const name of texts) {
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

/** Until the year 9892: dates of four digits. */
function isTime(value: unknown): boolean {
  return value === undefined ||
    Number.isInteger(value) && value as number >= 0 &&
      value as number <= 25e10;
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
  try {
    const text = decodeText(segment);
    const value: unknown = JSON.parse(text);
    if (isObject(value) && !hasDuplicates(text, countMembers(value, 0))) {
      return value;
    }
  } catch {
    // Whatever is wrong with it, it is no token.
  }
  throw malformed();
}

let decoder: TextDecoder | undefined;

function decodeText(segment: string): string {
  decoder ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return decoder.decode(decodeBytes(segment));
}

/** A constructor of bytes that newer platforms have. */
const { fromBase64 } = Uint8Array as unknown as {
  fromBase64?(
    text: string,
    options: { alphabet: "base64url" },
  ): Uint8Array<ArrayBuffer>;
};

/**
 * Decodes base64url.
 *
 * @param segment The encoded bytes.
 * @returns The bytes.
 * @throws {AuthTokenError} `jwt_malformed`.
 */
export function decodeBytes(segment: string): Uint8Array<ArrayBuffer> {
  const rest = segment.length % 4;
  try {
    const bytes = fromBase64?.(segment, { alphabet: "base64url" }) ??
      fromBinary(atob(toBase64(segment)));
    // Decoders let white space and padding pass, and bits left over at the end,
    // which are zero in these characters only.
    const ends = ["", "", "AQgw", "AEIMQUYcgkosw048"][rest];
    const isWhole = !rest || ends?.includes(segment.at(-1) as string);
    if (isWhole && bytes.length === segment.length * 3 >> 2) return bytes;
  } catch {
    // Whatever is wrong with it, it is no base64url.
  }
  throw malformed();
}

/** Base64 of base64url; what is base64 already becomes neither. */
function toBase64(segment: string): string {
  return segment.replace(/[+/]/g, "!")
    .replaceAll("-", "+").replaceAll("_", "/");
}

function fromBinary(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** All members of all objects in a value. */
function countMembers(value: object, depth: number): number {
  // More than any token needs, and little enough for recursion.
  if (depth > 32) throw malformed();
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
  // Colons after names, and those that look so within strings.
  return text.match(/["\s]:/g)?.length !== members &&
    text.replace(/"(?:[^"\\]+|\\.)*"/g, "").split(":").length - 1 !== members;
}

function malformed(): AuthTokenError {
  return refuse("jwt_malformed");
}

function invalid(name: string): AuthTokenError {
  return refuse("jwt_claim_invalid", `: ${name}`);
}
