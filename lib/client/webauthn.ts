import type { MfaVerifyWebauthnParams } from "../api/factor_verify.ts";
import {
  answerChallenge,
  authenticateFactor,
  type CeremonyOverrides,
  type MfaWebauthnAuthenticateParams,
  type MfaWebauthnChallengeParams,
  type MfaWebauthnRegisterParams,
  registerFactor,
} from "../browser/ceremony_factors.ts";
import type { Metadata } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import { currentUser } from "../session/guard.ts";
import type { SessionManager } from "../session/manager.ts";
import type { EnrolledWebauthn } from "../wire/mfa.ts";
import type { Session } from "../wire/session.ts";
import type { User } from "../wire/user.ts";
import type { AuthMfa } from "./mfa.ts";

/**
 * Second factors that are security keys or devices, in a page:
 * `auth.mfa.webauthn`. The codes of the requests are named at `auth.mfa`.
 *
 * @example
 * ```ts
 * import { AuthClient, isAuthError } from "@gotrue/edge";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const auth = new AuthClient(createEmulator().clientOptions());
 * await auth.signUp({ email: "ada@example.com", password: "correct horse" });
 * try {
 *   await auth.mfa.webauthn.register({ friendlyName: "Key at work" });
 *   const { currentLevel } = await auth.mfa.getAuthenticatorAssuranceLevel();
 *   console.log(currentLevel); // aal2
 * } catch (error) {
 *   // Where this example runs, there is no browser.
 *   if (!isAuthError(error, "ceremony_not_supported")) throw error;
 * }
 * ```
 */
export class AuthMfaWebauthn<M extends Metadata> {
  readonly #manager: SessionManager<M>;
  readonly #mfa: Omit<AuthMfa<M>, "webauthn">;

  /**
   * Made by the client.
   *
   * @param manager The client's.
   * @param mfa The client's, for the requests.
   */
  constructor(
    manager: SessionManager<M>,
    mfa: Omit<AuthMfa<M>, "webauthn">,
  ) {
    this.#manager = manager;
    this.#mfa = mfa;
  }

  /**
   * Starts to enroll a factor, which counts once it is verified.
   *
   * @param params What the user calls it.
   * @param request How to make the request.
   * @returns The factor.
   * @throws {AuthApiError} As `auth.mfa.enroll()`.
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /factors`
   */
  async enroll(
    params: { readonly friendlyName?: string } = {},
    request?: RequestOptions,
  ): Promise<EnrolledWebauthn> {
    const { friendlyName } = params;
    const name = friendlyName === undefined ? {} : { friendlyName };
    return await this.#mfa.enroll({ factorType: "webauthn", ...name }, request);
  }

  /**
   * Challenges a factor and holds the ceremony: what comes out of it is for
   * {@link verify}. The factor's first ceremony makes its credential.
   *
   * @param params Which factor, for whom the ceremony is and how it is held.
   * @param overrides What to ask the browser for instead of what the server says.
   * @param request How to make the request.
   * @returns The parameters of {@link verify}.
   * @throws {AuthCeremonyError} `ceremony_not_supported` before any request,
   * `ceremony_credential_exists`, `ceremony_not_allowed`, `ceremony_aborted`,
   * `ceremony_invalid_domain`, `ceremony_failed`
   * @throws {AuthApiError} As `auth.mfa.challenge()`.
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @throws {TypeError} Outside of a page, without `rpId`.
   * @see `POST /factors/{id}/challenge`
   */
  async challenge(
    params: MfaWebauthnChallengeParams,
    overrides?: CeremonyOverrides,
    request?: RequestOptions,
  ): Promise<MfaVerifyWebauthnParams> {
    await currentUser(this.#manager, request);
    const named = { friendlyName: this.#userName(), ...params };
    return await answerChallenge(this.#mfa, named, overrides, request);
  }

  /**
   * Verifies a factor by what the ceremony gave, and raises the session to
   * `aal2`. Subscribers are told `MFA_CHALLENGE_VERIFIED`.
   *
   * @param params What {@link challenge} gave.
   * @param request How to make the request.
   * @returns The session with its new tokens.
   * @throws {AuthApiError} As `auth.mfa.verify()`.
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /factors/{id}/verify`
   */
  async verify(
    params: MfaVerifyWebauthnParams,
    request?: RequestOptions,
  ): Promise<Session<M>> {
    return await this.#mfa.verify(params, request);
  }

  /**
   * Challenges a factor, holds the ceremony and verifies it, in one.
   *
   * @param params Which factor, for whom the ceremony is and how it is held.
   * @param overrides What to ask the browser for instead of what the server says.
   * @param request How to make each of the requests.
   * @returns The session with its new tokens, at `aal2`.
   * @throws {AuthCeremonyError} As {@link challenge}.
   * @throws {AuthApiError} As `auth.mfa.challenge()` and `auth.mfa.verify()`.
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @throws {TypeError} Outside of a page, without `rpId`.
   * @see `POST /factors/{id}/challenge`, `POST /factors/{id}/verify`
   */
  async authenticate(
    params: MfaWebauthnAuthenticateParams,
    overrides?: CeremonyOverrides,
    request?: RequestOptions,
  ): Promise<Session<M>> {
    await currentUser(this.#manager, request);
    const named = { ...params, friendlyName: this.#userName() };
    return await authenticateFactor(this.#mfa, named, overrides, request);
  }

  /**
   * Adds a factor: enrolls it, holds the ceremony and verifies it. When the
   * ceremony comes to nothing the factor is removed again; one of the same name
   * that a closed page has left unverified gives way.
   *
   * @param params The factor's name, for whom the ceremony is and how it is held.
   * @param overrides What to ask the browser for instead of what the server says.
   * @param request How to make each of the requests.
   * @returns The session with its new tokens, at `aal2`.
   * @throws {AuthCeremonyError} As {@link challenge}.
   * @throws {AuthApiError} As `auth.mfa.enroll()`, `auth.mfa.challenge()` and
   * `auth.mfa.verify()`.
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @throws {TypeError} Outside of a page, without `rpId`.
   * @see `POST /factors`, `POST /factors/{id}/challenge`, `POST /factors/{id}/verify`
   */
  async register(
    params: MfaWebauthnRegisterParams,
    overrides?: CeremonyOverrides,
    request?: RequestOptions,
  ): Promise<Session<M>> {
    await currentUser(this.#manager, request);
    return await registerFactor(this.#mfa, params, overrides, request);
  }

  /** What an authenticator may show; empty where nothing is known. */
  #userName(): string {
    const user: User<M> | undefined = this.#manager.getSnapshot().session?.user;
    if (!user) return "";
    const { name } = Object(user.user_metadata) as { readonly name?: unknown };
    return typeof name === "string" && name || user.email || user.phone || "";
  }
}
