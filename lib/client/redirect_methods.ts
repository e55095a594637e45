/** What the client can do by way of another page. */
import type { SignInWithOAuthParams } from "../api/authorize.ts";
import type {
  LinkIdentityParams,
  LinkIdentityTokenParams,
} from "../api/identities.ts";
import type { SignInWithSSOParams } from "../api/sso.ts";
import type { Metadata, UnknownMetadata } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import type { SignedIn } from "../wire/session.ts";
import type { UserIdentity } from "../wire/user.ts";
import type { ExchangedCode } from "./callback.ts";
import type { OAuthResult, RedirectOptions, WithRedirect } from "./flows.ts";

/**
 * Accounts at providers: signing in by them, and which of them are the user's.
 * In a page these methods leave it, unless `skipBrowserRedirect` is set.
 */
export interface RedirectMethods<M extends Metadata = UnknownMetadata> {
  /**
   * Reads storage and consumes the callback in the page's address, once; the
   * methods that need the session do so by themselves. With `url` it consumes
   * that callback address, which is how an application without a page ends a
   * flow.
   *
   * @param options The address that the browser came back to, if it is not the
   * page's.
   * @returns Nothing; a callback makes a session.
   * @throws {AuthApiError} The refusal that the callback brings, such as
   * `otp_expired` or `bad_oauth_callback`; `flow_state_not_found`,
   * `flow_state_expired`, `bad_code_verifier`
   * @throws {AuthSessionError} `pkce_code_verifier_not_found` when the flow was
   * not started with this storage, or the address has tokens that `flowType`
   * does not ask for.
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /token?grant_type=pkce`
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const emulator = createEmulator();
   * const auth = new AuthClient(emulator.clientOptions());
   * await auth.signInWithOtp({ email: "ada@example.com" });
   *
   * // The user follows the link, and the application gets the address.
   * const { link } = await emulator.mailbox.next("ada@example.com");
   * const clicked = await emulator.fetch(link, { redirect: "manual" });
   * await auth.initialize({ url: clicked.headers.get("location") ?? "" });
   * console.log(auth.getSnapshot().session?.user.email); // ada@example.com
   * ```
   */
  initialize(options?: { readonly url?: string }): Promise<void>;

  /**
   * Sends the browser to a provider. Outside of a page, or with
   * `skipBrowserRedirect`, it only gives the address. Makes no request itself.
   *
   * @param params With which provider, and how.
   * @returns The address, and which flow it starts.
   * @throws {AuthSessionError} `pkce_code_verifier_not_found` when storage does
   * not keep the flow's verifier.
   * @see `GET /authorize`
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const auth = new AuthClient(createEmulator().clientOptions());
   * const { url } = await auth.signInWithOAuth({
   *   provider: "github",
   *   options: { redirectTo: "https://app.example/", skipBrowserRedirect: true },
   * });
   * console.log(new URL(url).searchParams.get("provider")); // github
   * ```
   */
  signInWithOAuth(
    params: WithRedirect<SignInWithOAuthParams>,
  ): Promise<OAuthResult>;

  /**
   * Sends the browser to an identity provider of an organisation (SAML 2.0).
   *
   * @param params Which one, by its id or by the domain of the user's address.
   * @param request How to make the request.
   * @returns The address.
   * @throws {AuthApiError} `saml_provider_disabled`, `sso_provider_not_found`,
   * `sso_provider_disabled`, `validation_failed`, `over_request_rate_limit`,
   * `captcha_failed`
   * @throws {AuthSessionError} `pkce_code_verifier_not_found` when storage does
   * not keep the flow's verifier.
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /sso`
   */
  signInWithSSO(
    params: SignInWithSSOParams & { readonly options?: RedirectOptions },
    request?: RequestOptions,
  ): Promise<{ readonly url: string }>;

