/**
 * Signing up, what leads through a mail or another page, and accounts at
 * providers. Loaded when it is first needed.
 */
import {
  signInWithOAuth,
  type SignInWithOAuthParams,
} from "../api/authorize.ts";
import {
  linkIdentity,
  type LinkIdentityParams,
  type LinkIdentityTokenParams,
  unlinkIdentity,
} from "../api/identities.ts";
import { signInWithOtp, type SignInWithOtpParams } from "../api/otp.ts";
import { resetPasswordForEmail } from "../api/recover.ts";
import { resend, type ResendParams } from "../api/resend.ts";
import {
  signInAnonymously,
  type SignInAnonymouslyParams,
  signUp,
  type SignUpParams,
} from "../api/sign_up.ts";
import { signInWithSSO, type SignInWithSSOParams } from "../api/sso.ts";
import { updateUser, type UserAttributes } from "../api/user_update.ts";
import {
  verifyOtp,
  type VerifyOtpParams,
  type VerifyOtpResult,
} from "../api/verify.ts";
import type { Metadata, UserConfig } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import { FlowStore, type StartedFlow } from "../session/flows.ts";
import { currentUser, upgradeSession } from "../session/guard.ts";
import type { MessageSent } from "../wire/message.ts";
import type { NotSignedIn, SignedIn } from "../wire/session.ts";
import type { UserIdentity, UserResult } from "../wire/user.ts";
import { consumeUrl, exchangeCode, type ExchangedCode } from "./callback.ts";
import type { Context } from "./context.ts";
import { type Tokens, useTokens } from "./set_session.ts";
import { enter } from "./sign_in.ts";

/** Leaves the page for the provider, unless told otherwise. */
export interface RedirectOptions {
  /** Leaves it to the caller to open the address. @default {false} */
  readonly skipBrowserRedirect?: boolean;
}

/** Where the browser has been sent. */
export interface OAuthResult {
  /** As it was given. */
  readonly provider: string;
  /** The address to open in the user's browser. */
  readonly url: string;
  /** Names the flow for `exchangeCodeForSession`; null in the implicit flow. */
  readonly flowId: string | null;
}

/** The same parameters, with options of the client. */
export type WithRedirect<P extends { readonly options?: object }> =
  & Omit<P, "options" | "codeChallenge">
  & { readonly options?: NonNullable<P["options"]> & RedirectOptions };

/** The parameters of a function of `./api` without the flow's. */
export type WithoutChallenge<P> = P extends unknown ? Omit<P, "codeChallenge">
  : never;

/** What a request gave, and the flow that it has begun. */
interface Begun<T> {
  readonly result: T;
  readonly flow: StartedFlow | null;
}

/** The flows of one client: each method is the client's of the same name. */
export class PageFlows<M extends Metadata> {
  /** The verifiers of those under way. */
  readonly store: FlowStore;
  /** The client's. */
  protected readonly context: Context<M>;

  /** @param context The client's. */
  constructor(context: Context<M>) {
    const { storage, storageKey, config, platform } = context.manager;
    this.store = new FlowStore(
      storage,
      storageKey,
      config.now,
      platform.sha256,
    );
    this.context = context;
  }

