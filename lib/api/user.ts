/** `GET /user` and `PUT /user` */
import type { Metadata, UnknownMetadata, UserConfig } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import { type FactorList, groupFactors } from "../wire/factor.ts";
import { parseUser, type User, type UserIdentity } from "../wire/user.ts";

/** A user, alone. */
export interface UserResult<M extends Metadata = UnknownMetadata> {
  readonly user: User<M>;
}

/**
 * Asks the server for the user of an access token. The server also checks that
 * the session still exists and the user is not banned.
 *
 * @see `GET /user`
 */
export function getUser<M extends Metadata>(
  config: UserConfig<M>,
  request?: RequestOptions,
): Promise<UserResult<M>> {
  return send(
    config,
    { method: "GET", path: "/user" },
    ({ body }) => ({ user: parseUser(body, config.metadata) }),
    request,
  );
}

/** What to change of a user. */
export interface UserAttributes {
  /** Takes effect once confirmed. */
  readonly email?: string;
  /** Takes effect once confirmed. */
  readonly phone?: string;
  readonly password?: string;
  /** Where the server asks for it when the password changes. */
  readonly current_password?: string;
  /** The code that `reauthenticate` sends. */
  readonly nonce?: string;
  /** Merged into `user_metadata`; a member that is `null` is removed. */
  readonly data?: object;
}

/** How a mail about a changed address leads back. */
export interface UpdateUserOptions {
  /** Where the link in the mail leads back to. */
  readonly emailRedirectTo?: string;
  /** Makes the link bring a code instead of tokens: PKCE. */
  readonly codeChallenge?: string;
}

/**
 * Changes the user's own account.
 *
 * @see `PUT /user`
 */
export function updateUser<M extends Metadata>(
  config: UserConfig<M>,
  attributes: UserAttributes,
  options: UpdateUserOptions = {},
  request?: RequestOptions,
): Promise<UserResult<M>> {
  const { email, phone, password, current_password, nonce, data } = attributes;
  const { codeChallenge } = options;
  return send(
    config,
    {
      method: "PUT",
      path: "/user",
      query: { redirect_to: options.emailRedirectTo },
      body: {
        email,
        phone,
        password,
        current_password,
        nonce,
        data,
        code_challenge: codeChallenge,
        code_challenge_method: codeChallenge && "s256",
      },
    },
    ({ body }) => ({ user: parseUser(body, config.metadata) }),
    request,
  );
}

/**
 * Lists the accounts at providers that are linked to the user.
 *
 * @see `GET /user`
 */
export async function getUserIdentities(
  config: UserConfig<Metadata>,
  request?: RequestOptions,
): Promise<{ readonly identities: readonly UserIdentity[] }> {
  const { user } = await getUser(config, request);
  return { identities: user.identities ?? [] };
}

/**
 * Lists the user's second factors.
 *
 * @see `GET /user`
 */
export async function mfaListFactors(
  config: UserConfig<Metadata>,
  request?: RequestOptions,
): Promise<FactorList> {
  const { user } = await getUser(config, request);
  return groupFactors(user.factors);
}
