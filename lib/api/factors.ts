/** `/factors`: second factors of the user. */
import type { Metadata, UserConfig } from "../config.ts";
import { fillPath } from "../path.ts";
import { type RequestOptions, send } from "../request.ts";
import { readObject, readString } from "../wire/json.ts";
import {
  type CodeChallenge,
  type EnrolledPhone,
  type EnrolledTotp,
  type EnrolledWebauthn,
  parseChallenge,
  parseEnrolled,
  type WebauthnChallenge,
} from "../wire/mfa.ts";

/** A factor that shows codes: an authenticator application. */
export interface MfaEnrollTotpParams {
  /** Tells it from the other kinds. */
  readonly factorType: "totp";
  /** Unique among the user's factors, the empty one included. */
  readonly friendlyName?: string;
  /** What the authenticator shows. @default {the site's host} */
  readonly issuer?: string;
}

/** A factor that receives codes by text message. */
export interface MfaEnrollPhoneParams {
  /** Tells it from the other kinds. */
  readonly factorType: "phone";
  /** Unique among the user's factors, the empty one included. */
  readonly friendlyName?: string;
  /** Where codes will be sent: a number with its country code. */
  readonly phone: string;
}

/** A factor that is a security key or a device. */
export interface MfaEnrollWebauthnParams {
  /** Tells it from the other kinds. */
  readonly factorType: "webauthn";
  /** Unique among the user's factors, the empty one included. */
  readonly friendlyName?: string;
}

/** Any kind of factor. */
export type MfaEnrollParams =
  | MfaEnrollTotpParams
  | MfaEnrollPhoneParams
  | MfaEnrollWebauthnParams;

/** What is enrolled, by the kind of factor. */
export type MfaEnrollResult<P extends { readonly factorType: string }> =
  P["factorType"] extends "totp" ? EnrolledTotp
    : P["factorType"] extends "phone" ? EnrolledPhone
    : P["factorType"] extends "webauthn" ? EnrolledWebauthn
    : EnrolledTotp | EnrolledPhone | EnrolledWebauthn;

/**
 * Starts to enroll a second factor, which counts once it is verified. A user
 * with a verified factor needs a session at `aal2` for another one.
 *
 * @param config The server and the user's access token.
 * @param params What kind of factor.
 * @param request How to make the request.
 * @returns The factor, with what the user needs to set it up.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `mfa_totp_enroll_not_enabled`, `mfa_phone_enroll_not_enabled`,
 * `mfa_webauthn_enroll_not_enabled`, `mfa_factor_name_conflict`,
 * `mfa_verified_factor_exists`, `too_many_enrolled_mfa_factors`,
 * `insufficient_aal`, `validation_failed`, `no_authorization` (an anonymous
 * user), `unexpected_failure`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /factors`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6238}
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   mfaEnroll,
 *   signInWithPassword,
 *   signUp,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const config = createAuthConfig(createEmulator().clientOptions());
 * const ada = { email: "ada@example.com", password: "correct horse" };
 * await signUp(config, ada);
 * const { session } = await signInWithPassword(config, ada);
 * const asAda = withAccessToken(config, session.access_token);
 *
 * const { id, totp } = await mfaEnroll(asAda, { factorType: "totp" });
 * console.log(totp.qr_code.startsWith("data:image/svg+xml")); // true
 * console.log(id.length, totp.secret.length); // 36 32
 * ```
 */
export function mfaEnroll<P extends MfaEnrollParams>(
  config: UserConfig<Metadata>,
  params: P,
  request?: RequestOptions,
): Promise<MfaEnrollResult<P>> {
  const { factorType, friendlyName, issuer, phone } = params as
    & MfaEnrollParams
    & { issuer?: string; phone?: string };
  return send(
    config,
    {
      method: "POST",
      path: "/factors",
      body: {
        factor_type: factorType,
        friendly_name: friendlyName,
        issuer,
        phone,
      },
    },
    ({ body }) => parseEnrolled(body) as MfaEnrollResult<P>,
    request,
  );
}

/** Which factor to challenge with a code. */
export interface MfaChallengeParams {
  /** The factor's id. */
  readonly factorId: string;
  /** By which service a phone gets its code. @default {"sms"} */
  readonly channel?: "sms" | "whatsapp";
  /** That is another form. */
  readonly webauthn?: never;
}

/** Which factor to challenge in the browser. */
export interface MfaChallengeWebauthnParams {
  /** The factor's id. */
  readonly factorId: string;
  /** For whom the ceremony is. */
  readonly webauthn: {
    /** The relying party: the page's domain or one above it. */
    readonly rpId: string;
    /** The origins that may hold the ceremony. */
    readonly rpOrigins?: readonly string[];
  };
}

