/** `POST /token` with a password or a refresh token */
import type { AuthConfig, Metadata, UnknownMetadata } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import {
  parseSignedIn,
  readWeakPassword,
  type SignedIn,
  type WeakPassword,
} from "../wire/session.ts";

/** By what a user signs in, with a password. */
export type SignInWithPasswordParams =
  & (
    | {
      /** The user's address. */
      readonly email: string;
      readonly phone?: never;
    }
    | {
      /** The user's number, with its country code. */
      readonly phone: string;
      readonly email?: never;
    }
  )
  & {
    /** The user's password. */
    readonly password: string;
    /** What else the server should know. */
    readonly options?: {
      /** The answer to a captcha, where the server demands one. */
      readonly captchaToken?: string;
    };
  };

/** A sign-in by password, and the server's warning if there is one. */
export interface SignedInWithPassword<M extends Metadata = UnknownMetadata>
  extends SignedIn<M> {
  /** Present when the password no longer meets the policy. */
  readonly weakPassword?: WeakPassword;
}

/**
 * Signs a user in by e-mail or phone and password. Each sign-in makes a session
 * of its own.
 *
 * @param config The server.
 * @param params Who signs in.
 * @param request How to make the request.
 * @returns The user, the session, and a warning if there is one.
 * @throws {AuthApiError} `invalid_credentials`, `email_not_confirmed`,
 * `phone_not_confirmed`, `user_banned`, `validation_failed`,
 * `email_provider_disabled`, `phone_provider_disabled`,
 * `over_request_rate_limit`, `captcha_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /token?grant_type=password`
 *
 * @example
 * ```ts
 * import { createAuthConfig, signInWithPassword, signUp } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const config = createAuthConfig(createEmulator().clientOptions());
 * const ada = { email: "ada@example.com", password: "correct horse" };
 * await signUp(config, ada);
 * const { user, session } = await signInWithPassword(config, ada);
 * console.log(user.email, session.expires_in); // ada@example.com 3600
 * ```
 */
export function signInWithPassword<M extends Metadata>(
  config: AuthConfig<M>,
  params: SignInWithPasswordParams,
  request?: RequestOptions,
): Promise<SignedInWithPassword<M>> {
  const { email, phone, password, options } = params;
  const gotrue_meta_security = { captcha_token: options?.captchaToken };
  return send(
    config,
    {
      method: "POST",
      path: "/token?grant_type=password",
      body: { email, phone, password, gotrue_meta_security },
      idempotent: true,
    },
    (answer) => {
      const weakPassword = readWeakPassword(answer.body);
      const result = parseSignedIn(answer, config);
      return weakPassword ? { ...result, weakPassword } : result;
    },
    request,
  );
}

/**
 * Exchanges a refresh token for a new session. The server answers a repeated
 * exchange with the same successor as long as that one is unused.
 *
 * @param config The server.
 * @param params The refresh token.
 * @param request How to make the request.
 * @returns The user and the new session.
 * @throws {AuthApiError} `refresh_token_not_found`,
 * `refresh_token_already_used`, `session_not_found`, `session_expired`,
 * `user_banned`, `validation_failed`, `conflict`, `invalid_client`,
 * `over_request_rate_limit`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /token?grant_type=refresh_token`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-6}
 *
 * @example
 * ```ts
 * import { createAuthConfig, refreshSession, signUp } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const config = createAuthConfig(createEmulator().clientOptions());
 * const { session } = await signUp(config, {
 *   email: "ada@example.com",
 *   password: "correct horse",
 * });
 * if (session) {
 *   const { refresh_token } = session;
 *   const next = await refreshSession(config, { refresh_token });
 *   console.log(next.session.refresh_token === refresh_token); // false
 * }
 * ```
 */
export function refreshSession<M extends Metadata>(
  config: AuthConfig<M>,
  params: { readonly refresh_token: string },
  request?: RequestOptions,
): Promise<SignedIn<M>> {
  return send(
    config,
    {
      method: "POST",
      path: "/token?grant_type=refresh_token",
      body: { refresh_token: params.refresh_token },
      idempotent: true,
    },
    (answer) => parseSignedIn(answer, config),
    request,
  );
}
