/** `/admin/users` */
import type { AuthConfig, Metadata, UnknownMetadata } from "../config.ts";
import { fillPath } from "../path.ts";
import { withQuery } from "../query.ts";
import { type Answer, type RequestOptions, send } from "../request.ts";
import { readArray, readObject } from "../wire/json.ts";
import { type PageInfo, parsePage } from "../wire/page.ts";
import { readUser, type User } from "../wire/user.ts";

/** What a trusted server may set of a user. */
export interface AdminUserAttributes {
  /** The address; takes effect at once. */
  readonly email?: string;
  /** The number, with its country code; takes effect at once. */
  readonly phone?: string;
  /** At most 72 bytes. Sessions end when it changes. */
  readonly password?: string;
  /**
   * Only when creating, in place of a password: bcrypt, argon2 or Firebase
   * scrypt.
   */
  readonly password_hash?: string;
  /** True confirms the address; nothing takes a confirmation back. */
  readonly email_confirm?: boolean;
  /** True confirms the number; nothing takes a confirmation back. */
  readonly phone_confirm?: boolean;
  /** Of an existing user merged: a member that is `null` is removed. */
  readonly user_metadata?: object;
  /** Of an existing user merged: a member that is `null` is removed. */
  readonly app_metadata?: object;
  /** `none`, or a length such as `24h` or `1h30m`; days are not known. */
  readonly ban_duration?: string;
  /** The role in the database. @default {"authenticated"} */
  readonly role?: string;
  /** Only when creating: a UUID. */
  readonly id?: string;
}

/** A user, alone. */
export interface AdminUserResult<M extends Metadata = UnknownMetadata> {
  /** The user as the server knows it now. */
  readonly user: User<M>;
}

/**
 * Creates a user with an e-mail address or a phone number. Sends no message,
 * and gives an unconfirmed user no code.
 *
 * @param config The server and a secret or service_role key.
 * @param attributes What the user starts with.
 * @param request How to make the request.
 * @returns The user.
 * @throws {AuthApiError} `bad_jwt`, `not_admin`, `session_expired`,
 * `email_exists`, `phone_exists`, `validation_failed`, `unexpected_failure`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /admin/users`
 *
 * @example
 * ```ts
 * import { createAuthConfig, createUser } from "@gotrue/edge/admin";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig({
 *   ...emulator.clientOptions(),
 *   key: emulator.secretKey,
 * });
 * const { user } = await createUser(config, {
 *   email: "ada@example.com",
 *   email_confirm: true,
 *   app_metadata: { plan: "pro" },
 * });
 * console.log(user.email, user.app_metadata["plan"]); // ada@example.com pro
 * ```
 */
export function createUser<M extends Metadata>(
  config: AuthConfig<M>,
  attributes: AdminUserAttributes,
  request?: RequestOptions,
): Promise<AdminUserResult<M>> {
  const spec = {
    method: "POST",
    path: "/admin/users",
    body: toBody(attributes),
  } as const;
  return send(config, spec, (answer) => toUser(answer, config), request);
}

/** Which page of the users to list. */
export interface ListUsersParams {
  /** Number of the page, from 1. @default {1} */
  readonly page?: number;
  /** Users on a page. @default {50} */
  readonly perPage?: number;
  /**
   * Only users whose e-mail contains this as it is written, or whose
   * `full_name` contains it in any case; `%` and `_` stand for any text and any
   * character.
   */
  readonly filter?: string;
  /** Newest or oldest first. @default {"created_at desc"} */
  readonly sort?: "created_at asc" | "created_at desc";
}

/** One page of the users, without their identities. */
export interface UserPage<M extends Metadata = UnknownMetadata>
  extends PageInfo {
  /** The users; their `identities` are null, their `factors` absent. */
  readonly users: readonly User<M>[];
  /** Members that a newer server sends. */
  readonly [name: string]: unknown;
}

/**
 * Lists one page of the users, softly deleted ones among them.
 * `AdminClient.users()` goes through all pages.
 *
 * @param config The server and a secret or service_role key.
 * @param params Which page.
 * @param request How to make the request.
 * @returns The users, and where the page stands.
 * @throws {AuthApiError} `bad_jwt`, `not_admin`, `session_expired`,
 * `validation_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `GET /admin/users`
 *
 * @example
 * ```ts
 * import { createAuthConfig, createUser, listUsers } from "@gotrue/edge/admin";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig({
 *   ...emulator.clientOptions(),
 *   key: emulator.secretKey,
 * });
 * await createUser(config, { email: "ada@example.com" });
 * await createUser(config, { email: "alan@example.com" });
 * const { users, total, nextPage } = await listUsers(config, { perPage: 1 });
 * console.log(users.length, total, nextPage); // 1 2 2
 * ```
 */
