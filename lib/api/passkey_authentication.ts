/** `/passkeys/authentication`: signing in by passkey. */
import type { AuthConfig, Metadata } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import {
  parseAuthenticationOptions,
  type PasskeyAuthenticationOptions,
} from "../wire/passkey.ts";
import { parseSignedIn, type SignedIn } from "../wire/session.ts";
import type { AuthenticationResponseJSON } from "../wire/webauthn.ts";

/** How a sign-in by passkey begins. */
export interface PasskeyStartAuthenticationParams {
  /** What else the server should know. */
  readonly options?: {
    /** The answer to a captcha, where the server demands one. */
    readonly captchaToken?: string;
  };
}

/**
 * Starts to sign in by passkey: the first half of `signInWithPasskey` of
 * `./passkeys`, for those who hold the ceremony by themselves. Nobody is named:
 * the browser shows the user which passkeys there are.
 *
 * @param config The server.
 * @param params The answer to a captcha.
 * @param request How to make the request.
 * @returns The options of the ceremony, and the challenge that it answers.
 * @throws {AuthApiError} `passkey_disabled`, `over_request_rate_limit`,
 * `captcha_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /passkeys/authentication/options`
 * @see {@link https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion}
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   passkeyStartAuthentication,
 * } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator({
 *   env: {
 *     GOTRUE_PASSKEY_ENABLED: "true",
 *     GOTRUE_WEBAUTHN_RP_ID: "app.example",
 *     GOTRUE_WEBAUTHN_RP_DISPLAY_NAME: "App",
 *     GOTRUE_WEBAUTHN_RP_ORIGINS: "https://app.example",
 *   },
 * });
 * const config = createAuthConfig(emulator.clientOptions());
 * const { options } = await passkeyStartAuthentication(config);
 * console.log(options.rpId, options.timeout); // app.example 300000
 * ```
 */
export function passkeyStartAuthentication(
  config: AuthConfig<Metadata>,
  params: PasskeyStartAuthenticationParams = {},
  request?: RequestOptions,
): Promise<PasskeyAuthenticationOptions> {
  const captcha_token = params.options?.captchaToken;
  return send(
    config,
    {
      method: "POST",
      path: "/passkeys/authentication/options",
      body: { gotrue_meta_security: { captcha_token } },
    },
    ({ body }) => parseAuthenticationOptions(body),
    request,
  );
}

/** What came out of the ceremony that proves a passkey. */
export interface PasskeyVerifyAuthenticationParams {
  /** The `challenge_id` that the ceremony was begun with. */
  readonly challengeId: string;
  /** The proof, as the credential's `toJSON()` gives it. */
  readonly credential: AuthenticationResponseJSON;
}

/**
 * Signs in by what the ceremony gave. The challenge is used up by it, whatever
 * comes of it.
 *
 * @param config The server.
 * @param params The challenge, and the proof that answers it.
 * @param request How to make the request.
 * @returns The user and the session.
 * @throws {AuthApiError} `webauthn_challenge_not_found`,
 * `webauthn_challenge_expired`, `webauthn_verification_failed`,
 * `email_not_confirmed`, `phone_not_confirmed`, `user_banned`,
 * `passkey_disabled`, `validation_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /passkeys/authentication/verify`
 * @see {@link https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion}
 *
 * @example In a page, with the ceremony written out
 * ```ts
 * import {
 *   type AuthConfig,
 *   type AuthenticationResponseJSON,
 *   passkeyStartAuthentication,
 *   passkeyVerifyAuthentication,
 *   type SignedIn,
 * } from "@gotrue/edge/api";
 *
 * export async function signIn(config: AuthConfig): Promise<SignedIn> {
 *   const { challenge_id, options } = await passkeyStartAuthentication(config);
 *   const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
 *   const proof = await navigator.credentials.get({ publicKey });
 *   const json = (proof as PublicKeyCredential).toJSON();
 *   const credential = json as AuthenticationResponseJSON;
 *   const params = { challengeId: challenge_id, credential };
 *   return await passkeyVerifyAuthentication(config, params);
 * }
 * ```
 */
export function passkeyVerifyAuthentication<M extends Metadata>(
  config: AuthConfig<M>,
  params: PasskeyVerifyAuthenticationParams,
  request?: RequestOptions,
): Promise<SignedIn<M>> {
  const { challengeId, credential } = params;
  return send(
    config,
    {
      method: "POST",
      path: "/passkeys/authentication/verify",
      body: { challenge_id: challengeId, credential },
    },
    (answer) => parseSignedIn(answer, config),
    request,
  );
}
