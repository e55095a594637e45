import type { Metadata, MetadataSchemas, UnknownMetadata } from "../config.ts";
import { createMetadataParser, type MetadataParser } from "../metadata.ts";
import { type Factor, parseFactor } from "./factor.ts";
import { readArray, readObject, readRecord } from "./json.ts";

/** An account at a provider, linked to a user. */
export interface UserIdentity {
  /** The identity's own id: what `unlinkIdentity` asks for. */
  readonly identity_id: string;
  /** The provider's id of the account. */
  readonly id: string;
  /** Whose identity it is. */
  readonly user_id: string;
  /** `email`, `phone`, `google`, … */
  readonly provider: string;
  /** What the provider told. */
  readonly identity_data?: Readonly<Record<string, unknown>>;
  /** The address that the provider told. */
  readonly email?: string;
  /** When it was linked. */
  readonly created_at: Date;
  /** When it last changed. */
  readonly updated_at?: Date;
  /** When it was last used to sign in. */
  readonly last_sign_in_at?: Date;
  /** Members that a newer server sends. */
  readonly [name: string]: unknown;
}

/** A user, as the auth server knows it. */
export interface User<M extends Metadata = UnknownMetadata> {
  /** A UUID; the `sub` of access tokens. */
  readonly id: string;
  /** The audience of access tokens, usually `authenticated`. */
  readonly aud: string;
  /** The role in the database, usually `authenticated`. */
  readonly role?: string;
  /** Empty when the user has none. */
  readonly email?: string;
  /** Without the leading `+`; empty when the user has none. */
  readonly phone?: string;
  /** Written by the user: never a ground for access. */
  readonly user_metadata: M["user_metadata"];
  /** Written by trusted servers only. */
  readonly app_metadata: M["app_metadata"];
  /** The ways to sign in that are linked; `null` in lists of users. */
  readonly identities?: readonly UserIdentity[] | null;
  /** The second factors, verified or not; absent when there are none. */
  readonly factors?: readonly Factor[];
  /** Whether the user has neither e-mail, phone nor provider yet. */
  readonly is_anonymous?: boolean;
  /** Whether an identity provider manages the user. */
  readonly is_sso_user?: boolean;
  /** The address that a change under way leads to. */
  readonly new_email?: string;
  /** The number that a change under way leads to. */
  readonly new_phone?: string;
  /** Only in users that another client has stored; see `admin.generateLink`. */
  readonly action_link?: string;
  /** When the user was made. */
  readonly created_at: Date;
  /** When the user last changed. */
  readonly updated_at?: Date;
  /** When the first of e-mail and phone was confirmed. */
  readonly confirmed_at?: Date;
  /** When the e-mail address was confirmed. */
  readonly email_confirmed_at?: Date;
  /** When the phone number was confirmed. */
  readonly phone_confirmed_at?: Date;
  /** When the user last signed in. */
  readonly last_sign_in_at?: Date;
  /** When the code that confirms a sign-up was sent. */
  readonly confirmation_sent_at?: Date;
  /** When a mail to recover the password, or a magic link, was sent. */
  readonly recovery_sent_at?: Date;
  /** When the mails that confirm another address were sent. */
  readonly email_change_sent_at?: Date;
  /** When the code that confirms another number was sent. */
  readonly phone_change_sent_at?: Date;
  /** When the code of `reauthenticate` was sent. */
  readonly reauthentication_sent_at?: Date;
  /** When the user was invited. */
  readonly invited_at?: Date;
  /** Until when the user is banned; stays after that time has passed. */
  readonly banned_until?: Date;
  /** When the user was deleted softly. */
  readonly deleted_at?: Date;
  /** Members that a newer server sends. */
  readonly [name: string]: unknown;
}

/** A user, alone. */
export interface UserResult<M extends Metadata = UnknownMetadata> {
  /** The user as the server knows it now. */
  readonly user: User<M>;
}

/**
 * Parses an identity.
 *
 * @param json As the server sends it.
 * @returns The identity, its points in time as `Date`s.
 * @throws {AuthResponseError} `invalid_response` when it is none.
 */
export function parseIdentity(json: unknown): UserIdentity {
  return readRecord(json, "identity", "provider") as unknown as UserIdentity;
}

/**
 * Parses a user: as the server sends it, or as any client has stored it.
 * Unknown members are kept.
 *
 * @param json The user's JSON.
 * @param schemas Parse the metadata further.
 * @returns The user, its points in time as `Date`s.
 * @throws {AuthResponseError} `invalid_response` when it is no user.
 *
 * @example
 * ```ts
 * import { parseUser } from "@gotrue/edge";
 *
 * const user = parseUser({
 *   id: "5c3c9d4e-4f6b-4a53-a0c6-5a8f8e1a9d11",
 *   aud: "authenticated",
 *   app_metadata: {},
 *   user_metadata: {},
 *   created_at: "2026-11-23T17:54:37.928365951Z",
 * });
 * console.log(user.created_at.toISOString()); // 2026-11-23T17:54:37.928Z
 * ```
 */
export function parseUser<M extends Metadata = UnknownMetadata>(
  json: unknown,
  schemas?: MetadataSchemas<M>,
): User<M> {
  return readUser(json, schemas && createMetadataParser(schemas));
}

/**
 * What {@link parseUser} does, with a configuration's parser of metadata.
 *
 * @param json The user's JSON.
 * @param parseMetadata Parses the metadata further.
 * @returns The user, its points in time as `Date`s.
 * @throws {AuthResponseError} `invalid_response` when it is no user.
 */
export function readUser<M extends Metadata = UnknownMetadata>(
  json: unknown,
  parseMetadata?: MetadataParser<M>,
): User<M> {
  const user = readRecord(json, "user", "created_at");
  for (const name of ["user_metadata", "app_metadata"] as const) {
    user[name] = readObject(user[name] ?? {}, name);
  }
  Object.assign(user, parseMetadata?.(user as unknown as User<Metadata>));
  parseList(user, "identities", parseIdentity);
  parseList(user, "factors", parseFactor);
  return user as unknown as User<M>;
}

function parseList(
  user: Record<string, unknown>,
  name: string,
  parse: (json: unknown) => object,
): void {
  const list = user[name];
  if (list !== undefined && list !== null) {
    user[name] = readArray(list, name).map(parse);
  }
}