  async signUp(
    params: WithoutChallenge<SignUpParams>,
    request?: RequestOptions,
  ): Promise<SignedIn<M> | NotSignedIn<M>> {
    const { config, manager } = this.context;
    const sentAt = config.now();
    const { result, flow } = await this.#beginByMail(
      params,
      (all: SignUpParams) => signUp(config, all, request),
    );
    if (!result.session) return result;
    if (flow) await this.store.end(flow);
    await manager.signIn(result.session, sentAt);
    return result;
  }

  async signInAnonymously(
    params?: SignInAnonymouslyParams,
    request?: RequestOptions,
  ): Promise<SignedIn<M>> {
    return await enter(this.context, signInAnonymously, params, request);
  }

  async signInWithOtp(
    params: WithoutChallenge<SignInWithOtpParams>,
    request?: RequestOptions,
  ): Promise<MessageSent> {
    const { config } = this.context;
    const { result } = await this.#beginByMail(
      params,
      (all: SignInWithOtpParams) => signInWithOtp(config, all, request),
    );
    return result;
  }

  async verifyOtp<const P extends VerifyOtpParams>(
    params: P,
    request?: RequestOptions,
  ): Promise<VerifyOtpResult<P, M>> {
    const { config, manager } = this.context;
    const sentAt = config.now();
    const result = await verifyOtp(config, params, request);
    const { session } = result as SignedIn<M> | { session: null };
    const isRecovery = params.type === "recovery";
    const event = isRecovery ? "PASSWORD_RECOVERY" : "SIGNED_IN";
    if (session) await manager.signIn(session, sentAt, event);
    return result;
  }

  async resend(
    params: WithoutChallenge<ResendParams>,
    request?: RequestOptions,
  ): Promise<MessageSent> {
    const { config } = this.context;
    const { result } = await this.#beginByMail(
      params,
      (all: ResendParams) => resend(config, all, request),
    );
    return result;
  }

  async resetPasswordForEmail(
    email: string,
    options: { readonly redirectTo?: string; readonly captchaToken?: string } =
      {},
    request?: RequestOptions,
  ): Promise<void> {
    const { config } = this.context;
    await this.#begin(
      options,
      (all) => resetPasswordForEmail(config, email, all, request),
      true,
    );
  }

  async signInWithOAuth(
    params: WithRedirect<SignInWithOAuthParams>,
  ): Promise<OAuthResult> {
    const { config } = this.context;
    return this.#open(
      await this.#begin(params, (all) => signInWithOAuth(config, all)),
      params,
    );
  }

  async signInWithSSO(
    params: SignInWithSSOParams & { readonly options?: RedirectOptions },
    request?: RequestOptions,
  ): Promise<{ readonly url: string }> {
    const { config } = this.context;
    const { url } = this.#open(
      await this.#begin(params, (all) => signInWithSSO(config, all, request)),
      params,
    );
    return { url };
  }

  setSession(tokens: Tokens, request?: RequestOptions): Promise<SignedIn<M>> {
    return useTokens(this.context.manager, tokens, request);
  }

  async linkIdentity(
    params: LinkIdentityTokenParams | WithRedirect<LinkIdentityParams>,
    request?: RequestOptions,
  ): Promise<SignedIn<M> | OAuthResult> {
    const { manager } = this.context;
    const config = await currentUser(manager, request);
    if (typeof params.token === "string") {
      const sentAt = config.now();
      const result = await linkIdentity(config, params, request);
      const { session } = result;
      await upgradeSession(manager, config, session, sentAt, "USER_UPDATED");
      return result;
    }
    const given = params as
      & LinkIdentityParams
      & WithRedirect<LinkIdentityParams>;
    return this.#open(
      await this.#begin(given, (all) => linkIdentity(config, all, request)),
      given,
    );
  }

  async unlinkIdentity(
    identity: Pick<UserIdentity, "identity_id">,
    request?: RequestOptions,
  ): Promise<void> {
    const config = await currentUser(this.context.manager, request);
    await unlinkIdentity(config, identity, request);
  }

  exchangeCodeForSession(
    authCode: string,
    { flowId }: { readonly flowId?: string } = {},
    request?: RequestOptions,
  ): Promise<ExchangedCode<M>> {
    const { store } = this;
    return exchangeCode(
      this.context,
      store,
      authCode,
      flowId,
      "user",
      request,
    );
  }

  /**
   * Consumes an address, if it is a callback.
   *
   * @param url The address.
   * @param clean Called with the address to show, before the callback is used.
   * @throws {AuthError} What the callback led to.
   */
  async consume(url: string, clean?: (url: string) => void): Promise<void> {
    await consumeUrl(this.context, this.store, url, clean);
  }

  /** The request of `updateUser` where it changes the address. */
  async updateEmail(
    config: UserConfig<M>,
    attributes: UserAttributes,
    options: { readonly emailRedirectTo?: string },
    request?: RequestOptions,
  ): Promise<UserResult<M>> {
    const { result } = await this.#begin(
      options,
      (all) => updateUser(config, attributes, all, request),
    );
    return result;
  }

  /** A message to a phone has no link, and so begins no flow. */
  async #beginByMail<P extends { readonly phone?: string }, T>(
    params: WithoutChallenge<P>,
    run: (params: P) => Promise<T>,
  ): Promise<Begun<T>> {
    const given = params as unknown as P;
    return given.phone === undefined
      ? await this.#begin(given, run)
      : { result: await run(given), flow: null };
  }

  /**
   * Starts a PKCE flow, if that is the client's way, and makes the request that
   * takes its challenge. A flow whose request fails is not kept.
   */
  async #begin<P extends object, T>(
    params: P,
    run: (params: P) => T | Promise<T>,
    isRecovery = false,
  ): Promise<Begun<T>> {
    if (this.context.options.flowType === "implicit") {
      return { result: await run(params), flow: null };
    }
    const flow = await this.store.start(isRecovery);
    const { codeChallenge } = flow;
    try {
      return { result: await run({ ...params, codeChallenge }), flow };
    } catch (error) {
      await this.store.end(flow);
      throw error;
    }
  }

  #open<T extends { readonly url: string }>(
    { result, flow }: Begun<T>,
    params: { readonly options?: RedirectOptions },
  ): T & { readonly flowId: string | null } {
    const { skipBrowserRedirect = false } = params.options ?? {};
    if (!skipBrowserRedirect) this.context.page?.open(result.url);
    return { ...result, flowId: flow?.flowId ?? null };
  }
}