  /**
   * Exchanges the `code` of a callback address for a session. In a page this is
   * done at the first call, unless `detectSessionInUrl` is false. The flow must
   * have been started with the same storage, and the code is good for five
   * minutes.
   *
   * @param authCode The parameter `code` of the address.
   * @param options Which flow it ends, where several are pending; all of them
   * are tried otherwise.
   * @param request How to make the request.
   * @returns The user and the session, and `redirectType` `recovery` after
   * `resetPasswordForEmail`.
   * @throws {AuthApiError} `flow_state_not_found`, `flow_state_expired`,
   * `bad_code_verifier`, `validation_failed`, `over_request_rate_limit`
   * @throws {AuthSessionError} `pkce_code_verifier_not_found`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /token?grant_type=pkce`
   * @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.5}
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const emulator = createEmulator();
   * const auth = new AuthClient(emulator.clientOptions());
   * await auth.signInWithOtp({ email: "ada@example.com" });
   *
   * // The user follows the link, and comes back with a code.
   * const { link } = await emulator.mailbox.next("ada@example.com");
   * const clicked = await emulator.fetch(link, { redirect: "manual" });
   * const back = new URL(clicked.headers.get("location") ?? "");
   * const code = back.searchParams.get("code") ?? "";
   * const { user } = await auth.exchangeCodeForSession(code);
   * console.log(user.email); // ada@example.com
   * ```
   */
  exchangeCodeForSession(
    authCode: string,
    options?: { readonly flowId?: string },
    request?: RequestOptions,
  ): Promise<ExchangedCode<M>>;

  /**
   * Lists the ways to sign in that are linked to the user: e-mail, phone and
   * accounts at providers.
   *
   * @param request How to make the request.
   * @returns The identities, in the order in which they were linked.
   * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
   * `user_banned`
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `GET /user`
   */
  getUserIdentities(
    request?: RequestOptions,
  ): Promise<{ readonly identities: readonly UserIdentity[] }>;

  /**
   * Links an account at a provider to the user at once, by an ID token that the
   * provider has issued. Subscribers are told `USER_UPDATED`.
   *
   * @param params The ID token and what is needed to check it.
   * @param request How to make the request.
   * @returns The user and the new session.
   * @throws {AuthApiError} `identity_already_exists`, `email_exists`,
   * `email_not_confirmed`, `provider_disabled`, `validation_failed`,
   * `bad_jwt`, `user_banned`, `over_request_rate_limit`; for a token that is
   * refused `invalid request`, `invalid nonce`, `server_error`
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /token?grant_type=id_token`
   */
  linkIdentity(
    params: LinkIdentityTokenParams,
    request?: RequestOptions,
  ): Promise<SignedIn<M>>;

  /**
   * Links an account at a provider to the user, by sending the browser there.
   *
   * @param params With which provider, and how.
   * @param request How to make the request.
   * @returns The address, and which flow it starts.
   * @throws {AuthApiError} `manual_linking_disabled`, `validation_failed`,
   * `bad_jwt`, `session_not_found`, `user_not_found`, `user_banned`
   * @throws {AuthSessionError} `session_missing`, `session_superseded`,
   * `pkce_code_verifier_not_found` when storage does not keep the verifier.
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `GET /user/identities/authorize`
   */
  linkIdentity(
    params: WithRedirect<LinkIdentityParams>,
    request?: RequestOptions,
  ): Promise<OAuthResult>;

  /**
   * Unlinks a way to sign in from the user, who must have another one. The
   * session shows it after the next `refreshSession()`.
   *
   * @param identity One of those that {@link getUserIdentities} gives.
   * @param request How to make the request.
   * @returns Nothing.
   * @throws {AuthApiError} `single_identity_not_deletable`,
   * `email_conflict_identity_not_deletable`, `manual_linking_disabled`,
   * `identity_not_found`, `validation_failed`, `bad_jwt`,
   * `session_not_found`, `user_not_found`, `user_banned`
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `DELETE /user/identities/{id}`
   */
  unlinkIdentity(
    identity: Pick<UserIdentity, "identity_id">,
    request?: RequestOptions,
  ): Promise<void>;
}
