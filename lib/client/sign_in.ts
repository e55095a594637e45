/** Requests that change the session: one each, then the session. */
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
