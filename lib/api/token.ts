/** `POST /token` */
import type { AuthConfig, Metadata, UnknownMetadata } from "../config.ts";
import { type Parser, type RequestOptions, send } from "../request.ts";
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
  return grant(
    config,
    "password",
    { email, phone, password, gotrue_meta_security },
    (answer) => {
      const weakPassword = readWeakPassword(answer.body);
      const result = parseSignedIn(answer, config);
      return weakPassword ? { ...result, weakPassword } : result;
    },
    request,
  );
}

/** An ID token of a provider, and what is needed to check it. */
export interface SignInWithIdTokenParams {
  /** `google`, `apple`, `azure`, `facebook`, `kakao`, `custom:…`, an issuer. */
  readonly provider: string;
  /** The ID token. */
  readonly token: string;
  /** The provider's access token, where the ID token has an `at_hash`. */
  readonly access_token?: string;
  /** What was hashed into the token's `nonce`. */
  readonly nonce?: string;
  /** What else the server should know. */
  readonly options?: {
    /** The answer to a captcha, where the server demands one. */
    readonly captchaToken?: string;
  };
}

/**
 * Signs a user in by an ID token that a provider has issued to an application
 * on the device, or to a page.
 *
 * @param config The server.
 * @param params The token and what is needed to check it.
 * @param request How to make the request.
 * @returns The user and the session.
 * @throws {AuthApiError} `provider_disabled`, `validation_failed`,
 * `signup_disabled`, `user_banned`, `provider_email_needs_verification`,
 * `over_request_rate_limit`; for a token that is refused `invalid request`,
 * `invalid nonce`, `server_error`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /token?grant_type=id_token`
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#IDToken}
 *
 * @example
 * ```ts
 * import { createAuthConfig, signInWithIdToken } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const config = createAuthConfig(createEmulator().clientOptions());
 * try {
 *   await signInWithIdToken(config, {
 *     provider: "google",
 *     token: "header.payload.signature",
 *   });
 * } catch (error) {
 *   // This server has the provider switched off.
 *   console.log((error as { status: number }).status); // 400
 * }
 * ```
 */
export function signInWithIdToken<M extends Metadata>(
  config: AuthConfig<M>,
  params: SignInWithIdTokenParams,
  request?: RequestOptions,
): Promise<SignedIn<M>> {
  const { provider, token, access_token, nonce, options } = params;
  const gotrue_meta_security = { captcha_token: options?.captchaToken };
  return grant(
    config,
    "id_token",
    { provider, id_token: token, access_token, nonce, gotrue_meta_security },
    (answer) => parseSignedIn(answer, config),
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
  return grant(
    config,
    "refresh_token",
    { refresh_token: params.refresh_token },
    (answer) => parseSignedIn(answer, config),
    request,
  );
}

/**
 * Exchanges the code that a PKCE flow ended with for a session. A code is good
 * for one exchange, within five minutes.
 *
 * @param config The server.
 * @param authCode The parameter `code` of the address that the browser came to.
 * @param options The verifier whose challenge the flow was started with.
 * @param request How to make the request.
 * @returns The user and the session.
 * @throws {AuthApiError} `flow_state_not_found`, `flow_state_expired`,
 * `bad_code_verifier`, `validation_failed`, `over_request_rate_limit`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /token?grant_type=pkce`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.5}
 *
 * @example
 * ```ts
 * import {
 *   calculateCodeChallenge,
 *   createAuthConfig,
 *   exchangeCodeForSession,
 *   generateCodeVerifier,
 *   signInWithOtp,
 * } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig(emulator.clientOptions());
 * const codeVerifier = generateCodeVerifier();
 * const codeChallenge = await calculateCodeChallenge(codeVerifier);
 * await signInWithOtp(config, { email: "ada@example.com", codeChallenge });
 *
 * // The user follows the link, and the browser comes back with the code.
 * const { link } = await emulator.mailbox.next("ada@example.com");
 * const clicked = await emulator.fetch(link, { redirect: "manual" });
 * const back = new URL(clicked.headers.get("location") ?? "");
 * const code = back.searchParams.get("code") ?? "";
 * const { user } = await exchangeCodeForSession(config, code, { codeVerifier });
 * console.log(user.email); // ada@example.com
 * ```
 */
export function exchangeCodeForSession<M extends Metadata>(
  config: AuthConfig<M>,
  authCode: string,
  options: { readonly codeVerifier: string },
  request?: RequestOptions,
): Promise<SignedIn<M>> {
  return grant(
    config,
    "pkce",
    { auth_code: authCode, code_verifier: options.codeVerifier },
    (answer) => parseSignedIn(answer, config),
    request,
  );
}

/** Only a code is used up by the exchange; the other grants may be repeated. */
function grant<T>(
  config: AuthConfig<Metadata>,
  grant_type: "password" | "id_token" | "refresh_token" | "pkce",
  body: object,
  parse: Parser<T>,
  request: RequestOptions | undefined,
): Promise<T> {
  const idempotent = grant_type !== "pkce";
  const spec = { path: "/token", query: { grant_type }, body, idempotent };
  return send(config, { method: "POST", ...spec }, parse, request);
}
