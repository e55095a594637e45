/** `POST /recover` */
import type { AuthConfig, Metadata } from "../config.ts";
import { withQuery } from "../query.ts";
import { type RequestOptions, send } from "../request.ts";

/** How a mail for a forgotten password leads back. */
export interface ResetPasswordOptions {
  /** Where the link in the mail leads back to. */
  readonly redirectTo?: string;
  /** The answer to a captcha, where the server demands one. */
  readonly captchaToken?: string;
  /** Makes the link bring a code instead of tokens: PKCE. */
  readonly codeChallenge?: string;
}

/**
 * Sends a mail by which a user who forgot the password can sign in and set a
 * new one. Answers the same whether or not the address is known.
 *
 * @param config The server.
 * @param email The address.
 * @param options How the mail leads back.
 * @param request How to make the request.
 * @returns Nothing.
 * @throws {AuthApiError} `validation_failed`, `email_provider_disabled`,
 * `email_address_invalid`, `email_address_not_authorized`,
 * `over_email_send_rate_limit`, `over_request_rate_limit`, `captcha_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /recover`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   resetPasswordForEmail,
 *   signUp,
 *   updateUser,
 *   verifyOtp,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig(emulator.clientOptions());
 * await signUp(config, { email: "ada@example.com", password: "correct horse" });
 *
 * await resetPasswordForEmail(config, "ada@example.com");
 * const { token_hash } = await emulator.mailbox.next("ada@example.com");
 * const { session } = await verifyOtp(config, { token_hash, type: "recovery" });
 * await updateUser(withAccessToken(config, session.access_token), {
 *   password: "battery staple",
 * });
 * ```
 */
export function resetPasswordForEmail(
  config: AuthConfig<Metadata>,
  email: string,
  options: ResetPasswordOptions = {},
  request?: RequestOptions,
): Promise<void> {
  return send(
    config,
    {
      method: "POST",
      path: withQuery("/recover", { redirect_to: options.redirectTo }),
      body: {
        email,
        code_challenge: options.codeChallenge,
        code_challenge_method: options.codeChallenge && "s256",
        gotrue_meta_security: { captcha_token: options.captchaToken },
      },
    },
    () => {},
    request,
  );
}
