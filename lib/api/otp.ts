/** `POST /otp` */
import type { AuthConfig, Metadata } from "../config.ts";
import { withQuery } from "../query.ts";
import { type RequestOptions, send } from "../request.ts";
import { type MessageSent, parseMessageSent } from "../wire/message.ts";

/** Where to send a one-time code or link. */
export type SignInWithOtpParams =
  | {
    /** Where to send a link and a code. */
    readonly email: string;
    readonly phone?: never;
    /** What else the server should know. */
    readonly options?: {
      /** Where the link in the mail leads back to. */
      readonly emailRedirectTo?: string;
      /** Whether an unknown address signs up. @default {true} */
      readonly shouldCreateUser?: boolean;
      /** Becomes part of a new user's `user_metadata`. */
      readonly data?: object;
      /** The answer to a captcha, where the server demands one. */
      readonly captchaToken?: string;
    };
    /** Makes the link bring a code instead of tokens: PKCE. */
    readonly codeChallenge?: string;
  }
  | {
    /** Where to send a code: a number with its country code. */
    readonly phone: string;
    readonly email?: never;
    /** What else the server should know. */
    readonly options?: {
      /** Whether an unknown number signs up. @default {true} */
      readonly shouldCreateUser?: boolean;
      /** Becomes part of a new user's `user_metadata`. */
      readonly data?: object;
      /** The answer to a captcha, where the server demands one. */
      readonly captchaToken?: string;
      /** By which service. @default {"sms"} */
      readonly channel?: "sms" | "whatsapp";
    };
  };

/**
 * Sends a one-time code, or a link, by e-mail or text message. Who is not known
 * yet signs up by it, unless `shouldCreateUser` is false.
 *
 * @param config The server.
 * @param params Where to send it.
 * @param request How to make the request.
 * @returns The message's id, where the server tells it.
 * @throws {AuthApiError} `otp_disabled`, `signup_disabled`,
 * `validation_failed`, `email_provider_disabled`, `phone_provider_disabled`,
 * `email_address_invalid`, `email_address_not_authorized`, `sms_send_failed`,
 * `over_email_send_rate_limit`, `over_sms_send_rate_limit`,
 * `over_request_rate_limit`, `captcha_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /otp`
 *
 * @example
 * ```ts
 * import { createAuthConfig, signInWithOtp, verifyOtp } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig(emulator.clientOptions());
 * await signInWithOtp(config, { email: "ada@example.com" });
 * const { code } = await emulator.mailbox.next("ada@example.com");
 * const { user } = await verifyOtp(config, {
 *   email: "ada@example.com",
 *   token: code,
 *   type: "email",
 * });
 * console.log(user.email); // ada@example.com
 * ```
 */
export function signInWithOtp(
  config: AuthConfig<Metadata>,
  params: SignInWithOtpParams,
  request?: RequestOptions,
): Promise<MessageSent> {
  const isEmail = params.email !== undefined;
  const { shouldCreateUser = true, data, captchaToken } = params.options ?? {};
  return send(
    config,
    {
      method: "POST",
      path: withQuery("/otp", {
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
        create_user: shouldCreateUser,
        data,
        gotrue_meta_security: { captcha_token: captchaToken },
      },
    },
    parseMessageSent,
    request,
  );
}
