import {
  signInAnonymously,
  type SignInAnonymouslyParams,
} from "../api/anonymous.ts";
import type { SignInWithOAuthParams } from "../api/authorize.ts";
import type {
  LinkIdentityParams,
  LinkIdentityTokenParams,
} from "../api/identities.ts";
import type { SignOutScope } from "../api/logout.ts";
import type { SignInWithOtpParams } from "../api/otp.ts";
import { reauthenticate } from "../api/reauthenticate.ts";
import type { ResendParams } from "../api/resend.ts";
import type { SignUpParams } from "../api/sign_up.ts";
import type { SignInWithSSOParams } from "../api/sso.ts";
import {
  type SignedInWithPassword,
  signInWithIdToken,
  type SignInWithIdTokenParams,
  signInWithPassword,
  type SignInWithPasswordParams,
} from "../api/token.ts";
import type { UserAttributes, UserResult } from "../api/user.ts";
import type { VerifyOtpParams, VerifyOtpResult } from "../api/verify.ts";
import {
  type AuthConfig,
  type Metadata,
  type UnknownMetadata,
  withAccessToken,
} from "../config.ts";
import type { RequestOptions } from "../request.ts";
import type { AuthChangeCallback } from "../session/events.ts";
import { completeSession, currentUser, fetchUser } from "../session/guard.ts";
import type { AuthSnapshot } from "../session/manager_options.ts";
import { liveSession } from "../session/refresher.ts";
import type { MessageSent } from "../wire/message.ts";
import type { NotSignedIn, Session, SignedIn } from "../wire/session.ts";
import type { UserIdentity } from "../wire/user.ts";
import { bindMethods, type BoundMethods, type Subscription } from "./bound.ts";
import type { ExchangedCode } from "./callback.ts";
import {
  checkOptions,
  type Context,
  createContext,
  takeOver,
} from "./context.ts";
import type {
  OAuthResult,
  PageFlows,
  RedirectOptions,
  WithoutChallenge,
  WithRedirect,
} from "./flows.ts";
import type {
  ClaimsReader,
  ClaimsResult,
  GetClaimsOptions,
} from "./get_claims.ts";
import { lazy, lazyMethods } from "./lazy.ts";
import type { AuthMfa } from "./mfa.ts";
import type { AuthClientOptions } from "./options.ts";
import { refreshTokens } from "./refresh_session.ts";
import type { Tokens } from "./set_session.ts";
import { clientUpdateUser, enter } from "./sign_in.ts";
import { endSession } from "./sign_out.ts";

const loadClaims = lazy(() => import("./get_claims.ts"));
const loadMfa = lazy(() => import("./mfa.ts"));

/**
 * A signed-in user, and everything one can do about it. Construction does
 * nothing; storage is read at the first method that needs the session.
 *
 * Every method throws what fails: {@link AuthApiError} when the server refuses,
 * {@link AuthNetworkError} when it does not answer, {@link AuthResponseError}
 * when the answer is not its own, {@link AuthSessionError} `session_missing`
 * when nobody is signed in who would have to be.
 *
 * @example
 * ```ts
 * import { AuthClient } from "@gotrue/edge";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const auth = new AuthClient(createEmulator().clientOptions());
 * await auth.signUp({ email: "ada@example.com", password: "correct horse" });
 * const { session } = await auth.getSession();
 * console.log(session?.user.created_at.getFullYear());
 * await auth.signOut();
 * ```
 */
export class AuthClient<M extends Metadata = UnknownMetadata> {
  readonly #options: AuthClientOptions<M>;
  readonly #config: AuthConfig<M>;
  #context: Context<M> | undefined;
  #mfa: AuthMfa<M> | undefined;
  #claims: ClaimsReader<M> | undefined;
  #bound: BoundMethods<M> | undefined;

  /**
   * @param options How to reach the server, and what to do with the session.
   * @throws {TypeError} When an option has a wrong type.
   */
  constructor(options: AuthClientOptions<M>) {
    this.#options = options;
    this.#config = checkOptions(options);
  }

