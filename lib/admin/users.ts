/** `/admin/users` */
import type { AuthConfig, Metadata, UnknownMetadata } from "../config.ts";
import { type Answer, type RequestOptions, send } from "../request.ts";
import { readArray, readObject } from "../wire/json.ts";
import { type PageInfo, parsePage } from "../wire/page.ts";
import { parseUser, type User } from "../wire/user.ts";

/** What a trusted server may set of a user. */
export interface AdminUserAttributes {
  readonly email?: string;
  readonly phone?: string;
  readonly password?: string;
  /** bcrypt, argon2 or Firebase scrypt, in place of a password. */
  readonly password_hash?: string;
  /** Whether the address counts as confirmed. */
  readonly email_confirm?: boolean;
  /** Whether the number counts as confirmed. */
  readonly phone_confirm?: boolean;
  readonly user_metadata?: object;
  readonly app_metadata?: object;
  /** `none`, or a length such as `24h` or `1h30m`; days are not known. */
  readonly ban_duration?: string;
  readonly role?: string;
  /** Only when creating: a UUID. */
  readonly id?: string;
}

/** A user, alone. */
export interface AdminUserResult<M extends Metadata = UnknownMetadata> {
  readonly user: User<M>;
}

/**
 * Creates a user. Sends no mail.
 *
 * @see `POST /admin/users`
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
  /** From 1. @default {1} */
  readonly page?: number;
  /** @default {50} */
  readonly perPage?: number;
  /**
   * Only users whose e-mail or `full_name` contains this; `%` and `_` stand
   * for any text and any character.
   */
  readonly filter?: string;
  /** @default {"created_at desc"} */
  readonly sort?: "created_at asc" | "created_at desc";
}

/** One page of the users, without their identities. */
export interface UserPage<M extends Metadata = UnknownMetadata>
  extends PageInfo {
  readonly users: readonly User<M>[];
  /** Members that a newer server sends. */
  readonly [name: string]: unknown;
}

/**
 * Lists one page of the users. `AdminClient.users()` goes through all pages.
 *
 * @see `GET /admin/users`
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
      path: "/admin/users",
      query: { page, per_page: perPage, filter, sort },
    },
    ({ body, headers }) => {
      const page = readObject(body, "page");
      const { users, aud } = page;
      return {
        ...page,
        users: readArray(users, "users")
          .map((user) => parseUser(user, config.metadata)),
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
 * @see `GET /admin/users/{user_id}`
 */
export function getUserById<M extends Metadata>(
  config: AuthConfig<M>,
  uid: string,
  request?: RequestOptions,
): Promise<AdminUserResult<M>> {
  const spec = { method: "GET", path: ["/admin/users/", uid] } as const;
  return send(config, spec, (answer) => toUser(answer, config), request);
}

/**
 * Changes a user at once, without any confirmation.
 *
 * @see `PUT /admin/users/{user_id}`
 */
export function updateUserById<M extends Metadata>(
  config: AuthConfig<M>,
  uid: string,
  attributes: AdminUserAttributes,
  request?: RequestOptions,
): Promise<AdminUserResult<M>> {
  const spec = {
    method: "PUT",
    path: ["/admin/users/", uid],
    body: toBody(attributes),
  } as const;
  return send(config, spec, (answer) => toUser(answer, config), request);
}

/**
 * Deletes a user. Softly, a record without personal data stays, under the same
 * id, and the address can be registered again.
 *
 * @see `DELETE /admin/users/{user_id}`
 */
export function deleteUser(
  config: AuthConfig<Metadata>,
  id: string,
  shouldSoftDelete = false,
  request?: RequestOptions,
): Promise<void> {
  const spec = {
    method: "DELETE",
    path: ["/admin/users/", id],
    body: { should_soft_delete: shouldSoftDelete },
  } as const;
  return send(config, spec, () => {}, request);
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
  return { user: parseUser(body, config.metadata) };
}
