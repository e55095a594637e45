import type { SignInWithOAuthParams } from "../api/authorize.ts";
import type {
  LinkIdentityParams,
  LinkIdentityTokenParams,
} from "../api/identities.ts";
import type { SignOutScope } from "../api/logout.ts";
import type { SignInWithOtpParams } from "../api/otp.ts";
import type { ResendParams } from "../api/resend.ts";
import type { SignInAnonymouslyParams, SignUpParams } from "../api/sign_up.ts";
import type { SignInWithSSOParams } from "../api/sso.ts";
import {
  type SignedInWithPassword,
  signInWithPassword,
  type SignInWithPasswordParams,
} from "../api/token.ts";
import type { SignInWithIdTokenParams } from "../api/token_id.ts";
import type { UserAttributes } from "../api/user_update.ts";
import type { VerifyOtpParams, VerifyOtpResult } from "../api/verify.ts";
import {
  type AuthConfig,
  createAuthConfig,
  type Metadata,
  type UnknownMetadata,
} from "../config.ts";
import type { RequestOptions } from "../request.ts";
import type { AuthChangeCallback } from "../session/events.ts";
import type { AuthSnapshot } from "../session/manager_options.ts";
import type { MessageSent } from "../wire/message.ts";
import type { NotSignedIn, Session, SignedIn } from "../wire/session.ts";
import type { UserIdentity, UserResult } from "../wire/user.ts";
import type { AuthMethods } from "./auth_methods.ts";
import type { Subscription } from "./bound.ts";
import type { ExchangedCode } from "./callback.ts";
import { currentSession } from "./current_session.ts";
import { checkOptions, takeOver } from "./context.ts";
import type {
  OAuthResult,
  RedirectOptions,
  WithoutChallenge,
  WithRedirect,
} from "./flows.ts";
import type { ClaimsResult, GetClaimsOptions } from "./get_claims.ts";
import { createInside, type Inside } from "./inside.ts";
import type { LaterMethods } from "./later.ts";
import type { AuthMfa } from "./mfa.ts";
import type { AuthClientOptions } from "./options.ts";
import type { AuthPasskey } from "./passkey.ts";
import type { PasskeyMethods } from "./passkey_methods.ts";
import type { Tokens } from "./set_session.ts";
import { enter } from "./sign_in.ts";
import { endSession } from "./sign_out.ts";

/**
 * A signed-in user, and everything one can do about it. Construction does
 * nothing; storage is read at the first method that needs the session.
 *
 * Every method throws what fails: {@link AuthApiError} when the server refuses,
 * {@link AuthNetworkError} when it does not answer, {@link AuthResponseError}
 * when the answer is not its own, {@link AuthSessionError} `session_missing`
 * where somebody must be signed in. {@link SignInMethods},
 * {@link PasskeyMethods}, {@link RedirectMethods}, {@link SessionMethods} and
 * {@link StateMethods} tell all about them, with codes and examples.
 *
 * @example
 * ```ts
 * import { AuthClient } from "@gotrue/edge";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const auth = new AuthClient(createEmulator().clientOptions());
 * await auth.signUp({ email: "ada@example.com", password: "correct horse" });
 * const { session } = await auth.getSession();
 * console.log(session?.user.created_at instanceof Date); // true
 * ```
 */
