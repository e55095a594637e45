import {
  mfaVerify,
  type MfaVerifyParams,
  type MfaVerifyWebauthnParams,
} from "../api/factor_verify.ts";
import {
  mfaChallenge,
  type MfaChallengeParams,
  type MfaChallengeWebauthnParams,
  mfaEnroll,
  type MfaEnrollParams,
  type MfaEnrollResult,
  mfaUnenroll,
} from "../api/factors.ts";
import { type Metadata, withAccessToken } from "../config.ts";
import type { AmrEntry, AuthenticatorAssuranceLevel } from "../jwt/claims.ts";
import type { RequestOptions } from "../request.ts";
import { currentUser, fetchUser, upgradeSession } from "../session/guard.ts";
import type { SessionManager } from "../session/manager.ts";
import { liveSession } from "../session/refresher.ts";
import type { Factor } from "../wire/factor.ts";
import { type FactorList, groupFactors } from "../wire/factor_list.ts";
import type { CodeChallenge, WebauthnChallenge } from "../wire/mfa.ts";
import type { Session } from "../wire/session.ts";
import { readTokenPayload } from "../wire/token.ts";
import { completeSession } from "./current_session.ts";
import type { AuthMfaWebauthn } from "./webauthn.ts";

/** How sure the server is of who is signed in, and how sure it could be. */
export interface AssuranceLevel {
  /** Null when nobody is signed in. */
  readonly currentLevel: AuthenticatorAssuranceLevel | null;
  /** `aal2` when the user has a verified factor. */
  readonly nextLevel: AuthenticatorAssuranceLevel | null;
  /** How the user has signed in, newest first. */
  readonly currentAuthenticationMethods: readonly AmrEntry[];
}

/**
 * Second factors of the signed-in user: `auth.mfa`. Besides the codes named at
 * each method, the server may refuse the user's token: `bad_jwt`,
 * `session_not_found`, `user_not_found`, `user_banned`, `no_authorization` (an
 * anonymous user).
 *
 * @example A code by text message
 * ```ts
 * import { AuthClient } from "@gotrue/edge";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator({
 *   env: {
 *     GOTRUE_MFA_PHONE_ENROLL_ENABLED: "true",
 *     GOTRUE_MFA_PHONE_VERIFY_ENABLED: "true",
 *   },
 * });
 * const auth = new AuthClient(emulator.clientOptions());
 * await auth.signUp({ email: "ada@example.com", password: "correct horse" });
 *
 * const phone = "+15550100";
 * const { id } = await auth.mfa.enroll({ factorType: "phone", phone });
 * const challenge = await auth.mfa.challenge({ factorId: id });
 * const { code } = await emulator.sms.next(phone);
 * await auth.mfa.verify({ factorId: id, challengeId: challenge.id, code });
 * const { currentLevel } = await auth.mfa.getAuthenticatorAssuranceLevel();
 * console.log(currentLevel); // aal2
 * ```
 */
export class AuthMfa<M extends Metadata> {
  readonly #manager: SessionManager<M>;
  /** Security keys and devices, with the browser's ceremonies. */
  readonly webauthn: AuthMfaWebauthn<M>;

  /**
   * Made by the client.
   *
   * @param manager The client's.
   * @param webauthn The client's, loaded when it is needed.
   */
  constructor(manager: SessionManager<M>, webauthn: AuthMfaWebauthn<M>) {
    this.#manager = manager;
    this.webauthn = webauthn;
  }

