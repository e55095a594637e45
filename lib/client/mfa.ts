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
import { completeSession, currentUser, fetchUser } from "../session/guard.ts";
import type { SessionManager } from "../session/manager.ts";
import { liveSession } from "../session/refresher.ts";
import type { Factor } from "../wire/factor.ts";
import { type FactorList, groupFactors } from "../wire/factor_list.ts";
import type { CodeChallenge, WebauthnChallenge } from "../wire/mfa.ts";
import type { Session } from "../wire/session.ts";
import { readTokenPayload } from "../wire/token.ts";

/** How sure the server is of who is signed in, and how sure it could be. */
export interface AssuranceLevel {
  /** Null when nobody is signed in. */
  readonly currentLevel: AuthenticatorAssuranceLevel | null;
  /** `aal2` when the user has a verified factor. */
  readonly nextLevel: AuthenticatorAssuranceLevel | null;
  /** How the user has signed in, newest first. */
  readonly currentAuthenticationMethods: readonly AmrEntry[];
}

/** Second factors of the signed-in user: `auth.mfa`. */
export class AuthMfa<M extends Metadata> {
  readonly #manager: SessionManager<M>;

  /** @param manager The client's. */
  constructor(manager: SessionManager<M>) {
    this.#manager = manager;
  }

  /**
   * Starts to enroll a factor, which counts once it is verified.
   *
   * @see `POST /factors`
   * @throws {AuthSessionError} `session_missing`
   */
  async enroll<P extends MfaEnrollParams>(
    params: P,
    request?: RequestOptions,
  ): Promise<MfaEnrollResult<P>> {
    const config = await currentUser(this.#manager, request);
    return await mfaEnroll(config, params, request);
  }

  /**
   * Starts to verify a factor; sends the code where it is a phone.
   *
   * @see `POST /factors/{id}/challenge`
   * @throws {AuthSessionError} `session_missing`
   */
  challenge(
    params: MfaChallengeWebauthnParams,
    request?: RequestOptions,
  ): Promise<WebauthnChallenge>;
  /**
   * Starts to verify a factor; sends the code where it is a phone.
   *
   * @see `POST /factors/{id}/challenge`
   * @throws {AuthSessionError} `session_missing`
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
   * Verifies a factor and raises the session to `aal2`.
   *
   * @see `POST /factors/{id}/verify`
   * @throws {AuthApiError} `mfa_verification_failed`, `mfa_challenge_expired`
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   */
  async verify(
    params: MfaVerifyParams | MfaVerifyWebauthnParams,
    request?: RequestOptions,
  ): Promise<Session<M>> {
    const config = await currentUser(this.#manager, request);
    const session = await mfaVerify(config, params, request);
    await this.#manager.upgrade(session, "MFA_CHALLENGE_VERIFIED");
    return session;
  }

  /**
   * Challenges a factor that shows codes and verifies the code, in one.
   *
   * @see `POST /factors/{id}/challenge`, `POST /factors/{id}/verify`
   * @throws {AuthApiError} `mfa_verification_failed`
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
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
   * Removes a factor. The token keeps `aal2` until `refreshSession()`.
   *
   * @see `DELETE /factors/{id}`
   * @throws {AuthSessionError} `session_missing`
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
   * @see `GET /user`
   * @throws {AuthSessionError} `session_missing`
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
   * @see `GET /user`
   * @throws {AuthApiError} `bad_jwt` when the server refuses the token.
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
