/** `POST /sso` */
import type { AuthConfig, Metadata } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import { readObject, readString } from "../wire/json.ts";

/** Which identity provider to sign in with. */
export type SignInWithSSOParams =
  & ({ readonly providerId: string; readonly domain?: never } | {
    readonly domain: string;
    readonly providerId?: never;
  })
  & {
    readonly options?: {
      /** Where the identity provider's answer leads back to. */
      readonly redirectTo?: string;
      readonly captchaToken?: string;
    };
    /** Makes the way back bring a code instead of tokens: PKCE. */
    readonly codeChallenge?: string;
  };

/**
 * Asks where to send the browser for enterprise sign-in (SAML 2.0).
 *
 * @see `POST /sso`
 */
export function signInWithSSO(
  config: AuthConfig<Metadata>,
  params: SignInWithSSOParams,
  request?: RequestOptions,
): Promise<{ readonly url: string }> {
  const { providerId, domain, options, codeChallenge } = params;
  return send(
    config,
    {
      method: "POST",
      path: "/sso",
      body: {
        provider_id: providerId,
        domain,
        redirect_to: options?.redirectTo,
        skip_http_redirect: true,
        code_challenge: codeChallenge,
        code_challenge_method: codeChallenge && "s256",
        gotrue_meta_security: { captcha_token: options?.captchaToken },
      },
      idempotent: true,
    },
    ({ body }) => ({ url: readString(readObject(body, "answer"), "url") }),
    request,
  );
}
