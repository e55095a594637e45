/** `POST /otp` */
import type { AuthConfig, Metadata } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import { type MessageSent, parseMessageSent } from "../wire/message.ts";

/** Where to send a one-time code or link. */
export type SignInWithOtpParams =
  | {
    readonly email: string;
    readonly phone?: never;
    readonly options?: {
      /** Where the link in the mail leads back to. */
      readonly emailRedirectTo?: string;
      /** Whether an unknown address signs up. @default {true} */
      readonly shouldCreateUser?: boolean;
      /** Becomes part of a new user's `user_metadata`. */
      readonly data?: object;
      readonly captchaToken?: string;
    };
    /** Makes the link bring a code instead of tokens: PKCE. */
    readonly codeChallenge?: string;
  }
  | {
    readonly phone: string;
    readonly email?: never;
    readonly options?: {
      /** Whether an unknown number signs up. @default {true} */
      readonly shouldCreateUser?: boolean;
      /** Becomes part of a new user's `user_metadata`. */
      readonly data?: object;
      readonly captchaToken?: string;
      /** @default {"sms"} */
      readonly channel?: "sms" | "whatsapp";
    };
  };

/**
 * Sends a one-time code, or a link, by e-mail or text message.
 *
 * @see `POST /otp`
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
      path: "/otp",
      query: {
        redirect_to: isEmail ? params.options?.emailRedirectTo : undefined,
      },
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
