import type {
  RegisterPasskeyParams,
  SignInWithPasskeyParams,
} from "../browser/passkeys.ts";
import type { Metadata, UnknownMetadata } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import type { Passkey } from "../wire/passkey.ts";
import type { SignedIn } from "../wire/session.ts";

/**
 * Passkeys, in a page: each method holds a ceremony of the browser between two
 * requests. The requests alone are in `auth.passkey`.
 *
 * Without a `signal` of its own, a ceremony ends the one before that has none
 * either.
 */
export interface PasskeyMethods<M extends Metadata = UnknownMetadata> {
  /**
   * Signs in by a passkey that the user chooses. Nobody is named beforehand.
   * Subscribers are told `SIGNED_IN`.
   *
   * With `options.mediation: "conditional"` passkeys are offered among the
   * suggestions of an input whose `autocomplete` has `webauthn`. Start it when
   * the page is shown, and again on `webauthn_challenge_expired`: a challenge
   * lives five minutes.
   *
   * @param params How the ceremony is held, and the answer to a captcha.
   * @param request How to make each of the requests.
   * @returns The user and the session.
   * @throws {AuthCeremonyError} `ceremony_not_supported` before any request,
   * `ceremony_not_allowed` (the user has declined, or been too late),
   * `ceremony_aborted`, `ceremony_invalid_domain`, `ceremony_failed`
   * @throws {AuthApiError} `passkey_disabled`, `webauthn_challenge_expired`,
   * `webauthn_challenge_not_found`, `webauthn_verification_failed`,
   * `email_not_confirmed`, `phone_not_confirmed`, `user_banned`,
   * `over_request_rate_limit`, `captcha_failed`, `validation_failed`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /passkeys/authentication/options`, `POST /passkeys/authentication/verify`
   * @see {@link https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion}
   *
   * @example
   * ```ts
   * import { AuthClient, isAuthError } from "@gotrue/edge";
   *
   * const auth = new AuthClient({ url: "https://auth.example" });
   * try {
   *   const { user } = await auth.signInWithPasskey();
   *   console.log(user.email);
   * } catch (error) {
   *   // Where this example runs, there is no browser.
   *   if (!isAuthError(error, "ceremony_not_supported")) throw error;
   *   console.log("Sign in by password instead");
   * }
   * ```
   */
  signInWithPasskey(
    params?: SignInWithPasskeyParams,
    request?: RequestOptions,
  ): Promise<SignedIn<M>>;

  /**
   * Adds a passkey to the signed-in user. A user with a verified second factor
   * needs a session at `aal2`.
   *
   * @param params How the ceremony is held.
   * @param request How to make each of the requests.
   * @returns The passkey, named after its authenticator where that is known.
   * @throws {AuthCeremonyError} `ceremony_not_supported`,
   * `ceremony_credential_exists`, `ceremony_not_allowed`, `ceremony_aborted`,
   * `ceremony_invalid_domain`, `ceremony_failed`
   * @throws {AuthApiError} `passkey_disabled`, `insufficient_aal`,
   * `too_many_passkeys`, `webauthn_challenge_expired`,
   * `webauthn_challenge_not_found`, `webauthn_verification_failed`,
   * `webauthn_credential_exists`, `validation_failed`, `no_authorization` (an
   * anonymous user)
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /passkeys/registration/options`, `POST /passkeys/registration/verify`
   * @see {@link https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential}
   *
   * @example
   * ```ts
   * import { AuthClient, isAuthError } from "@gotrue/edge";
   *
   * const auth = new AuthClient({ url: "https://auth.example" });
   * try {
   *   const passkey = await auth.registerPasskey();
   *   console.log(passkey.friendly_name, passkey.created_at);
   * } catch (error) {
   *   if (!isAuthError(error, "session_missing")) throw error;
   *   console.log("Sign in first");
   * }
   * ```
   */
  registerPasskey(
    params?: RegisterPasskeyParams,
    request?: RequestOptions,
  ): Promise<Passkey>;
}
