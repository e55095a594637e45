import {
  type AuthConfig,
  type AuthConfigOptions,
  createAuthConfig,
  type Metadata,
  type UnknownMetadata,
} from "../config.ts";
import type { RequestOptions } from "../request.ts";
import type { Factor } from "../wire/factor.ts";
import type { GenerateLinkResult } from "../wire/link.ts";
import type { Passkey } from "../wire/passkey.ts";
import type { User } from "../wire/user.ts";
import {
  generateLink,
  type GenerateLinkParams,
  type InvitedUser,
  type InviteOptions,
  inviteUserByEmail,
} from "./links.ts";
import { signOut } from "./logout.ts";
import { mfaDeleteFactor, mfaListFactors } from "./user_factors.ts";
import { passkeyDeletePasskey, passkeyListPasskeys } from "./user_passkeys.ts";
import {
  type AdminUserAttributes,
  type AdminUserResult,
  createUser,
  deleteUser,
  getUserById,
  listUsers,
  type ListUsersParams,
  updateUserById,
  type UserPage,
} from "./users.ts";

/** How to reach the server with a key that may do everything. */
export type AdminClientOptions<M extends Metadata = UnknownMetadata> =
  & AuthConfigOptions<M>
  & {
    /**
     * Lets the client be built in a page, where whoever opens it can read the
     * key. @default {false}
     */
    readonly allowInPage?: boolean;
  };

/** Which users to go through. */
export interface UsersParams {
  /** Which users, as for one page: {@link ListUsersParams}. */
  readonly filter?: string;
  /** How many to fetch with one request. @default {100} */
  readonly perPage?: number;
}

/**
 * Administration of users with a secret or service_role key. It signs nobody in
 * and holds no session. What each method throws is told at the function of the
 * same name.
 *
 * @example
 * ```ts
 * import { AdminClient } from "@gotrue/edge/admin";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const admin = new AdminClient({
 *   ...emulator.clientOptions(),
 *   key: emulator.serviceRoleKey,
 * });
 * await admin.createUser({ email: "ada@example.com", email_confirm: true });
 * for await (const user of admin.users()) console.log(user.email);
 * ```
 */
export class AdminClient<M extends Metadata = UnknownMetadata> {
  readonly #config: AuthConfig<M>;
  /** Second factors of any user. */
  readonly mfa: AdminMfa;
  /** Passkeys of any user. */
  readonly passkey: AdminPasskey;