/**
 * Starts to verify a factor by a ceremony in the browser.
 *
 * @param config The server and the user's access token.
 * @param params Which factor, and for whom the ceremony is.
 * @param request How to make the request.
 * @returns The challenge, with the options of the ceremony.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `mfa_factor_not_found`, `mfa_totp_verify_not_enabled`,
 * `mfa_phone_verify_not_enabled`, `mfa_webauthn_verify_not_enabled`,
 * `over_sms_send_rate_limit`, `over_request_rate_limit`, `validation_failed`,
 * `no_authorization` (an anonymous user), `unexpected_failure`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /factors/{id}/challenge`
 * @see {@link https://www.w3.org/TR/webauthn-3/#sctn-api}
 *
 * @example A security key
 * ```ts
 * import { createAuthConfig, mfaChallenge, withAccessToken } from "@gotrue/edge/api";
 *
 * const config = createAuthConfig({
 *   url: "https://auth.example",
 *   // In place of a server where the user has such a factor.
 *   fetch: () =>
 *     Promise.resolve(Response.json({
 *       id: "0d2c3a5e-6a1b-4c53-9b11-2f8e7d6c5b4a",
 *       type: "webauthn",
 *       expires_at: 1795456777,
 *       webauthn: {
 *         type: "request",
 *         credential_options: { publicKey: { challenge: "Y2hhbGxlbmdl" } },
 *       },
 *     })),
 * });
 * const user = withAccessToken(config, "header.payload.signature");
 * const { webauthn } = await mfaChallenge(user, {
 *   factorId: "5c3c9d4e-4f6b-4a53-a0c6-5a8f8e1a9d11",
 *   webauthn: { rpId: "app.example" },
 * });
 * console.log(webauthn.type); // request
 * ```
 */
export function mfaChallenge(
  config: UserConfig<Metadata>,
  params: MfaChallengeWebauthnParams,
  request?: RequestOptions,
): Promise<WebauthnChallenge>;
/**
 * Starts to verify a factor by a code; sends the code where the factor is a
 * phone.
 *
 * @param config The server and the user's access token.
 * @param params Which factor.
 * @param request How to make the request.
 * @returns The challenge, good for five minutes.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `mfa_factor_not_found`, `mfa_totp_verify_not_enabled`,
 * `mfa_phone_verify_not_enabled`, `mfa_webauthn_verify_not_enabled`,
 * `over_sms_send_rate_limit`, `over_request_rate_limit`, `validation_failed`,
 * `no_authorization` (an anonymous user), `unexpected_failure`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /factors/{id}/challenge`
 *
 * @example A code
 * ```ts
 * import {
 *   createAuthConfig,
 *   mfaChallenge,
 *   mfaEnroll,
 *   signInWithPassword,
 *   signUp,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const config = createAuthConfig(createEmulator().clientOptions());
 * const ada = { email: "ada@example.com", password: "correct horse" };
 * await signUp(config, ada);
 * const { session } = await signInWithPassword(config, ada);
 * const asAda = withAccessToken(config, session.access_token);
 *
 * const { id } = await mfaEnroll(asAda, { factorType: "totp" });
 * const challenge = await mfaChallenge(asAda, { factorId: id });
 * console.log(challenge.type); // totp
 * ```
 */
export function mfaChallenge(
  config: UserConfig<Metadata>,
  params: MfaChallengeParams,
  request?: RequestOptions,
): Promise<CodeChallenge>;
export async function mfaChallenge(
  config: UserConfig<Metadata>,
  params: MfaChallengeParams | MfaChallengeWebauthnParams,
  request?: RequestOptions,
): Promise<CodeChallenge | WebauthnChallenge> {
  const { factorId, channel, webauthn } = params as
    & Omit<MfaChallengeParams, "webauthn">
    & Partial<MfaChallengeWebauthnParams>;
  return await send(
    config,
    {
      method: "POST",
      ...fillPath("/factors/{id}/challenge", factorId),
      body: {
        channel,
        webauthn: webauthn &&
          { rp_id: webauthn.rpId, rp_origins: webauthn.rpOrigins },
      },
    },
    ({ body }) => parseChallenge(body),
    request,
  );
}

/**
 * Removes a factor, a verified one only at `aal2`. Access tokens keep `aal2`
 * until they are refreshed.
 *
 * @param config The server and the user's access token.
 * @param params Which factor.
 * @param request How to make the request.
 * @returns The factor's id.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `mfa_factor_not_found`, `insufficient_aal`,
 * `validation_failed`, `no_authorization` (an anonymous user)
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `DELETE /factors/{id}`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   mfaEnroll,
 *   mfaUnenroll,
 *   signInWithPassword,
 *   signUp,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const config = createAuthConfig(createEmulator().clientOptions());
 * const ada = { email: "ada@example.com", password: "correct horse" };
 * await signUp(config, ada);
 * const { session } = await signInWithPassword(config, ada);
 * const asAda = withAccessToken(config, session.access_token);
 *
 * const { id } = await mfaEnroll(asAda, { factorType: "totp" });
 * const removed = await mfaUnenroll(asAda, { factorId: id });
 * console.log(removed.id === id); // true
 * ```
 */
export async function mfaUnenroll(
  config: UserConfig<Metadata>,
  params: { readonly factorId: string },
  request?: RequestOptions,
): Promise<{ readonly id: string }> {
  return await send(
    config,
    { method: "DELETE", ...fillPath("/factors/{id}", params.factorId) },
    ({ body }) => ({ id: readString(readObject(body, "factor"), "id") }),
    request,
  );
}
