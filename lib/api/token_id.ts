/** `POST /token` with the token of a provider */
import type { AuthConfig, Metadata } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import { parseSignedIn, type SignedIn } from "../wire/session.ts";

/** An ID token of a provider, and what is needed to check it. */
export interface SignInWithIdTokenParams {
  /** `google`, `apple`, `azure`, `facebook`, `kakao`, `custom:…`, an issuer. */
  readonly provider: string;
  /** The ID token. */
  readonly token: string;
  /** The provider's access token, where the ID token has an `at_hash`. */
  readonly access_token?: string;
  /** What was hashed into the token's `nonce`. */
  readonly nonce?: string;
  /** What else the server should know. */
  readonly options?: {
    /** The answer to a captcha, where the server demands one. */
    readonly captchaToken?: string;
  };
}

/**
 * Signs a user in by an ID token that a provider has issued to an application
 * on the device, or to a page.
 *
 * @param config The server.
 * @param params The token and what is needed to check it.
 * @param request How to make the request.
 * @returns The user and the session.
 * @throws {AuthApiError} `provider_disabled`, `validation_failed`,
 * `signup_disabled`, `user_banned`, `provider_email_needs_verification`,
 * `over_request_rate_limit`; for a token that is refused `invalid request`,
 * `invalid nonce`, `server_error`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /token?grant_type=id_token`
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#IDToken}
 *
 * @example
 * ```ts
 * import { createAuthConfig, signInWithIdToken } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const config = createAuthConfig(createEmulator().clientOptions());
 * try {
 *   await signInWithIdToken(config, {
 *     provider: "google",
 *     token: "header.payload.signature",
 *   });
 * } catch (error) {
 *   // This server has the provider switched off.
 *   console.log((error as { status: number }).status); // 400
 * }
 * ```
 */
export function signInWithIdToken<M extends Metadata>(
  config: AuthConfig<M>,
  params: SignInWithIdTokenParams,
  request?: RequestOptions,
): Promise<SignedIn<M>> {
  const { provider, token, access_token, nonce, options } = params;
  const gotrue_meta_security = { captcha_token: options?.captchaToken };
  return send(
    config,
    {
      method: "POST",
      path: "/token?grant_type=id_token",
      body: {
        provider,
        id_token: token,
        access_token,
        nonce,
        gotrue_meta_security,
      },
      idempotent: true,
    },
    (answer) => parseSignedIn(answer, config),
    request,
  );
}