  /**
   * Checks the options. Makes no request.
   *
   * @param options The server and the key.
   * @throws {TypeError} In a page, unless `allowInPage` is set, and for options
   * that `createAuthConfig` refuses.
   */
  constructor(options: AdminClientOptions<M>) {
    if (!options.allowInPage && "document" in globalThis) {
      throw new TypeError(
        "Cannot build an AdminClient in a page: whoever opens it could read the key; set allowInPage if that is meant",
      );
    }
    this.#config = createAuthConfig(options);
    this.mfa = new AdminMfa(this.#config);
    this.passkey = new AdminPasskey(this.#config);
  }

  /**
   * Ends sessions of the user whose access token is given: {@link signOut}.
   *
   * @param jwt The user's access token.
   * @param scope All sessions of the user, the one of the token, or all but that.
   * @param request How to make the request.
   * @returns Nothing.
   */
  signOut(
    jwt: string,
    scope: "global" | "local" | "others" = "global",
    request?: RequestOptions,
  ): Promise<void> {
    return signOut(this.#config, jwt, scope, request);
  }

  /**
   * Creates a user and sends an invitation: {@link inviteUserByEmail}.
   *
   * @param email The address.
   * @param options What the user starts with.
   * @param request How to make the request.
   * @returns The invited user.
   */
  inviteUserByEmail(
    email: string,
    options?: InviteOptions,
    request?: RequestOptions,
  ): Promise<InvitedUser<M>> {
    return inviteUserByEmail(this.#config, email, options, request);
  }

  /**
   * Makes a link without sending it: {@link generateLink}.
   *
   * @param params What kind of link, and for whom.
   * @param request How to make the request.
   * @returns The link, its code and its hash, and the user.
   */
  generateLink(
    params: GenerateLinkParams,
    request?: RequestOptions,
  ): Promise<GenerateLinkResult<M>> {
    return generateLink(this.#config, params, request);
  }

  /**
   * Creates a user: {@link createUser}.
   *
   * @param attributes What the user starts with.
   * @param request How to make the request.
   * @returns The user.
   */
  createUser(
    attributes: AdminUserAttributes,
    request?: RequestOptions,
  ): Promise<AdminUserResult<M>> {
    return createUser(this.#config, attributes, request);
  }

  /**
   * Lists one page of the users: {@link listUsers}.
   *
   * @param params Which page.
   * @param request How to make the request.
   * @returns The users, and where the page stands.
   */
  listUsers(
    params?: ListUsersParams,
    request?: RequestOptions,
  ): Promise<UserPage<M>> {
    return listUsers(this.#config, params, request);
  }

  /**
   * Goes through all users, oldest first, a page at a time. Users who sign up
   * meanwhile are met too, and nobody is met twice. When users are deleted
   * meanwhile, later ones move up a page and some may be missed.
   *
   * @param params Which users.
   * @param request How to make each request; the deadline is for one page.
   * @returns The users, one by one.
   * @throws {AuthApiError} As {@link listUsers}, at the page that is refused.
   */
  async *users(
    params: UsersParams = {},
    request?: RequestOptions,
  ): AsyncGenerator<User<M>, void, undefined> {
    const { filter, perPage = 100 } = params;
    const seen = new Set<string>();
    for (let page: number | null = 1; page !== null;) {
      const query: ListUsersParams = { page, perPage, sort: "created_at asc" };
      const { users, nextPage }: UserPage<M> = await listUsers(
        this.#config,
        filter === undefined ? query : { ...query, filter },
        request,
      );
      for (const user of users) {
        if (!seen.has(user.id)) yield user;
        seen.add(user.id);
      }
      // Only a later page leads on, or a wrong link would be followed for ever.
      const leadsOn: boolean = nextPage !== null && nextPage > page;
      page = users.length > 0 && leadsOn ? nextPage : null;
    }
  }

  /**
   * Gets a user by id: {@link getUserById}.
   *
   * @param uid The user's id.
   * @param request How to make the request.
   * @returns The user.
   */
  getUserById(
    uid: string,
    request?: RequestOptions,
  ): Promise<AdminUserResult<M>> {
    return getUserById(this.#config, uid, request);
  }

  /**
   * Changes a user at once: {@link updateUserById}.
   *
   * @param uid The user's id.
   * @param attributes What to change; nothing else changes.
   * @param request How to make the request.
   * @returns The user, changed.
   */
  updateUserById(
    uid: string,
    attributes: AdminUserAttributes,
    request?: RequestOptions,
  ): Promise<AdminUserResult<M>> {
    return updateUserById(this.#config, uid, attributes, request);
  }

  /**
   * Deletes a user, with one request: {@link deleteUser}.
   *
   * @param id The user's id.
   * @param shouldSoftDelete Whether a record without personal data stays.
   * @param request How to make the request.
   * @returns Nothing.
   */
  deleteUser(
    id: string,
    shouldSoftDelete = false,
    request?: RequestOptions,
  ): Promise<void> {
    return deleteUser(this.#config, id, shouldSoftDelete, request);
  }
}

/** Second factors of any user: `admin.mfa`. */
export class AdminMfa {
  readonly #config: AuthConfig<Metadata>;

  /**
   * Made by {@link AdminClient}.
   *
   * @param config The server and the key.
   */
  constructor(config: AuthConfig<Metadata>) {
    this.#config = config;
  }

  /**
   * Lists a user's factors: {@link mfaListFactors}.
   *
   * @param params Whose factors.
   * @param request How to make the request.
   * @returns The factors, verified or not.
   */
  listFactors(
    params: { readonly userId: string },
    request?: RequestOptions,
  ): Promise<{ readonly factors: readonly Factor[] }> {
    return mfaListFactors(this.#config, params, request);
  }

  /**
   * Removes a user's factor: {@link mfaDeleteFactor}.
   *
   * @param params Whose factor, and which.
   * @param request How to make the request.
   * @returns The factor's id.
   */
  deleteFactor(
    params: { readonly id: string; readonly userId: string },
    request?: RequestOptions,
  ): Promise<{ readonly id: string }> {
    return mfaDeleteFactor(this.#config, params, request);
  }
}

/** Passkeys of any user: `admin.passkey`. */
export class AdminPasskey {
  readonly #config: AuthConfig<Metadata>;

  /**
   * Made by {@link AdminClient}.
   *
   * @param config The server and the key.
   */
  constructor(config: AuthConfig<Metadata>) {
    this.#config = config;
  }

  /**
   * Lists a user's passkeys: {@link passkeyListPasskeys}.
   *
   * @param params Whose passkeys.
   * @param request How to make the request.
   * @returns The passkeys, oldest first.
   */
  listPasskeys(
    params: { readonly userId: string },
    request?: RequestOptions,
  ): Promise<readonly Passkey[]> {
    return passkeyListPasskeys(this.#config, params, request);
  }

  /**
   * Deletes a user's passkey: {@link passkeyDeletePasskey}.
   *
   * @param params Whose passkey, and which.
   * @param request How to make the request.
   * @returns Nothing.
   */
  deletePasskey(
    params: { readonly userId: string; readonly passkeyId: string },
    request?: RequestOptions,
  ): Promise<void> {
    return passkeyDeletePasskey(this.#config, params, request);
  }
}
