/** `POST /signup` */
import type { AuthConfig, Metadata } from "../config.ts";
import { withQuery } from "../query.ts";
import { type RequestOptions, send } from "../request.ts";
import {
  type NotSignedIn,
  parseSignedIn,
  type SignedIn,
} from "../wire/session.ts";
import { parseSignUp } from "../wire/sign_up.ts";

/** Who signs up, by e-mail or by phone. */
export type SignUpParams =
  | {
    /** The address to sign up with. */
    readonly email: string;
    readonly phone?: never;
    /** At most 72 bytes. */
    readonly password: string;
    /** What else the server should know. */
    readonly options?: {
      /** Where the link in the mail leads back to. */
      readonly emailRedirectTo?: string;
      /** Becomes part of `user_metadata`. */
      readonly data?: object;
      /** The answer to a captcha, where the server demands one. */
      readonly captchaToken?: string;
    };
    /** Makes the link bring a code instead of tokens: PKCE. */
    readonly codeChallenge?: string;
  }
  | {
    /** The number to sign up with, with its country code. */
    readonly phone: string;
    readonly email?: never;
    /** At most 72 bytes. */
    readonly password: string;
    /** What else the server should know. */
    readonly options?: {
      /** Becomes part of `user_metadata`. */
      readonly data?: object;
      /** The answer to a captcha, where the server demands one. */
      readonly captchaToken?: string;
      /** By which service to send the code. @default {"sms"} */
      readonly channel?: "sms" | "whatsapp";
    };
  };

/**
 * Signs a user up by e-mail or phone and password.
 *
 * Where confirmation is required the session is null, and an address that is
 * taken gives a user that looks the same, with no identities.
 *
 * @param config The server.
 * @param params Who signs up.
 * @param request How to make the request.
 * @returns The user, and the session unless a confirmation is awaited.
 * @throws {AuthApiError} `signup_disabled`, `validation_failed`,
 * `user_already_exists`, `email_provider_disabled`, `phone_provider_disabled`,
 * `email_address_invalid`, `email_address_not_authorized`, `sms_send_failed`,
 * `over_email_send_rate_limit`, `over_sms_send_rate_limit`,
 * `over_request_rate_limit`, `captcha_failed`
 * @throws {AuthWeakPasswordError} `weak_password`, with the reasons.
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /signup`
 *
 * @example
 * ```ts
 * import { createAuthConfig, signUp, verifyOtp } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator({
 *   env: { GOTRUE_MAILER_AUTOCONFIRM: "false" },
 * });
 * const config = createAuthConfig(emulator.clientOptions());
 * const { session } = await signUp(config, {
 *   email: "ada@example.com",
 *   password: "correct horse",
 * });
 * console.log(session); // null
 * const { code } = await emulator.mailbox.next("ada@example.com");
 * const confirmed = await verifyOtp(config, {
 *   email: "ada@example.com",
 *   token: code,
 *   type: "signup",
 * });
 * console.log(confirmed.user.email); // ada@example.com
 * ```
 */
export function signUp<M extends Metadata>(
  config: AuthConfig<M>,
  params: SignUpParams,
  request?: RequestOptions,
): Promise<SignedIn<M> | NotSignedIn<M>> {
  const isEmail = params.email !== undefined;
  const { data, captchaToken } = params.options ?? {};
  return send(
    config,
    {
      method: "POST",
      path: withQuery("/signup", {
        redirect_to: isEmail ? params.options?.emailRedirectTo : undefined,
      }),
      body: {
        ...(isEmail
          ? {
            email: params.email,
            code_challenge: params.codeChallenge,
            code_challenge_method: params.codeChallenge && "s256",
          }
          : { phone: params.phone, channel: params.options?.channel ?? "sms" }),
        password: params.password,
        data,
        gotrue_meta_security: { captcha_token: captchaToken },
      },
    },
    (answer) => parseSignUp(answer, config),
    request,
  );
}

/** What an anonymous user may start with. */
export interface SignInAnonymouslyParams {
  /** What the server should know. */
  readonly options?: {
    /** Becomes `user_metadata`. */
    readonly data?: object;
    /** The answer to a captcha, where the server demands one. */
    readonly captchaToken?: string;
  };
}

/**
 * Makes a user without e-mail, phone or password, and signs them in. Such a
 * user becomes a permanent one by `updateUser` or `linkIdentity`.
 *
 * @param config The server.
 * @param params What the user starts with.
 * @param request How to make the request.
 * @returns The user and the session.
 * @throws {AuthApiError} `anonymous_provider_disabled`, `signup_disabled`,
 * `over_request_rate_limit`, `captcha_failed`, `unexpected_failure`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /signup`
 *
 * @example
 * ```ts
 * import { createAuthConfig, signInAnonymously } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator({
 *   env: { GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "true" },
 * });
 * const config = createAuthConfig(emulator.clientOptions());
 * const { user } = await signInAnonymously(config);
 * console.log(user.is_anonymous); // true
 * ```
 */
export function signInAnonymously<M extends Metadata>(
  config: AuthConfig<M>,
  params: SignInAnonymouslyParams = {},
  request?: RequestOptions,
): Promise<SignedIn<M>> {
  const { data, captchaToken } = params.options ?? {};
  const body = { data, gotrue_meta_security: { captcha_token: captchaToken } };
  return send(
    config,
    { method: "POST", path: "/signup", body },
    (answer) => parseSignedIn(answer, config),
    request,
  );
}
