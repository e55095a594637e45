import type {
  AuthConfig,
  Metadata,
  MetadataSchemas,
  UnknownMetadata,
} from "../config.ts";
import { createMetadataParser, type MetadataParser } from "../metadata.ts";
import { readReasons } from "./error_body.ts";
import { type JsonObject, readNumber, readObject, readString } from "./json.ts";
import { rememberSource, rememberText } from "./source.ts";
import { readUser, type User } from "./user.ts";

/** Why a password that was right should be changed all the same. */
export interface WeakPassword {
  /** Of `length`, `characters` and `pwned`, those that apply. */
  readonly reasons: readonly string[];
  /** The same for people, in English. */
  readonly message: string;
}

/** A signed-in user's tokens. */
export interface Session<M extends Metadata = UnknownMetadata> {
  /** A JWT, to be sent as bearer token. */
  readonly access_token: string;
  /** What gives the next session; good for one use. */
  readonly refresh_token: string;
  /** How the access token is sent: `bearer`. */
  readonly token_type: string;
  /** Lifetime of the access token at its issue, in seconds. */
  readonly expires_in: number;
  /** End of the access token, by the server's clock, in seconds since 1970. */
  readonly expires_at: number;
  /** Whose session it is. */
  readonly user: User<M>;
  /** The provider's own token, right after signing in with a provider. */
  readonly provider_token?: string | null;
  /** What renews the provider's token, where the provider gives one. */
  readonly provider_refresh_token?: string | null;
  /** Members that a newer server sends. */
  readonly [name: string]: unknown;
}

/**
 * The server's token response with `expires_at`, as it is stored: unchanged but
 * for that one member, which very old servers leave out.
 *
 * @param json The body of the answer.
 * @param now The clock, in milliseconds since 1970.
 * @returns The session's JSON.
 * @throws {AuthResponseError} `invalid_response` when the answer is no object
 * or lacks the lifetime.
 */
export function withExpiry(json: unknown, now: () => number): JsonObject {
  const session = readObject(json, "session");
  const lifetime = readNumber(session, "expires_in");
  if (Number.isFinite(session["expires_at"])) return session;
  return { ...session, expires_at: Math.floor(now() / 1000) + lifetime };
}

/**
 * Parses a session: as the server sends it, or as any client has stored it.
 * Unknown members are kept.
 *
 * @param json The session's JSON.
 * @param schemas Parse the user's metadata further.
 * @returns The session, with the points in time of its user as `Date`s.
 * @throws {AuthResponseError} `invalid_response` when it is no session.
 *
 * @example
 * ```ts
 * import { parseSession } from "@gotrue/edge";
 *
 * const session = parseSession({
 *   access_token: "header.payload.signature",
 *   refresh_token: "abcdefghijkl",
 *   token_type: "bearer",
 *   expires_in: 3600,
 *   expires_at: 1795460077,
 *   user: {
 *     id: "5c3c9d4e-4f6b-4a53-a0c6-5a8f8e1a9d11",
 *     aud: "authenticated",
 *     app_metadata: {},
 *     user_metadata: {},
 *     created_at: "2026-11-23T17:54:37Z",
 *   },
 * });
 * console.log(session.user.created_at instanceof Date); // true
 * ```
 */
export function parseSession<M extends Metadata = UnknownMetadata>(
  json: unknown,
  schemas?: MetadataSchemas<M>,
): Session<M> {
  return readSession(json, schemas && createMetadataParser(schemas));
}

/**
 * What {@link parseSession} does, with a configuration's parser of metadata.
 *
 * @param json The session's JSON.
 * @param parseMetadata Parses the user's metadata further.
 * @returns The session, with the points in time of its user as `Date`s.
 * @throws {AuthResponseError} `invalid_response` when it is no session.
 */
export function readSession<M extends Metadata = UnknownMetadata>(
  json: unknown,
  parseMetadata?: MetadataParser<M>,
): Session<M> {
  const object = readObject(json, "session");
  readString(object, "access_token");
  readString(object, "refresh_token");
  readNumber(object, "expires_at");
  const user = readUser(object["user"], parseMetadata);
  return rememberSource({ ...object, user } as Session<M>, object);
}

/** A user who is signed in now. */
export interface SignedIn<M extends Metadata = UnknownMetadata> {
  /** The same object as `session.user`. */
  readonly user: User<M>;
  /** The tokens. */
  readonly session: Session<M>;
}

/** A user who is not signed in yet: a confirmation is awaited. */
export interface NotSignedIn<M extends Metadata = UnknownMetadata> {
  /** The new user, or one that only looks new where the address is taken. */
  readonly user: User<M>;
  /** None until the address is confirmed. */
  readonly session: null;
}

/** The part of an answer that is read here. */
export interface Body {
  readonly body: unknown;
  readonly text: string;
}

/**
 * Reads an answer that must hold a session.
 *
 * @param answer The server's.
 * @param config The clock, and schemas of metadata.
 * @returns The user and the session.
 * @throws {AuthResponseError} `invalid_response` when it holds none.
 */
export function parseSignedIn<M extends Metadata>(
  answer: Body,
  config: Pick<AuthConfig<M>, "now" | "parseMetadata">,
): SignedIn<M> {
  const json = withExpiry(answer.body, config.now);
  if (json === answer.body) rememberText(json, answer.text);
  const session = readSession(json, config.parseMetadata);
  return { user: session.user, session };
}

/**
 * Reads the warning that a successful sign-in may carry.
 *
 * @param body The answer's body.
 * @returns The warning, when there is a well-formed one.
 */
export function readWeakPassword(body: unknown): WeakPassword | undefined {
  const { weak_password } = Object(body);
  const { message } = Object(weak_password);
  const reasons = readReasons(weak_password);
  if (typeof message === "string" && reasons) return { message, reasons };
  return undefined;
}
