import {
  passkeyStartAuthentication,
  type PasskeyStartAuthenticationParams,
  passkeyVerifyAuthentication,
  type PasskeyVerifyAuthenticationParams,
} from "../api/passkey_authentication.ts";
import {
  passkeyStartRegistration,
  passkeyVerifyRegistration,
  type PasskeyVerifyRegistrationParams,
} from "../api/passkey_registration.ts";
import {
  passkeyDelete,
  passkeyList,
  passkeyUpdate,
  type PasskeyUpdateParams,
} from "../api/passkeys.ts";
import type { Metadata } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import { currentUser } from "../session/guard.ts";
import type {
  Passkey,
  PasskeyAuthenticationOptions,
  PasskeyRegistrationOptions,
} from "../wire/passkey.ts";
import type { SignedIn } from "../wire/session.ts";
import type { Context } from "./context.ts";
import { enter } from "./sign_in.ts";

/**
 * Passkeys of the signed-in user, and the requests on either side of a ceremony
 * that one holds by oneself: `auth.passkey`. With the browser's ceremony they
 * are `auth.signInWithPasskey()` and `auth.registerPasskey()`.
 *
 * Besides the codes named at each method, the server may refuse with
 * `passkey_disabled`, and the user's token with `bad_jwt`, `session_not_found`,
 * `user_not_found`, `user_banned`.
 *
 * @example
 * ```ts
 * import { AuthClient } from "@gotrue/edge";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator({ env: { GOTRUE_PASSKEY_ENABLED: "true" } });
 * const auth = new AuthClient(emulator.clientOptions());
 * await auth.signUp({ email: "ada@example.com", password: "correct horse" });
 * for (const passkey of await auth.passkey.list()) {
 *   console.log(passkey.friendly_name, passkey.last_used_at);
 * }
 * ```
 */
export class AuthPasskey<M extends Metadata> {
  readonly #context: Context<M>;

  /**
   * Made by the client.
   *
   * @param context The client's.
   */
  constructor(context: Context<M>) {
    this.#context = context;
  }

  /**
   * Starts to register a passkey. A user with a verified second factor needs a
   * session at `aal2`.
   *
   * @param request How to make the request.
   * @returns The options of the ceremony, and the challenge that it answers.
   * @throws {AuthApiError} `insufficient_aal`, `too_many_passkeys`,
   * `validation_failed` (a user of single sign-on), `no_authorization` (an
   * anonymous user)
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /passkeys/registration/options`
   */
  async startRegistration(
    request?: RequestOptions,
  ): Promise<PasskeyRegistrationOptions> {
    const config = await currentUser(this.#context.manager, request);
    return await passkeyStartRegistration(config, request);
  }

  /**
   * Ends the registration of a passkey.
   *
   * @param params The challenge, and the credential that answers it.
   * @param request How to make the request.
   * @returns The passkey, named after its authenticator where that is known.
   * @throws {AuthApiError} `webauthn_challenge_not_found`,
   * `webauthn_challenge_expired`, `webauthn_verification_failed`,
   * `webauthn_credential_exists`, `insufficient_aal`, `too_many_passkeys`,
   * `validation_failed`, `no_authorization` (an anonymous user)
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /passkeys/registration/verify`
   */
  async verifyRegistration(
    params: PasskeyVerifyRegistrationParams,
    request?: RequestOptions,
  ): Promise<Passkey> {
    const config = await currentUser(this.#context.manager, request);
    return await passkeyVerifyRegistration(config, params, request);
  }

  /**
   * Starts to sign in by passkey.
   *
   * @param params The answer to a captcha.
   * @param request How to make the request.
   * @returns The options of the ceremony, and the challenge that it answers.
   * @throws {AuthApiError} `over_request_rate_limit`, `captcha_failed`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /passkeys/authentication/options`
   */
  async startAuthentication(
    params?: PasskeyStartAuthenticationParams,
    request?: RequestOptions,
  ): Promise<PasskeyAuthenticationOptions> {
    const { config } = this.#context;
    return await passkeyStartAuthentication(config, params, request);
  }

  /**
   * Signs in by what the ceremony gave. Subscribers are told `SIGNED_IN`.
   *
   * @param params The challenge, and the proof that answers it.
   * @param request How to make the request.
   * @returns The user and the session.
   * @throws {AuthApiError} `webauthn_challenge_not_found`,
   * `webauthn_challenge_expired`, `webauthn_verification_failed`,
   * `email_not_confirmed`, `phone_not_confirmed`, `user_banned`,
   * `validation_failed`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /passkeys/authentication/verify`
   */
  async verifyAuthentication(
    params: PasskeyVerifyAuthenticationParams,
    request?: RequestOptions,
  ): Promise<SignedIn<M>> {
    const context = this.#context;
    return await enter(context, passkeyVerifyAuthentication, params, request);
  }

  /**
   * Lists the user's passkeys, oldest first.
   *
   * @param request How to make the request.
   * @returns The passkeys.
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `GET /passkeys`
   */
  async list(request?: RequestOptions): Promise<readonly Passkey[]> {
    const config = await currentUser(this.#context.manager, request);
    return await passkeyList(config, request);
  }

  /**
   * Renames a passkey.
   *
   * @param params Which passkey, and its new name.
   * @param request How to make the request.
   * @returns The passkey, renamed.
   * @throws {AuthApiError} `validation_failed` (also with 404 for a passkey that
   * the user does not have)
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `PATCH /passkeys/{id}`
   */
  async update(
    params: PasskeyUpdateParams,
    request?: RequestOptions,
  ): Promise<Passkey> {
    const config = await currentUser(this.#context.manager, request);
    return await passkeyUpdate(config, params, request);
  }

  /**
   * Deletes a passkey. A user with a verified second factor needs a session at
   * `aal2`.
   *
   * @param params Which passkey.
   * @param request How to make the request.
   * @returns Nothing.
   * @throws {AuthApiError} `insufficient_aal`, `validation_failed` (with 404 for
   * a passkey that the user does not have)
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError} No answer.
   * @see `DELETE /passkeys/{id}`
   */
  async delete(
    params: { readonly passkeyId: string },
    request?: RequestOptions,
  ): Promise<void> {
    const config = await currentUser(this.#context.manager, request);
    await passkeyDelete(config, params, request);
  }
}
