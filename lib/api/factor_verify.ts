/** `POST /factors/{id}/verify` */
import type { Metadata, UserConfig } from "../config.ts";
import { fillPath } from "../path.ts";
import { type RequestOptions, send } from "../request.ts";
import { parseSignedIn, type Session } from "../wire/session.ts";
import type {
  AuthenticationResponseJSON,
  RegistrationResponseJSON,
} from "../wire/webauthn.ts";

/** The code that answers a challenge. */
export interface MfaVerifyParams {
  /** The factor's id. */
  readonly factorId: string;
  /** The challenge's id. */
  readonly challengeId: string;
  /** What the authenticator shows, or what was sent. */
  readonly code: string;
  /** That is another form. */
  readonly webauthn?: never;
}

/** The ceremony's outcome that answers a challenge. */
export interface MfaVerifyWebauthnParams {
  /** The factor's id. */
  readonly factorId: string;
  /** The challenge's id. */
  readonly challengeId: string;
  /** That is another form. */
  readonly code?: never;
  /** What came out of the ceremony. */
  readonly webauthn: {
    /** Which ceremony it was, as the challenge said. */
    readonly type: "create" | "request";
    /** The relying party: the page's domain or one above it. */
    readonly rpId: string;
    /** The origins that may hold the ceremony. */
    readonly rpOrigins?: readonly string[];
    /** The credential, as its `toJSON()` gives it. */
    readonly credential_response:
      | RegistrationResponseJSON
      | AuthenticationResponseJSON;
  };
}

/**
 * Verifies a factor and raises the session to `aal2`. Other sessions of the
 * user that are still at `aal1` end.
 *
 * @param config The server and the user's access token.
 * @param params The challenge and what answers it.
 * @param request How to make the request.
 * @returns The session with its new tokens; the old refresh token is used up.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `mfa_verification_failed`, `mfa_challenge_expired`,
 * `mfa_factor_not_found`, `mfa_ip_address_mismatch`,
 * `mfa_verification_rejected`, `mfa_totp_verify_not_enabled`,
 * `mfa_phone_verify_not_enabled`, `mfa_webauthn_enroll_not_enabled`,
 * `over_request_rate_limit`, `validation_failed`, `no_authorization` (an
 * anonymous user), `unexpected_failure`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /factors/{id}/verify`
 * @see {@link https://www.rfc-editor.org/rfc/rfc6238}
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   mfaChallenge,
 *   mfaEnroll,
 *   mfaVerify,
 *   signInWithPassword,
 *   signUp,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator({
 *   env: {
 *     GOTRUE_MFA_PHONE_ENROLL_ENABLED: "true",
 *     GOTRUE_MFA_PHONE_VERIFY_ENABLED: "true",
 *   },
 * });
 * const config = createAuthConfig(emulator.clientOptions());
 * const ada = { email: "ada@example.com", password: "correct horse" };
 * await signUp(config, ada);
 * const { session } = await signInWithPassword(config, ada);
 * const asAda = withAccessToken(config, session.access_token);
 *
 * const phone = "+15550100";
 * const { id } = await mfaEnroll(asAda, { factorType: "phone", phone });
 * const challenge = await mfaChallenge(asAda, { factorId: id });
 * const { code } = await emulator.sms.next(phone);
 * const { user } = await mfaVerify(asAda, {
 *   factorId: id,
 *   challengeId: challenge.id,
 *   code,
 * });
 * console.log(user.factors?.[0]?.status); // verified
 * ```
 */
export async function mfaVerify<M extends Metadata>(
  config: UserConfig<M>,
  params: MfaVerifyParams | MfaVerifyWebauthnParams,
  request?: RequestOptions,
): Promise<Session<M>> {
  const { factorId, challengeId, code, webauthn } = params;
  return await send(
    config,
    {
      method: "POST",
      ...fillPath("/factors/{id}/verify", factorId),
      body: {
        challenge_id: challengeId,
        code,
        webauthn: webauthn && {
          type: webauthn.type,
          rp_id: webauthn.rpId,
          rp_origins: webauthn.rpOrigins,
          credential_response: webauthn.credential_response,
        },
      },
    },
    (answer) => parseSignedIn(answer, config).session,
    request,
  );
}
