/**
 * What is loaded when it is first needed, in one piece: all that asks the
 * server, but for signing in with a password and keeping the session alive.
 *
 * A new method goes into {@link LaterMethods}, and `AuthClient` awaits it by
 * `#later`. A namespace is exported from here, and put before that as `mfa` is
 * in `lazy_mfa.ts`; what is too much for everybody else gets a file of its own
 * as `ceremonies.ts` is, which names the client too.
 */
import { signOut, type SignOutScope } from "../api/logout.ts";
import { reauthenticate } from "../api/reauthenticate.ts";
import {
  signInWithIdToken,
  type SignInWithIdTokenParams,
} from "../api/token_id.ts";
import { updateUser, type UserAttributes } from "../api/user_update.ts";
import { type Metadata, withAccessToken } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import { setUser } from "../session/changes.ts";
import { currentUser, fetchUser } from "../session/guard.ts";
import type { StoredSession } from "../session/stored.ts";
import type { SignedIn } from "../wire/session.ts";
import type { UserIdentity, UserResult } from "../wire/user.ts";
import type { Context } from "./context.ts";
import { PageFlows } from "./flows.ts";
import {
  ClaimsReader,
  type ClaimsResult,
  type GetClaimsOptions,
} from "./get_claims.ts";
import { refreshTokens } from "./refresh_session.ts";
import { enter } from "./sign_in.ts";
import { clearFlows, revoke } from "./finish_sign_out.ts";

export { AuthMfa } from "./mfa.ts";
export { fetchAndComplete } from "../session/guard.ts";
// Bundlers put what several parts need into files of its own. Since this part
// names the whole client, that is one file, and not one for each of its uses.
export { AuthClient } from "./auth_client.ts";

/** Each method is the client's of the same name. */
export class LaterMethods<M extends Metadata> extends PageFlows<M> {
  readonly #claims: ClaimsReader<M>;

  /** @param context The client's. */
  constructor(context: Context<M>) {
    super(context);
    this.#claims = new ClaimsReader(context);
  }

  async signInWithIdToken(
    params: SignInWithIdTokenParams,
    request?: RequestOptions,
  ): Promise<SignedIn<M>> {
    return await enter(this.context, signInWithIdToken, params, request);
  }

  async getUser(
    jwt?: string,
    request?: RequestOptions,
  ): Promise<UserResult<M>> {
    const { config, manager } = this.context;
    const asUser = jwt === undefined
      ? await currentUser(manager, request)
      : withAccessToken(config, jwt);
    return await fetchUser(manager, asUser, request);
  }

  async getUserIdentities(
    request?: RequestOptions,
  ): Promise<{ readonly identities: readonly UserIdentity[] }> {
    const { user } = await this.getUser(undefined, request);
    return { identities: user.identities ?? [] };
  }

  async getClaims(
    jwt?: string,
    options: GetClaimsOptions = {},
    request?: RequestOptions,
  ): Promise<ClaimsResult<M> | null> {
    return await this.#claims.read(jwt, options, request);
  }

  /** {@link updateUser}, with a flow where the address changes. */
  async updateUser(
    attributes: UserAttributes,
    options: { readonly emailRedirectTo?: string } = {},
    request?: RequestOptions,
  ): Promise<UserResult<M>> {
    const { manager } = this.context;
    const config = await currentUser(manager, request);
    const result = attributes.email === undefined
      ? await updateUser(config, attributes, options, request)
      : await this.updateEmail(config, attributes, options, request);
    await setUser(manager, result.user);
    return result;
  }

  async reauthenticate(request?: RequestOptions): Promise<void> {
    const config = await currentUser(this.context.manager, request);
    await reauthenticate(config, request);
  }

  refreshSession(
    params: { readonly refresh_token?: string } = {},
    request?: RequestOptions,
  ): Promise<SignedIn<M>> {
    return refreshTokens(this.context.manager, params.refresh_token, request);
  }

  /** Signs the user out elsewhere. */
  async signOutOthers(request?: RequestOptions): Promise<void> {
    const config = await currentUser(this.context.manager, request);
    await signOut(config, { scope: "others" }, request);
  }

  /** Ends flows, and on the server the session that has been taken out. */
  async finishSignOut(
    taken: StoredSession | null,
    scope: SignOutScope,
    request?: RequestOptions,
  ): Promise<void> {
    const { manager } = this.context;
    await clearFlows(manager, this.store);
    if (taken) await revoke(manager, taken, scope, request);
  }
}
