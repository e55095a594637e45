/** `GET /authorize`: built here, followed by a browser. */
import type { AuthConfig, Metadata } from "../config.ts";

/** With which provider to sign in, and how. */
export interface SignInWithOAuthParams {
  /** `google`, `github`, … or `custom:…`. */
  readonly provider: string;
  /** What else to ask the provider for, and the way back. */
  readonly options?: {
    /** Where the provider's answer leads back to. */
    readonly redirectTo?: string;
    /** Of the provider, separated by spaces. */
    readonly scopes?: string;
    /** Passed to the provider; a member above of the same name is replaced. */
    readonly queryParams?: Readonly<Record<string, string>>;
  };
  /** Makes the way back bring a code instead of tokens: PKCE. */
  readonly codeChallenge?: string;
}

/** Where to send the browser. */
export interface OAuthUrl {
  /** As it was given. */
  readonly provider: string;
  /** The address to open in the user's browser. */
  readonly url: string;
}

/**
 * Builds the address that starts signing in with a provider. Makes no request:
 * what the server refuses shows when a browser follows the address.
 *
 * With `codeChallenge` the way back brings `?code=` for
 * `exchangeCodeForSession`, without it tokens in the fragment.
 *
 * @param config The server.
 * @param params With which provider, and how.
 * @returns The provider and the address.
 * @see `GET /authorize`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.3}
 *
 * @example
 * ```ts
 * import {
 *   calculateCodeChallenge,
 *   createAuthConfig,
 *   generateCodeVerifier,
 *   signInWithOAuth,
 * } from "@gotrue/edge/api";
 *
 * const config = createAuthConfig({ url: "https://auth.example" });
 * const verifier = generateCodeVerifier(); // keep it until the code comes back
 * const { url } = signInWithOAuth(config, {
 *   provider: "github",
 *   codeChallenge: await calculateCodeChallenge(verifier),
 * });
 * console.log(Response.redirect(url).status); // 302
 * ```
 */
export function signInWithOAuth(
  config: AuthConfig<Metadata>,
  params: SignInWithOAuthParams,
): OAuthUrl {
  const { provider, options = {}, codeChallenge } = params;
  const query = new URLSearchParams({ provider });
  if (options.redirectTo) query.set("redirect_to", options.redirectTo);
  if (options.scopes) query.set("scopes", options.scopes);
  if (codeChallenge) {
    query.set("code_challenge", codeChallenge);
    query.set("code_challenge_method", "s256");
  }
  for (const name in options.queryParams) {
    query.set(name, options.queryParams[name]!);
  }
  return { provider, url: `${config.url}/authorize?${query}` };
}
