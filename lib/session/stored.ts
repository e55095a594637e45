/** A session as it is stored: the server's JSON and what the engine reads of it. */
import type { Metadata } from "../config.ts";
import { invalid, isObject, type JsonObject } from "../wire/json.ts";
import type { Session } from "../wire/session.ts";
import { sourceOf, textOf } from "../wire/source.ts";
import { readTokenPayload } from "../wire/token.ts";
import { readUser, type User } from "../wire/user.ts";

/** One stored session. Never changed: another one takes its place. */
export interface StoredSession {
  /** The server's JSON, or what another client stored. */
  readonly json: JsonObject;
  /** The same as text; compared to tell whether anything changed. */
  readonly text: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** End of the access token by the server's clock, in seconds since 1970. */
  readonly expiresAt: number;
  /** Lifetime of the access token at its issue, in seconds. */
  readonly lifetime: number;
  /** Empty when the user is not known, or what is stored is none. */
  readonly userId: string;
  /** What callers get of it, once one has asked. */
  parsed?: Session<Metadata> | undefined;
}

/**
 * Reads a stored text, of whatever origin.
 *
 * @param text Any text.
 * @returns The session, or null when it is none. Never throws.
 */
export function parseStored(text: string): StoredSession | null {
  try {
    const stored = toStored(JSON.parse(text), text);
    if (!stored) return null;
    const user = knownUser(() => stored.json["user"]);
    return complete(user ? stored : { ...stored, userId: "" });
  } catch {
    return null;
  }
}

/** Other clients leave out, or store null for, what can be told otherwise. */
function complete(stored: StoredSession): StoredSession {
  const { expiresAt, lifetime, json } = stored;
  const token_type = typeof json["token_type"] === "string"
    ? json["token_type"]
    : "bearer";
  if (
    json["expires_at"] === expiresAt && json["expires_in"] === lifetime &&
    json["token_type"] === token_type
  ) return stored;
  return {
    ...stored,
    json: {
      ...json,
      expires_at: expiresAt,
      expires_in: lifetime,
      token_type,
    },
  };
}

/**
 * Reads a user who has been stored.
 *
 * @param read Gives the JSON; may throw.
 * @returns The user, or null when it is none.
 */
export function knownUser(read: () => unknown): User | null {
  try {
    return readUser(read());
  } catch {
    return null;
  }
}

/**
 * Makes a session fit for storing.
 *
 * @param session A session from the server, or a copy of one.
 * @returns The same, with its text.
 * @throws {AuthResponseError} `invalid_response` when no header can carry its
 * tokens.
 */
export function storedFrom(session: object): StoredSession {
  const stored = toStored(sourceOf(session), textOf(session));
  if (!stored) throw invalid("a token is empty or has a strange character");
  return stored;
}

/**
 * The same session with another user.
 *
 * @param stored The session.
 * @param user The user's JSON.
 * @returns A new stored session.
 */
export function withUser(stored: StoredSession, user: object): StoredSession {
  const json = { ...stored.json, user };
  const text = JSON.stringify(json);
  return { ...stored, json, text, userId: idOf(user), parsed: undefined };
}

/**
 * Whose session it is: as the token says where the user is not known.
 *
 * @param stored The session.
 * @returns The user's id; empty when the token cannot be read either.
 */
export function ownerOf(stored: StoredSession): string {
  if (stored.userId) return stored.userId;
  const { sub } = readTokenPayload(stored.accessToken);
  return typeof sub === "string" ? sub : "";
}

/** What a header can carry; everything the server issues is made of it. */
const TOKEN = /^[!-~]+$/;

function isToken(value: unknown): value is string {
  return typeof value === "string" && TOKEN.test(value);
}

function toStored(json: unknown, text: string): StoredSession | null {
  if (!isObject(json)) return null;
  const { access_token, refresh_token, expires_at, expires_in } = json;
  if (!isToken(access_token) || !isToken(refresh_token)) return null;
  // What the server issues unless configured otherwise.
  const lifetime = Number(expires_in) > 0 ? Number(expires_in) : 3600;
  return {
    json,
    text,
    accessToken: access_token,
    refreshToken: refresh_token,
    expiresAt: readEnd(expires_at, access_token),
    lifetime,
    userId: idOf(json["user"]),
  };
}

/** In the token where the session lacks it; else it counts as expired. */
function readEnd(expiresAt: unknown, token: string): number {
  const end = Number.isFinite(expiresAt)
    ? expiresAt
    : readTokenPayload(token)["exp"];
  return typeof end === "number" ? end : 0;
}

function idOf(user: unknown): string {
  const { id } = Object(user);
  return typeof id === "string" ? id : "";
}
