/** `POST /resend` */
import type { AuthConfig, Metadata } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import { type MessageSent, parseMessageSent } from "../wire/message.ts";

/** Which message to send again, and to whom. */
export type ResendParams =
  | {
    readonly type: "signup" | "email_change";
    readonly email: string;
    readonly phone?: never;
    readonly options?: {
      /** Where the link in the mail leads back to. */
      readonly emailRedirectTo?: string;
      readonly captchaToken?: string;
    };
    /** Makes the link bring a code instead of tokens: PKCE. */
    readonly codeChallenge?: string;
  }
  | {
    readonly type: "sms" | "phone_change";
    readonly phone: string;
    readonly email?: never;
    readonly options?: { readonly captchaToken?: string };
  };

/**
 * Sends a confirmation again. Answers the same whether or not there was one to
 * send.
 *
 * @see `POST /resend`
 */
export function resend(
  config: AuthConfig<Metadata>,
  params: ResendParams,
  request?: RequestOptions,
): Promise<MessageSent> {
  const isEmail = params.email !== undefined;
  return send(
    config,
    {
      method: "POST",
      path: "/resend",
      query: {
        redirect_to: isEmail ? params.options?.emailRedirectTo : undefined,
      },
      body: {
        type: params.type,
        ...(isEmail
          ? {
            email: params.email,
            code_challenge: params.codeChallenge,
            code_challenge_method: params.codeChallenge && "s256",
          }
          : { phone: params.phone }),
        gotrue_meta_security: { captcha_token: params.options?.captchaToken },
      },
    },
    parseMessageSent,
    request,
  );
}