  /**
   * Starts to enroll a factor, which counts once it is verified. A user with a
   * verified factor needs a session at `aal2` for another one.
   *
   * @param params What kind of factor.
   * @param request How to make the request.
   * @returns The factor, with what the user needs to set it up: for an
   * authenticator application a QR code, a secret and an `otpauth:` address.
   * @throws {AuthApiError} `mfa_totp_enroll_not_enabled`,
   * `mfa_phone_enroll_not_enabled`, `mfa_webauthn_enroll_not_enabled`,
   * `mfa_factor_name_conflict`, `mfa_verified_factor_exists`,
   * `too_many_enrolled_mfa_factors`, `insufficient_aal`, `validation_failed`
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /factors`
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const auth = new AuthClient(createEmulator().clientOptions());
   * await auth.signUp({ email: "ada@example.com", password: "correct horse" });
   * const { totp } = await auth.mfa.enroll({ factorType: "totp" });
   * console.log(totp.uri.split("?")[0]?.startsWith("otpauth://totp/")); // true
   * console.log(totp.qr_code.startsWith("data:image/svg+xml")); // true
   * ```
   */
  async enroll<P extends MfaEnrollParams>(
    params: P,
    request?: RequestOptions,
  ): Promise<MfaEnrollResult<P>> {
    const config = await currentUser(this.#manager, request);
    return await mfaEnroll(config, params, request);
  }

  /**
   * Starts to verify a factor by a ceremony in the browser.
   *
   * @param params Which factor, and for whom the ceremony is.
   * @param request How to make the request.
   * @returns The challenge, with the options of the ceremony.
   * @throws {AuthApiError} `mfa_factor_not_found`,
   * `mfa_totp_verify_not_enabled`, `mfa_phone_verify_not_enabled`,
   * `mfa_webauthn_verify_not_enabled`, `over_sms_send_rate_limit`,
   * `over_request_rate_limit`, `validation_failed`
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /factors/{id}/challenge`
   */
  challenge(
    params: MfaChallengeWebauthnParams,
    request?: RequestOptions,
  ): Promise<WebauthnChallenge>;
  /**
   * Starts to verify a factor by a code; sends it where the factor is a phone.
   *
   * @param params Which factor.
   * @param request How to make the request.
   * @returns The challenge, good for five minutes.
   * @throws {AuthApiError} `mfa_factor_not_found`,
   * `mfa_totp_verify_not_enabled`, `mfa_phone_verify_not_enabled`,
   * `mfa_webauthn_verify_not_enabled`, `over_sms_send_rate_limit`,
   * `over_request_rate_limit`, `validation_failed`
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /factors/{id}/challenge`
   */
  challenge(
    params: MfaChallengeParams,
    request?: RequestOptions,
  ): Promise<CodeChallenge>;
  async challenge(
    params: MfaChallengeParams | MfaChallengeWebauthnParams,
    request?: RequestOptions,
  ): Promise<CodeChallenge | WebauthnChallenge> {
    const config = await currentUser(this.#manager, request);
    return await mfaChallenge(config, params as MfaChallengeParams, request);
  }

  /**
   * Verifies a factor and raises the session to `aal2`. Other sessions of the
   * user that are still at `aal1` end; subscribers are told
   * `MFA_CHALLENGE_VERIFIED`.
   *
   * @param params The challenge and what answers it.
   * @param request How to make the request.
   * @returns The session with its new tokens.
   * @throws {AuthApiError} `mfa_verification_failed`, `mfa_challenge_expired`,
   * `mfa_factor_not_found`, `mfa_ip_address_mismatch`,
   * `mfa_verification_rejected`, `mfa_totp_verify_not_enabled`,
   * `mfa_phone_verify_not_enabled`, `mfa_webauthn_enroll_not_enabled`,
   * `over_request_rate_limit`, `validation_failed`
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /factors/{id}/verify`
   */
  async verify(
    params: MfaVerifyParams | MfaVerifyWebauthnParams,
    request?: RequestOptions,
  ): Promise<Session<M>> {
    const config = await currentUser(this.#manager, request);
    const sentAt = config.now();
    const session = await mfaVerify(config, params, request);
    await upgradeSession(
      this.#manager,
      config,
      session,
      sentAt,
      "MFA_CHALLENGE_VERIFIED",
    );
    return session;
  }

  /**
   * Challenges a factor that shows codes and verifies the code, in one: two
   * requests.
   *
   * @param params Which factor, and the code that it shows.
   * @param request How to make each of the requests.
   * @returns The session with its new tokens, at `aal2`.
   * @throws {AuthApiError} `mfa_verification_failed` for a wrong code, and
   * whatever {@link challenge} and {@link verify} throw.
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /factors/{id}/challenge`, `POST /factors/{id}/verify`
   * @see {@link https://www.rfc-editor.org/rfc/rfc6238}
   *
   * @example
   * ```ts
   * import { AuthClient, isAuthError } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const auth = new AuthClient(createEmulator().clientOptions());
   * await auth.signUp({ email: "ada@example.com", password: "correct horse" });
   * const { id } = await auth.mfa.enroll({ factorType: "totp" });
   * const code = "000000"; // what the user has typed
   * try {
   *   await auth.mfa.challengeAndVerify({ factorId: id, code });
   * } catch (error) {
   *   if (!isAuthError(error, "mfa_verification_failed")) throw error;
   *   // Ask for the code again: authenticators show another every 30 s.
   * }
   * ```
   */
  async challengeAndVerify(
    params: { readonly factorId: string; readonly code: string },
    request?: RequestOptions,
  ): Promise<Session<M>> {
    const { factorId, code } = params;
    const { id: challengeId } = await this.challenge({ factorId }, request);
    return await this.verify({ factorId, challengeId, code }, request);
  }

  /**
   * Removes a factor, a verified one only at `aal2`. The token keeps `aal2`
   * until `refreshSession()`.
   *
   * @param params Which factor.
   * @param request How to make the request.
   * @returns The factor's id.
   * @throws {AuthApiError} `mfa_factor_not_found`, `insufficient_aal`,
   * `validation_failed`
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `DELETE /factors/{id}`
   */
  async unenroll(
    params: { readonly factorId: string },
    request?: RequestOptions,
  ): Promise<{ readonly id: string }> {
    const config = await currentUser(this.#manager, request);
    return await mfaUnenroll(config, params, request);
  }

  /**
   * Lists the user's factors: all, and the verified ones by kind.
   *
   * @param request How to make the request.
   * @returns The factors, as the server knows them now.
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `GET /user`
   */
  async listFactors(request?: RequestOptions): Promise<FactorList> {
    const config = await currentUser(this.#manager, request);
    const { user } = await fetchUser(this.#manager, config, request);
    return groupFactors(user.factors);
  }

  /**
   * Tells whether a second factor has been, or could be, used: from the stored
   * session, or by one request for another user's token.
   *
   * @param jwt An access token; the session's when there is none.
   * @param request How to make the request.
   * @returns The levels; null where nobody is signed in.
   * @throws {AuthApiError} `bad_jwt` when the server refuses the token.
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `GET /user`
   */
  async getAuthenticatorAssuranceLevel(
    jwt?: string,
    request?: RequestOptions,
  ): Promise<AssuranceLevel> {
    if (jwt !== undefined) {
      const config = withAccessToken(this.#manager.config, jwt);
      const { user } = await fetchUser(this.#manager, config, request);
      return levelsOf(jwt, user.factors);
    }
    const stored = await liveSession(this.#manager, request);
    if (!stored) {
      return {
        currentLevel: null,
        nextLevel: null,
        currentAuthenticationMethods: [],
      };
    }
    const { user } = await completeSession(this.#manager, stored, request);
    return levelsOf(stored.accessToken, user.factors);
  }
}

function levelsOf(
  token: string,
  factors: readonly Factor[] = [],
): AssuranceLevel {
  const { aal, amr } = readTokenPayload(token);
  const isVerified = factors.some((factor) => factor.status === "verified");
  const currentLevel = typeof aal === "string" ? aal : null;
  return {
    currentLevel,
    nextLevel: isVerified ? "aal2" : currentLevel,
    currentAuthenticationMethods: Array.isArray(amr) ? amr : [],
  };
}