export class AuthClient<M extends Metadata = UnknownMetadata>
  implements AuthMethods<M> {
  readonly #options: AuthClientOptions<M>;
  readonly #config: AuthConfig<M> | undefined;
  #insides: Inside<M> | undefined;

  /**
   * Makes a client. Nothing is read, started or sent yet.
   *
   * @param options How to reach the server, and what to do with the session.
   * @throws {TypeError} When an option has a wrong type.
   */
  constructor(options: AuthClientOptions<M>) {
    checkOptions(options);
    this.#options = { ...options };
    // What lists them may be good for one time only.
    if (options.headers !== undefined) this.#config = createAuthConfig(options);
  }

  get #inside(): Inside<M> {
    return this.#insides ??= createInside(this.#options, this.#config);
  }

  /** Second factors of the signed-in user. */
  get mfa(): AuthMfa<M> {
    return this.#inside.mfa;
  }

  /** Passkeys of the signed-in user, and the requests of their ceremonies. */
  get passkey(): AuthPasskey<M> {
    return this.#inside.passkey;
  }

  /** Reads storage and consumes the page's callback URL, once, or the one given.
   * @inheritDoc */
  async initialize(options: { readonly url?: string } = {}): Promise<void> {
    const { manager } = this.#inside;
    await manager.initialize();
    if (options.url) await (await this.#later).consume(options.url);
  }

  /** Signs up by e-mail or phone and password. Without a session, a confirmation is awaited.
   * @inheritDoc */
  async signUp(
    params: WithoutChallenge<SignUpParams>,
    request?: RequestOptions,
  ): Promise<SignedIn<M> | NotSignedIn<M>> {
    return await (await this.#later).signUp(params, request);
  }

  /** Makes a user without e-mail, phone or password, and signs them in.
   * @inheritDoc */
  async signInAnonymously(
    params?: SignInAnonymouslyParams,
    request?: RequestOptions,
  ): Promise<SignedIn<M>> {
    return await (await this.#later).signInAnonymously(params, request);
  }

  /** Signs in by e-mail or phone and password.
   * @inheritDoc */
  signInWithPassword(
    params: SignInWithPasswordParams,
    request?: RequestOptions,
  ): Promise<SignedInWithPassword<M>> {
    return enter(this.#inside, signInWithPassword, params, request);
  }

  /** Signs in by an ID token that a provider has issued.
   * @inheritDoc */
  async signInWithIdToken(
    params: SignInWithIdTokenParams,
    request?: RequestOptions,
  ): Promise<SignedIn<M>> {
    return await (await this.#later).signInWithIdToken(params, request);
  }

  /** Signs in by a passkey that the user chooses, in a page; bound.
   * @inheritDoc */
  get signInWithPasskey(): PasskeyMethods<M>["signInWithPasskey"] {
    return this.#inside.signInWithPasskey;
  }

  /** Adds a passkey to the signed-in user, in a page; bound.
   * @inheritDoc */
  get registerPasskey(): PasskeyMethods<M>["registerPasskey"] {
    return this.#inside.registerPasskey;
  }

  /** Sends a one-time code or link, to be used with {@link verifyOtp}.
   * @inheritDoc */
  async signInWithOtp(
    params: WithoutChallenge<SignInWithOtpParams>,
    request?: RequestOptions,
  ): Promise<MessageSent> {
    return await (await this.#later).signInWithOtp(params, request);
  }

  /** Signs in by a code, or by the hash of a link.
   * @inheritDoc */
  async verifyOtp<const P extends VerifyOtpParams>(
    params: P,
    request?: RequestOptions,
  ): Promise<VerifyOtpResult<P, M>> {
    return await (await this.#later).verifyOtp(params, request);
  }

  /** Sends the browser to a provider.
   * @inheritDoc */
  async signInWithOAuth(
    params: WithRedirect<SignInWithOAuthParams>,
  ): Promise<OAuthResult> {
    return await (await this.#later).signInWithOAuth(params);
  }

  /** Sends the browser to an identity provider (SAML 2.0).
   * @inheritDoc */
  async signInWithSSO(
    params: SignInWithSSOParams & { readonly options?: RedirectOptions },
    request?: RequestOptions,
  ): Promise<{ readonly url: string }> {
    return await (await this.#later).signInWithSSO(params, request);
  }

  /** Exchanges the code that a flow ended with for a session.
   * @inheritDoc */
  async exchangeCodeForSession(
    authCode: string,
    options?: { readonly flowId?: string },
    request?: RequestOptions,
  ): Promise<ExchangedCode<M>> {
    const later = await this.#later;
    return await later.exchangeCodeForSession(authCode, options, request);
  }

  /** Sends a confirmation again.
   * @inheritDoc */
  async resend(
    params: WithoutChallenge<ResendParams>,
    request?: RequestOptions,
  ): Promise<MessageSent> {
    return await (await this.#later).resend(params, request);
  }

  /** Sends a mail to a user who forgot the password.
   * @inheritDoc */
  async resetPasswordForEmail(
    email: string,
    options?: { readonly redirectTo?: string; readonly captchaToken?: string },
    request?: RequestOptions,
  ): Promise<void> {
    const later = await this.#later;
    return await later.resetPasswordForEmail(email, options, request);
  }

  /** Sends the user a code to give as `nonce` to {@link updateUser}.
   * @inheritDoc */
  async reauthenticate(request?: RequestOptions): Promise<void> {
    return await (await this.#later).reauthenticate(request);
  }

  /** The session, refreshed if its token is about to expire. Never verified.
   * @inheritDoc */
  async getSession(
    request?: RequestOptions,
  ): Promise<{ readonly session: Session<M> | null }> {
    return { session: await currentSession(this.#inside.manager, request) };
  }

  /** Asks the server for the user of the session, or of a token.
   * @inheritDoc */
  async getUser(
    jwt?: string,
    request?: RequestOptions,
  ): Promise<UserResult<M>> {
    return await (await this.#later).getUser(jwt, request);
  }

  /** Verifies the session's token, or another; null when nobody is signed in.
   * @inheritDoc */
  async getClaims(
    jwt?: string,
    options?: GetClaimsOptions,
    request?: RequestOptions,
  ): Promise<ClaimsResult<M> | null> {
    return await (await this.#later).getClaims(jwt, options, request);
  }

  /** Changes the user's own account; a new address takes effect once confirmed.
   * @inheritDoc */
  async updateUser(
    attributes: UserAttributes,
    options?: { readonly emailRedirectTo?: string },
    request?: RequestOptions,
  ): Promise<UserResult<M>> {
    return await (await this.#later).updateUser(attributes, options, request);
  }

  /** Takes over tokens from elsewhere.
   * @inheritDoc */
  async setSession(
    tokens: Tokens,
    request?: RequestOptions,
  ): Promise<SignedIn<M>> {
    return await (await this.#later).setSession(tokens, request);
  }

  /** Refreshes now: the session, or the one of a refresh token.
   * @inheritDoc */
  async refreshSession(
    params?: { readonly refresh_token?: string },
    request?: RequestOptions,
  ): Promise<SignedIn<M>> {
    return await (await this.#later).refreshSession(params, request);
  }

  /** Signs out here first, then on the server; `others` only there.
   * @inheritDoc */
  signOut(
    options: { readonly scope?: SignOutScope } = {},
    request?: RequestOptions,
  ): Promise<void> {
    return endSession(this.#inside, options.scope ?? "global", request);
  }

  /** Lists the accounts at providers that are linked to the user.
   * @inheritDoc */
  async getUserIdentities(
    request?: RequestOptions,
  ): Promise<{ readonly identities: readonly UserIdentity[] }> {
    return await (await this.#later).getUserIdentities(request);
  }

  /** Links an account at a provider, by an ID token.
   * @inheritDoc */
  linkIdentity(
    params: LinkIdentityTokenParams,
    request?: RequestOptions,
  ): Promise<SignedIn<M>>;
  /** Links an account at a provider, by sending the browser there.
   * @inheritDoc */
  linkIdentity(
    params: WithRedirect<LinkIdentityParams>,
    request?: RequestOptions,
  ): Promise<OAuthResult>;
  async linkIdentity(
    params: LinkIdentityTokenParams | WithRedirect<LinkIdentityParams>,
    request?: RequestOptions,
  ): Promise<SignedIn<M> | OAuthResult> {
    return await (await this.#later).linkIdentity(params, request);
  }

  /** Unlinks a way to sign in from the user.
   * @inheritDoc */
  async unlinkIdentity(
    identity: Pick<UserIdentity, "identity_id">,
    request?: RequestOptions,
  ): Promise<void> {
    return await (await this.#later).unlinkIdentity(identity, request);
  }

  /** Subscribes: `INITIAL_SESSION` once, then one event for each transition.
   * @inheritDoc */
  onAuthStateChange(
    callback: AuthChangeCallback<Session<M>>,
  ): { readonly subscription: Subscription<M> } {
    const unsubscribe = this.#inside.manager.subscribe(callback);
    return { subscription: { id: Symbol(), callback, unsubscribe } };
  }

  /** Refreshes in the background from now on, until stopped.
   * @inheritDoc */
  async startAutoRefresh(): Promise<void> {
    takeOver(this.#inside);
    this.#inside.autoRefresh.start();
    await this.#inside.manager.ready();
  }

  /** Ends refreshing in the background. */
  stopAutoRefresh(): Promise<void> {
    takeOver(this.#inside);
    return Promise.resolve();
  }

  /** Ends timers, subscriptions and the channel to other tabs. The session stays stored.
   * @inheritDoc */
  dispose(): Promise<void> {
    takeOver(this.#inside);
    this.#inside.manager.dispose();
    return Promise.resolve();
  }

  /** {@link dispose}, at the end of a scope. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** The state as it can be read at once; bound. The same object until it changes.
   * @inheritDoc */
  get getSnapshot(): () => AuthSnapshot<M> {
    return this.#inside.getSnapshot;
  }

  /** Calls back whenever the snapshot has changed; bound. Gives the end of that.
   * @inheritDoc */
  get subscribe(): (listener: () => void) => () => void {
    return this.#inside.subscribe;
  }

  /** An access token that lives, null when nobody is signed in; bound, for supabase-js's `accessToken`.
   * @inheritDoc */
  get getAccessToken(): (request?: RequestOptions) => Promise<string | null> {
    return this.#inside.getAccessToken;
  }

  get #later(): LaterMethods<M> | Promise<LaterMethods<M>> {
    return this.#inside.later();
  }
}
