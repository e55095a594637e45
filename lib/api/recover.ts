/** `POST /recover` */
import type { AuthConfig, Metadata } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";

/** How a mail for a forgotten password leads back. */
export interface ResetPasswordOptions {
  /** Where the link in the mail leads back to. */
  readonly redirectTo?: string;
  readonly captchaToken?: string;
  /** Makes the link bring a code instead of tokens: PKCE. */
  readonly codeChallenge?: string;
}

/**
 * Sends a mail by which a user who forgot the password can sign in and set a
 * new one. Answers the same whether or not the address is known.
 *
 * @see `POST /recover`
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
      path: "/recover",
      query: { redirect_to: options.redirectTo },
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
