/** One request each, and what it means for the session. */
import {
  updateUser,
  type UserAttributes,
  type UserResult,
} from "../api/user.ts";
import { type AuthConfig, type Metadata, withAccessToken } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import { currentUser, fetchUser } from "../session/guard.ts";
import type { SignedIn } from "../wire/session.ts";
import type { Context } from "./context.ts";

/** Signs in by one request, and takes the session over. */
export async function enter<M extends Metadata, P, T extends SignedIn<M>>(
  { config, manager }: Context<M>,
  run: (
    config: AuthConfig<M>,
    params: P,
    request?: RequestOptions,
  ) => Promise<T>,
  params: P,
  request?: RequestOptions,
): Promise<T> {
  const signedIn = await run(config, params, request);
  await manager.signIn(signedIn.session);
  return signedIn;
}

/** The user of the session, or of a token, as the server knows it. */
export async function clientGetUser<M extends Metadata>(
  { config, manager }: Context<M>,
  jwt: string | undefined,
  request?: RequestOptions,
): Promise<UserResult<M>> {
  const asUser = jwt === undefined
    ? await currentUser(manager, request)
    : withAccessToken(config, jwt);
  return await fetchUser(manager, asUser, request);
}

/** {@link updateUser}, with a flow where the address changes. */
export async function clientUpdateUser<M extends Metadata>(
  { manager, flows }: Context<M>,
  attributes: UserAttributes,
  options: { readonly emailRedirectTo?: string },
  request?: RequestOptions,
): Promise<UserResult<M>> {
  const config = await currentUser(manager, request);
  const result = attributes.email === undefined
    ? await updateUser(config, attributes, options, request)
    : await (await flows()).updateEmail(config, attributes, options, request);
  await manager.setUser(result.user);
  return result;
}
