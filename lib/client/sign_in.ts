/** Ways of signing in, as the client does them: request, then session. */
import {
  signInWithOAuth,
  type SignInWithOAuthParams,
} from "../api/authorize.ts";
import {
  linkIdentity,
  type LinkIdentityParams,
  type LinkIdentityTokenParams,
} from "../api/identities.ts";
import { signInWithOtp, type SignInWithOtpParams } from "../api/otp.ts";
import { resetPasswordForEmail } from "../api/recover.ts";
import { resend, type ResendParams } from "../api/resend.ts";
import { signUp, type SignUpParams } from "../api/sign_up.ts";
import { signInWithSSO, type SignInWithSSOParams } from "../api/sso.ts";
import {
  updateUser,
  type UserAttributes,
  type UserResult,
} from "../api/user.ts";
import {
  verifyOtp,
  type VerifyOtpParams,
  type VerifyOtpResult,
} from "../api/verify.ts";
import type { AuthConfig, Metadata } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import { currentUser } from "../session/guard.ts";
import type { MessageSent } from "../wire/message.ts";
import type { NotSignedIn, SignedIn } from "../wire/session.ts";
import { type Context, withFlow } from "./context.ts";

/** Leaves the page for the provider, unless told otherwise. */
export interface RedirectOptions {
  /** Leaves it to the caller to open the address. @default {false} */
  readonly skipBrowserRedirect?: boolean;
}

/** Where the browser has been sent. */
export interface OAuthResult {
  readonly provider: string;
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

/** {@link signUp}, and the session where one comes at once. */
export async function clientSignUp<M extends Metadata>(
  context: Context<M>,
  params: WithoutChallenge<SignUpParams>,
  request?: RequestOptions,
): Promise<SignedIn<M> | NotSignedIn<M>> {
  const { config, manager } = context;
  const given = params as SignUpParams;
  if (given.phone !== undefined) {
    const result = await signUp(config, given, request);
    if (result.session) await manager.signIn(result.session);
    return result;
  }
  const { result, flow } = await withFlow(
    context,
    (challenge) => signUp(config, { ...given, ...challenge }, request),
  );
  if (!result.session) return result;
  if (flow) await manager.flows.end(flow);
  await manager.signIn(result.session);
  return result;
}

/** {@link verifyOtp}, and the session where one comes. */
export async function clientVerifyOtp<
  M extends Metadata,
  const P extends VerifyOtpParams,
>(
  { config, manager }: Context<M>,
  params: P,
  request?: RequestOptions,
): Promise<VerifyOtpResult<P, M>> {
  const result = await verifyOtp(config, params, request);
  const { session } = result as SignedIn<M> | { session: null };
  const isRecovery = params.type === "recovery";
  const event = isRecovery ? "PASSWORD_RECOVERY" : "SIGNED_IN";
  if (session) await manager.signIn(session, event);
  return result;
}

/** {@link signInWithOtp}, with a flow for mail. */
export async function clientSignInWithOtp<M extends Metadata>(
  context: Context<M>,
  params: WithoutChallenge<SignInWithOtpParams>,
  request?: RequestOptions,
): Promise<MessageSent> {
  const { config } = context;
  const given = params as SignInWithOtpParams;
  if (given.phone !== undefined) return signInWithOtp(config, given, request);
  const { result } = await withFlow(
    context,
    (challenge) => signInWithOtp(config, { ...given, ...challenge }, request),
  );
  return result;
}

/** {@link resend}, with a flow for mail. */
export async function clientResend<M extends Metadata>(
  context: Context<M>,
  params: WithoutChallenge<ResendParams>,
  request?: RequestOptions,
): Promise<MessageSent> {
  const { config } = context;
  const given = params as ResendParams;
  if (given.phone !== undefined) return resend(config, given, request);
  const { result } = await withFlow(
    context,
    (challenge) => resend(config, { ...given, ...challenge }, request),
  );
  return result;
}

/** {@link resetPasswordForEmail}, with a flow that ends as a recovery. */
export async function clientResetPassword<M extends Metadata>(
  context: Context<M>,
  email: string,
  options: { readonly redirectTo?: string; readonly captchaToken?: string },
  request?: RequestOptions,
): Promise<void> {
  const send = (challenge: { readonly codeChallenge?: string }) => {
    const all = { ...options, ...challenge };
    return resetPasswordForEmail(context.config, email, all, request);
  };
  await withFlow(context, send, true);
}

/** {@link signInWithOAuth}, and there. */
export async function clientSignInWithOAuth<M extends Metadata>(
  context: Context<M>,
  params: WithRedirect<SignInWithOAuthParams>,
): Promise<OAuthResult> {
  const { result, flow } = await withFlow(
    context,
    (challenge) => signInWithOAuth(context.config, { ...params, ...challenge }),
  );
  open(context, result.url, params.options);
  return { ...result, flowId: flow?.flowId ?? null };
}

/** {@link signInWithSSO}, and there. */
export async function clientSignInWithSSO<M extends Metadata>(
  context: Context<M>,
  params: SignInWithSSOParams & { readonly options?: RedirectOptions },
  request?: RequestOptions,
): Promise<{ readonly url: string }> {
  const { config } = context;
  const { result } = await withFlow(
    context,
    (challenge) => signInWithSSO(config, { ...params, ...challenge }, request),
  );
  open(context, result.url, params.options);
  return result;
}

/** {@link linkIdentity} by an ID token, and the session that comes with it. */
export async function clientLinkByToken<M extends Metadata>(
  { manager }: Context<M>,
  params: LinkIdentityTokenParams,
  request?: RequestOptions,
): Promise<SignedIn<M>> {
  const config = await currentUser(manager, request);
  const result = await linkIdentity(config, params, request);
  await manager.upgrade(result.session, "USER_UPDATED");
  return result;
}

/** {@link linkIdentity} by sending the user to the provider, and there. */
export async function clientLinkByRedirect<M extends Metadata>(
  context: Context<M>,
  params: WithRedirect<LinkIdentityParams>,
  request?: RequestOptions,
): Promise<OAuthResult> {
  const config = await currentUser(context.manager, request);
  const { result, flow } = await withFlow(
    context,
    (challenge) =>
      linkIdentity(
        config,
        { ...params, ...challenge } as LinkIdentityParams,
        request,
      ),
  );
  open(context, result.url, params.options);
  return { ...result, flowId: flow?.flowId ?? null };
}

/** {@link updateUser}, with a flow where the address changes. */
export async function clientUpdateUser<M extends Metadata>(
  context: Context<M>,
  attributes: UserAttributes,
  options: { readonly emailRedirectTo?: string },
  request?: RequestOptions,
): Promise<UserResult<M>> {
  const { manager } = context;
  const config = await currentUser(manager, request);
  const send = (challenge: { readonly codeChallenge?: string }) =>
    updateUser(config, attributes, { ...options, ...challenge }, request);
  const result = attributes.email === undefined
    ? await send({})
    : (await withFlow(context, send)).result;
  await manager.setUser(result.user);
  return result;
}

function open<M extends Metadata>(
  { page }: Context<M>,
  url: string,
  options: RedirectOptions | undefined,
): void {
  if (!options?.skipBrowserRedirect) page?.open(url);
}
