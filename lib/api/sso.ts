/** `POST /sso` */
import type { AuthConfig, Metadata } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import { readObject, readString } from "../wire/json.ts";

/** Which identity provider to sign in with. */
export type SignInWithSSOParams =
  & (
    | {
      /** The identity provider's id on the server: a UUID. */
      readonly providerId: string;
      readonly domain?: never;
    }
    | {
      /** The part of the user's e-mail address after the `@`. */
      readonly domain: string;
      readonly providerId?: never;
    }
  )
  & {
    /** What else the server should know. */
    readonly options?: {
      /** Where the identity provider's answer leads back to. */
      readonly redirectTo?: string;
      /** The answer to a captcha, where the server demands one. */
      readonly captchaToken?: string;
    };
    /** Makes the way back bring a code instead of tokens: PKCE. */
    readonly codeChallenge?: string;
  };

/**
 * Asks where to send the browser for enterprise sign-in (SAML 2.0).
 *
 * @param config The server.
 * @param params With which identity provider, and how.
 * @param request How to make the request.
 * @returns The address to open in the user's browser.
 * @throws {AuthApiError} `saml_provider_disabled`, `sso_provider_not_found`,
 * `sso_provider_disabled`, `validation_failed`, `over_request_rate_limit`,
 * `captcha_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /sso`
 *
 * @example
 * ```ts
 * import { createAuthConfig, signInWithSSO } from "@gotrue/edge/api";
 *
 * const config = createAuthConfig({
 *   url: "https://auth.example",
 *   // In place of a server that knows this domain.
 *   fetch: () =>
 *     Promise.resolve(Response.json({ url: "https://idp.example/saml" })),
 * });
 * const { url } = await signInWithSSO(config, { domain: "acme.example" });
 * console.log(Response.redirect(url).status); // 302
 * ```
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
