/** Second factors that are security keys or devices, as pure functions. */
import {
  mfaVerify,
  type MfaVerifyWebauthnParams,
} from "../api/factor_verify.ts";
import { mfaChallenge, mfaEnroll, mfaUnenroll } from "../api/factors.ts";
import { mfaListFactors } from "../api/user_parts.ts";
import type { Metadata, UserConfig } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import type { Session } from "../wire/session.ts";
import {
  answerChallenge,
  authenticateFactor,
  type CeremonyOverrides,
  type FactorRequests,
  type MfaWebauthnAuthenticateParams,
  type MfaWebauthnChallengeParams,
  type MfaWebauthnRegisterParams,
  registerFactor,
} from "./ceremony_factors.ts";

/**
 * Challenges a factor and holds the ceremony: what comes out of it is for
 * `mfaVerify` of `./api`. The factor's first ceremony makes its credential.
 *
 * @param config The server and the user's access token.
 * @param params Which factor, for whom the ceremony is and how it is held.
 * @param overrides What to ask the browser for instead of what the server says.
 * @param request How to make the request.
 * @returns The parameters of `mfaVerify`.
 * @throws {AuthCeremonyError} `ceremony_not_supported` before any request,
 * `ceremony_credential_exists`, `ceremony_not_allowed`, `ceremony_aborted`,
 * `ceremony_invalid_domain`, `ceremony_failed`
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `mfa_factor_not_found`, `mfa_webauthn_verify_not_enabled`,
 * `over_request_rate_limit`, `validation_failed`, `no_authorization` (an
 * anonymous user), `unexpected_failure`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @throws {TypeError} Outside of a page, without `rpId`.
 * @see `POST /factors/{id}/challenge`
 * @see {@link https://www.w3.org/TR/webauthn-3/#sctn-api}
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   isAuthError,
 *   mfaVerify,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 * import { mfaWebauthnChallenge } from "@gotrue/edge/passkeys";
 *
 * const config = createAuthConfig({ url: "https://auth.example" });
 * const user = withAccessToken(config, "header.payload.signature");
 * const factorId = "5c3c9d4e-4f6b-4a53-a0c6-5a8f8e1a9d11";
 * try {
 *   const answer = await mfaWebauthnChallenge(user, { factorId });
 *   const session = await mfaVerify(user, answer);
 *   console.log(session.expires_at);
 * } catch (error) {
 *   // Where this example runs, there is no browser.
 *   if (!isAuthError(error, "ceremony_not_supported")) throw error;
 * }
 * ```
 */
export async function mfaWebauthnChallenge(
  config: UserConfig<Metadata>,
  params: MfaWebauthnChallengeParams,
  overrides?: CeremonyOverrides,
  request?: RequestOptions,
): Promise<MfaVerifyWebauthnParams> {
  return await answerChallenge(requestsOf(config), params, overrides, request);
}

/**
 * Verifies a factor in the browser and raises the session to `aal2`: two
 * requests, and the ceremony between them. Other sessions of the user that are
 * still at `aal1` end.
 *
 * @param config The server and the user's access token.
 * @param params Which factor, for whom the ceremony is and how it is held.
 * @param overrides What to ask the browser for instead of what the server says.
 * @param request How to make each of the requests.
 * @returns The session with its new tokens; the old refresh token is used up.
 * @throws {AuthCeremonyError} As {@link mfaWebauthnChallenge}.
 * @throws {AuthApiError} As {@link mfaWebauthnChallenge}, and
 * `mfa_challenge_expired`, `mfa_ip_address_mismatch`,
 * `mfa_verification_rejected`, `mfa_webauthn_enroll_not_enabled`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @throws {TypeError} Outside of a page, without `rpId`.
 * @see `POST /factors/{id}/challenge`, `POST /factors/{id}/verify`
 * @see {@link https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion}
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   isAuthError,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 * import { mfaWebauthnAuthenticate } from "@gotrue/edge/passkeys";
 *
 * const config = createAuthConfig({ url: "https://auth.example" });
 * const user = withAccessToken(config, "header.payload.signature");
 * const factorId = "5c3c9d4e-4f6b-4a53-a0c6-5a8f8e1a9d11";
 * try {
 *   const session = await mfaWebauthnAuthenticate(user, { factorId });
 *   console.log(session.expires_at);
 * } catch (error) {
 *   // Where this example runs, there is no browser.
 *   if (!isAuthError(error, "ceremony_not_supported")) throw error;
 * }
 * ```
 */
export async function mfaWebauthnAuthenticate<M extends Metadata>(
  config: UserConfig<M>,
  params: MfaWebauthnAuthenticateParams,
  overrides?: CeremonyOverrides,
  request?: RequestOptions,
): Promise<Session<M>> {
  const requests = requestsOf(config);
  return await authenticateFactor(requests, params, overrides, request);
}

/**
 * Adds a security key, or a device, as a second factor: enrolls it, holds the
 * ceremony and verifies it. When the ceremony comes to nothing the factor is
 * removed again; one of the same name that a closed page has left unverified
 * gives way.
 *
 * @param config The server and the user's access token.
 * @param params The factor's name, for whom the ceremony is and how it is held.
 * @param overrides What to ask the browser for instead of what the server says.
 * @param request How to make each of the requests.
 * @returns The session with its new tokens, at `aal2`.
 * @throws {AuthCeremonyError} As {@link mfaWebauthnChallenge}.
 * @throws {AuthApiError} As {@link mfaWebauthnAuthenticate}, and
 * `mfa_factor_name_conflict`, `too_many_enrolled_mfa_factors`,
 * `insufficient_aal`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @throws {TypeError} Outside of a page, without `rpId`.
 * @see `POST /factors`, `POST /factors/{id}/challenge`, `POST /factors/{id}/verify`
 * @see {@link https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential}
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   isAuthError,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 * import { mfaWebauthnRegister } from "@gotrue/edge/passkeys";
 *
 * const config = createAuthConfig({ url: "https://auth.example" });
 * const user = withAccessToken(config, "header.payload.signature");
 * try {
 *   const session = await mfaWebauthnRegister(user, { friendlyName: "Key" });
 *   console.log(session.user.factors?.[0]?.status); // verified
 * } catch (error) {
 *   // Where this example runs, there is no browser.
 *   if (!isAuthError(error, "ceremony_not_supported")) throw error;
 * }
 * ```
 */
export async function mfaWebauthnRegister<M extends Metadata>(
  config: UserConfig<M>,
  params: MfaWebauthnRegisterParams,
  overrides?: CeremonyOverrides,
  request?: RequestOptions,
): Promise<Session<M>> {
  return await registerFactor(requestsOf(config), params, overrides, request);
}

function requestsOf<M extends Metadata>(
  config: UserConfig<M>,
): FactorRequests<Session<M>> {
  return {
    enroll: (params, request) => mfaEnroll(config, params, request),
    challenge: (params, request) => mfaChallenge(config, params, request),
    verify: (params, request) => mfaVerify(config, params, request),
    unenroll: (params, request) => mfaUnenroll(config, params, request),
    listFactors: (request) => mfaListFactors(config, request),
  };
}
