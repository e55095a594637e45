/** `POST /resend` */
import type { AuthConfig, Metadata } from "../config.ts";
import { withQuery } from "../query.ts";
import { type RequestOptions, send } from "../request.ts";
import { type MessageSent, parseMessageSent } from "../wire/message.ts";

/** Which message to send again, and to whom. */
export type ResendParams =
  | {
    /** What the mail is to confirm. */
    readonly type: "signup" | "email_change";
    /** The user's address; of a change, the one before it. */
    readonly email: string;
    readonly phone?: never;
    /** What else the server should know. */
    readonly options?: {
      /** Where the link in the mail leads back to. */
      readonly emailRedirectTo?: string;
      /** The answer to a captcha, where the server demands one. */
      readonly captchaToken?: string;
    };
    /** Makes the link bring a code instead of tokens: PKCE. */
    readonly codeChallenge?: string;
  }
  | {
    /** What the text message is to confirm. */
    readonly type: "sms" | "phone_change";
    /** The user's number; of a change, the one before it. */
    readonly phone: string;
    readonly email?: never;
    /** What else the server should know. */
    readonly options?: {
      /** The answer to a captcha, where the server demands one. */
      readonly captchaToken?: string;
    };
  };

/**
 * Sends a confirmation again. Answers the same whether or not there was one to
 * send.
 *
 * @param config The server.
 * @param params Which message, and to whom.
 * @param request How to make the request.
 * @returns The message's id, where the server tells it.
 * @throws {AuthApiError} `validation_failed`, `email_provider_disabled`,
 * `phone_provider_disabled`, `email_address_invalid`,
 * `email_address_not_authorized`, `sms_send_failed`,
 * `over_email_send_rate_limit`, `over_sms_send_rate_limit`,
 * `over_request_rate_limit`, `captcha_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /resend`
 *
 * @example
 * ```ts
 * import { createAuthConfig, resend, signUp } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator({
 *   env: { GOTRUE_MAILER_AUTOCONFIRM: "false" },
 * });
 * const config = createAuthConfig(emulator.clientOptions());
 * await signUp(config, { email: "ada@example.com", password: "correct horse" });
 * emulator.clock.advance(60_000);
 * await resend(config, { type: "signup", email: "ada@example.com" });
 * console.log(emulator.mailbox.list("ada@example.com").length); // 2
 * ```
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
      path: withQuery("/resend", {
        redirect_to: isEmail ? params.options?.emailRedirectTo : undefined,
      }),
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