export function listUsers<M extends Metadata>(
  config: AuthConfig<M>,
  params: ListUsersParams = {},
  request?: RequestOptions,
): Promise<UserPage<M>> {
  const { page, perPage, filter, sort } = params;
  return send(
    config,
    {
      method: "GET",
      path: withQuery("/admin/users", {
        page,
        per_page: perPage,
        filter,
        sort,
      }),
    },
    ({ body, headers }) => {
      const page = readObject(body, "page");
      const { users, aud } = page;
      return {
        ...page,
        users: readArray(users, "users")
          .map((user) => readUser(user, config.parseMetadata)),
        aud: typeof aud === "string" ? aud : "",
        ...parsePage(headers),
      };
    },
    request,
  );
}

/**
 * Gets a user by id; one that was deleted softly too.
 *
 * @param config The server and a secret or service_role key.
 * @param uid The user's id.
 * @param request How to make the request.
 * @returns The user.
 * @throws {AuthApiError} `bad_jwt`, `not_admin`, `session_expired`,
 * `user_not_found`, `validation_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `GET /admin/users/{user_id}`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   createUser,
 *   getUserById,
 * } from "@gotrue/edge/admin";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig({
 *   ...emulator.clientOptions(),
 *   key: emulator.secretKey,
 * });
 * const { user } = await createUser(config, { email: "ada@example.com" });
 * const found = await getUserById(config, user.id);
 * console.log(found.user.email); // ada@example.com
 * ```
 */
export async function getUserById<M extends Metadata>(
  config: AuthConfig<M>,
  uid: string,
  request?: RequestOptions,
): Promise<AdminUserResult<M>> {
  const spec = {
    method: "GET",
    ...fillPath("/admin/users/{id}", uid),
  } as const;
  return await send(config, spec, (answer) => toUser(answer, config), request);
}

/**
 * Changes a user at once, without any confirmation.
 *
 * @param config The server and a secret or service_role key.
 * @param uid The user's id.
 * @param attributes What to change; nothing else changes.
 * @param request How to make the request.
 * @returns The user, changed.
 * @throws {AuthApiError} `bad_jwt`, `not_admin`, `session_expired`,
 * `user_not_found`, `validation_failed`, `unexpected_failure` (an address that
 * is taken)
 * @throws {AuthWeakPasswordError} `weak_password`, with the reasons.
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `PUT /admin/users/{user_id}`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   createUser,
 *   updateUserById,
 * } from "@gotrue/edge/admin";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig({
 *   ...emulator.clientOptions(),
 *   key: emulator.secretKey,
 * });
 * const { user } = await createUser(config, { email: "ada@example.com" });
 * const banned = await updateUserById(config, user.id, { ban_duration: "24h" });
 * console.log(banned.user.banned_until instanceof Date); // true
 * ```
 */
export async function updateUserById<M extends Metadata>(
  config: AuthConfig<M>,
  uid: string,
  attributes: AdminUserAttributes,
  request?: RequestOptions,
): Promise<AdminUserResult<M>> {
  const spec = {
    method: "PUT",
    ...fillPath("/admin/users/{id}", uid),
    body: toBody(attributes),
  } as const;
  return await send(config, spec, (answer) => toUser(answer, config), request);
}

/**
 * Deletes a user. Softly, a record without personal data stays, under the same
 * id, and the address can be registered again.
 *
 * @param config The server and a secret or service_role key.
 * @param id The user's id.
 * @param shouldSoftDelete Whether a record stays.
 * @param request How to make the request.
 * @returns Nothing.
 * @throws {AuthApiError} `bad_jwt`, `not_admin`, `session_expired`,
 * `user_not_found`, `validation_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `DELETE /admin/users/{user_id}`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   createUser,
 *   deleteUser,
 *   getUserById,
 * } from "@gotrue/edge/admin";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig({
 *   ...emulator.clientOptions(),
 *   key: emulator.secretKey,
 * });
 * const { user } = await createUser(config, { email: "ada@example.com" });
 * await deleteUser(config, user.id);
 * const code = await getUserById(config, user.id).catch((error) => error.code);
 * console.log(code); // user_not_found
 * ```
 */
export async function deleteUser(
  config: AuthConfig<Metadata>,
  id: string,
  shouldSoftDelete = false,
  request?: RequestOptions,
): Promise<void> {
  const spec = {
    method: "DELETE",
    ...fillPath("/admin/users/{id}", id),
    body: { should_soft_delete: shouldSoftDelete },
  } as const;
  return await send(config, spec, () => {}, request);
}

function toBody(a: AdminUserAttributes): object {
  return {
    id: a.id,
    role: a.role,
    email: a.email,
    phone: a.phone,
    password: a.password,
    password_hash: a.password_hash,
    email_confirm: a.email_confirm,
    phone_confirm: a.phone_confirm,
    user_metadata: a.user_metadata,
    app_metadata: a.app_metadata,
    ban_duration: a.ban_duration,
  };
}

function toUser<M extends Metadata>(
  { body }: Answer,
  config: AuthConfig<M>,
): AdminUserResult<M> {
  return { user: readUser(body, config.parseMetadata) };
}
