/** `GET /authorize`: built here, followed by a browser. */
import type { AuthConfig, Metadata } from "../config.ts";

/** With which provider to sign in, and how. */
export interface SignInWithOAuthParams {
  /** `google`, `github`, … or `custom:…`. */
  readonly provider: string;
  readonly options?: {
    /** Where the provider's answer leads back to. */
    readonly redirectTo?: string;
    /** Of the provider, separated by spaces. */
    readonly scopes?: string;
    /** Passed to the provider. */
    readonly queryParams?: Readonly<Record<string, string>>;
  };
  /** Makes the way back bring a code instead of tokens: PKCE. */
  readonly codeChallenge?: string;
}

/** Where to send the browser. */
export interface OAuthUrl {
  readonly provider: string;
  readonly url: string;
}

/**
 * Builds the address that starts signing in with a provider. Makes no request.
 *
 * @see `GET /authorize`
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