  get #inside(): Context<M> {
    return this.#context ??= createContext(this.#options, this.#config);
  }

  /** Second factors. */
  get mfa(): AuthMfa<M> {
    return this.#mfa ??= lazyMethods(
      async () => new (await loadMfa()).AuthMfa(this.#inside.manager),
      {
        enroll: true,
        challenge: true,
        verify: true,
        challengeAndVerify: true,
        unenroll: true,
        listFactors: true,
        getAuthenticatorAssuranceLevel: true,
      },
    );
  }

  /** Reads storage and consumes the page's callback URL, once, or the one given. */
  async initialize(options: { readonly url?: string } = {}): Promise<void> {
    const { manager, flows } = this.#inside;
    await manager.initialize();
    if (options.url) await (await flows()).consume(options.url);
  }

  /** Signs up by e-mail or phone and password. Without a session, a confirmation is awaited. */
  async signUp(
    params: WithoutChallenge<SignUpParams>,
    request?: RequestOptions,
  ): Promise<SignedIn<M> | NotSignedIn<M>> {
    return await (await this.#flows).signUp(params, request);
  }

  /** Makes a user without e-mail, phone or password, and signs them in. */
  signInAnonymously(
    params?: SignInAnonymouslyParams,
    request?: RequestOptions,
  ): Promise<SignedIn<M>> {
    return enter(this.#inside, signInAnonymously, params, request);
  }

  /** Signs in by e-mail or phone and password: `invalid_credentials`, `email_not_confirmed`. */
  signInWithPassword(
    params: SignInWithPasswordParams,
    request?: RequestOptions,
  ): Promise<SignedInWithPassword<M>> {
    return enter(this.#inside, signInWithPassword, params, request);
  }

  /** Signs in by an ID token that a provider has issued. */
  signInWithIdToken(
    params: SignInWithIdTokenParams,
    request?: RequestOptions,
  ): Promise<SignedIn<M>> {
    return enter(this.#inside, signInWithIdToken, params, request);
  }

  /** Sends a one-time code or link, to be used with {@link verifyOtp}. */
  async signInWithOtp(
    params: WithoutChallenge<SignInWithOtpParams>,
    request?: RequestOptions,
  ): Promise<MessageSent> {
    return await (await this.#flows).signInWithOtp(params, request);
  }

  /** Signs in by a code or a link's hash: `otp_expired`. */
  async verifyOtp<const P extends VerifyOtpParams>(
    params: P,
    request?: RequestOptions,
  ): Promise<VerifyOtpResult<P, M>> {
    return await (await this.#flows).verifyOtp(params, request);
  }

  /** Sends the browser to a provider. */
  async signInWithOAuth(
    params: WithRedirect<SignInWithOAuthParams>,
  ): Promise<OAuthResult> {
    return await (await this.#flows).signInWithOAuth(params);
  }

  /** Sends the browser to an identity provider (SAML 2.0). */
  async signInWithSSO(
    params: SignInWithSSOParams & { readonly options?: RedirectOptions },
    request?: RequestOptions,
  ): Promise<{ readonly url: string }> {
    return await (await this.#flows).signInWithSSO(params, request);
  }

  /** Exchanges the code that a flow ended with: `pkce_code_verifier_not_found`. */
  async exchangeCodeForSession(
    authCode: string,
    options: { readonly flowId?: string } = {},
    request?: RequestOptions,
  ): Promise<ExchangedCode<M>> {
    const { flowId } = options;
    const flows = await this.#flows;
    return await flows.exchangeCodeForSession(authCode, flowId, request);
  }

  /** Sends a confirmation again. */
  async resend(
    params: WithoutChallenge<ResendParams>,
    request?: RequestOptions,
  ): Promise<MessageSent> {
    return await (await this.#flows).resend(params, request);
  }

  /** Sends a mail to a user who forgot the password. */
  async resetPasswordForEmail(
    email: string,
    options: { readonly redirectTo?: string; readonly captchaToken?: string } =
      {},
    request?: RequestOptions,
  ): Promise<void> {
    const flows = await this.#flows;
    await flows.resetPasswordForEmail(email, options, request);
  }

  /** Sends the user a code to give as `nonce` to {@link updateUser}. */
  async reauthenticate(request?: RequestOptions): Promise<void> {
    await reauthenticate(await this.#user(request), request);
  }

  /** The session, refreshed if its token is about to expire. Never verified. */
  async getSession(
    request?: RequestOptions,
  ): Promise<{ readonly session: Session<M> | null }> {
    const { manager } = this.#inside;
    const stored = await liveSession(manager, request);
    return {
      session: stored && await completeSession(manager, stored, request),
    };
  }

  /** Asks the server for the user of the session, or of a token. */
  async getUser(
    jwt?: string,
    request?: RequestOptions,
  ): Promise<UserResult<M>> {
    const config = jwt === undefined
      ? await this.#user(request)
      : withAccessToken(this.#inside.config, jwt);
    return await fetchUser(this.#inside.manager, config, request);
  }

  /** Verifies the session's token, or another; null when nobody is signed in. */
  async getClaims(
    jwt?: string,
    options: GetClaimsOptions = {},
    request?: RequestOptions,
  ): Promise<ClaimsResult<M> | null> {
    const { ClaimsReader } = await loadClaims();
    this.#claims ??= new ClaimsReader(this.#inside);
    return await this.#claims.read(jwt, options, request);
  }

  /** Changes the user's own account; a new address takes effect once confirmed. */
  updateUser(
    attributes: UserAttributes,
    options: { readonly emailRedirectTo?: string } = {},
    request?: RequestOptions,
  ): Promise<UserResult<M>> {
    return clientUpdateUser(this.#inside, attributes, options, request);
  }

  /** Takes over tokens from elsewhere. */
  async setSession(
    tokens: Tokens,
    request?: RequestOptions,
  ): Promise<SignedIn<M>> {
    return await (await this.#flows).setSession(tokens, request);
  }

  /** Refreshes now: the session, or the one of a refresh token. */
  async refreshSession(
    params: { readonly refresh_token?: string } = {},
    request?: RequestOptions,
  ): Promise<SignedIn<M>> {
    const { refresh_token } = params;
    return await refreshTokens(this.#inside.manager, refresh_token, request);
  }

  /** Signs out here first, then on the server; `others` only there. */
  signOut(
    options: { readonly scope?: SignOutScope } = {},
    request?: RequestOptions,
  ): Promise<void> {
    const { scope = "global" } = options;
    return endSession(this.#inside, scope, request);
  }

  /** Lists the accounts at providers that are linked to the user. */
  async getUserIdentities(
    request?: RequestOptions,
  ): Promise<{ readonly identities: readonly UserIdentity[] }> {
    const { user } = await this.getUser(undefined, request);
    return { identities: user.identities ?? [] };
  }

  /** Links an account at a provider, by an ID token. */
  linkIdentity(
    params: LinkIdentityTokenParams,
    request?: RequestOptions,
  ): Promise<SignedIn<M>>;
  /** Links an account at a provider, by sending the browser there. */
  linkIdentity(
    params: WithRedirect<LinkIdentityParams>,
    request?: RequestOptions,
  ): Promise<OAuthResult>;
  async linkIdentity(
    params: LinkIdentityTokenParams | WithRedirect<LinkIdentityParams>,
    request?: RequestOptions,
  ): Promise<SignedIn<M> | OAuthResult> {
    return await (await this.#flows).linkIdentity(params, request);
  }

  /** Unlinks an account at a provider: `single_identity_not_deletable`. */
  async unlinkIdentity(
    identity: Pick<UserIdentity, "identity_id">,
    request?: RequestOptions,
  ): Promise<void> {
    await (await this.#flows).unlinkIdentity(identity, request);
  }

  /** Subscribes: `INITIAL_SESSION` once, then one event for each transition. */
  onAuthStateChange(
    callback: AuthChangeCallback<Session<M>>,
  ): { readonly subscription: Subscription<M> } {
    const unsubscribe = this.#inside.manager.subscribe(callback);
    return { subscription: { id: Symbol(), callback, unsubscribe } };
  }

  /** Refreshes in the background from now on, until stopped. */
  async startAutoRefresh(): Promise<void> {
    takeOver(this.#inside);
    this.#inside.autoRefresh.start();
    await this.#inside.manager.ready();
  }

  /** Ends refreshing in the background. */
  stopAutoRefresh(): Promise<void> {
    takeOver(this.#inside);
    this.#inside.autoRefresh.stop();
    return Promise.resolve();
  }

  /** Ends timers, subscriptions and the channel to other tabs. The session stays stored. */
  dispose(): Promise<void> {
    takeOver(this.#inside);
    this.#inside.autoRefresh.stop();
    this.#inside.manager.dispose();
    return Promise.resolve();
  }

  /** {@link dispose}, at the end of a scope. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** The state as it can be read at once; bound. The same object until it changes. */
  get getSnapshot(): () => AuthSnapshot<M> {
    return this.#methods.getSnapshot;
  }

  /** Calls back whenever the snapshot has changed; bound. Gives the end of that. */
  get subscribe(): (listener: () => void) => () => void {
    return this.#methods.subscribe;
  }

  /** An access token that lives, null when nobody is signed in; bound, for supabase-js's `accessToken`. */
  get getAccessToken(): (request?: RequestOptions) => Promise<string | null> {
    return this.#methods.getAccessToken;
  }

  get #flows(): Promise<PageFlows<M>> {
    return this.#inside.flows();
  }

  get #methods(): BoundMethods<M> {
    return this.#bound ??= bindMethods(this.#inside);
  }

  #user(request?: RequestOptions): ReturnType<typeof currentUser<M>> {
    return currentUser(this.#inside.manager, request);
  }
}
