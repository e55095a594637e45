/** Passkeys: the requests, and the ceremony between them. */
import {
  passkeyStartAuthentication,
  passkeyVerifyAuthentication,
} from "../api/passkey_authentication.ts";
import {
  passkeyStartRegistration,
  passkeyVerifyRegistration,
} from "../api/passkey_registration.ts";
import type { AuthConfig, Metadata, UserConfig } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import type { Passkey } from "../wire/passkey.ts";
import type { SignedIn } from "../wire/session.ts";
import {
  type CeremonyOptions,
  createCredential,
  getCredential,
  requireCeremonies,
  requireMediation,
  type SignInCeremonyOptions,
} from "./ceremonies.ts";

/** How to sign in by passkey. */
export interface SignInWithPasskeyParams {
  /** How the ceremony is held, and what else the server should know. */
  readonly options?: SignInCeremonyOptions & {
    /** The answer to a captcha, where the server demands one. */
    readonly captchaToken?: string;
  };
}

/** How to add a passkey. */
export interface RegisterPasskeyParams {
  /** How the ceremony is held. */
  readonly options?: CeremonyOptions;
}

/**
 * Signs in by a passkey that the user chooses: two requests, and the browser's
 * ceremony between them. Nobody is named beforehand.
 *
 * A challenge lives five minutes. With `mediation: "conditional"` the ceremony
 * may wait longer: begin it again on `webauthn_challenge_expired`.
 *
 * @param config The server.
 * @param params How the ceremony is held, and the answer to a captcha.
 * @param request How to make each of the requests.
 * @returns The user and the session.
 * @throws {AuthCeremonyError} `ceremony_not_supported` before any request,
 * `ceremony_not_allowed`, `ceremony_aborted`, `ceremony_invalid_domain`,
 * `ceremony_failed`
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
 * import { createAuthConfig, isAuthError } from "@gotrue/edge/api";
 * import { signInWithPasskey } from "@gotrue/edge/passkeys";
 *
 * const config = createAuthConfig({ url: "https://auth.example" });
 * try {
 *   const { user, session } = await signInWithPasskey(config);
 *   console.log(user.email, session.expires_at);
 * } catch (error) {
 *   // Where this example runs, there is no browser.
 *   if (!isAuthError(error, "ceremony_not_supported")) throw error;
 *   console.log("Sign in by password instead");
 * }
 * ```
 */
export async function signInWithPasskey<M extends Metadata>(
  config: AuthConfig<M>,
  params: SignInWithPasskeyParams = {},
  request?: RequestOptions,
): Promise<SignedIn<M>> {
  const { options: how = {} } = params;
  requireCeremonies(how);
  await requireMediation(how);
  const { challenge_id: challengeId, options } =
    await passkeyStartAuthentication(config, params, request);
  const credential = await getCredential(options, how, request);
  const answer = { challengeId, credential };
  return await passkeyVerifyAuthentication(config, answer, request);
}

/**
 * Adds a passkey to the user: two requests, and the browser's ceremony between
 * them. A user with a verified second factor needs a session at `aal2`.
 *
 * @param config The server and the user's access token.
 * @param params How the ceremony is held.
 * @param request How to make each of the requests.
 * @returns The passkey, named after its authenticator where that is known.
 * @throws {AuthCeremonyError} `ceremony_not_supported` before any request,
 * `ceremony_credential_exists`, `ceremony_not_allowed`, `ceremony_aborted`,
 * `ceremony_invalid_domain`, `ceremony_failed`
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `passkey_disabled`, `insufficient_aal`, `too_many_passkeys`,
 * `webauthn_challenge_expired`, `webauthn_challenge_not_found`,
 * `webauthn_verification_failed`, `webauthn_credential_exists`,
 * `validation_failed`, `no_authorization` (an anonymous user)
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /passkeys/registration/options`, `POST /passkeys/registration/verify`
 * @see {@link https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential}
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   isAuthError,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 * import { registerPasskey } from "@gotrue/edge/passkeys";
 *
 * const config = createAuthConfig({ url: "https://auth.example" });
 * try {
 *   const user = withAccessToken(config, "header.payload.signature");
 *   const passkey = await registerPasskey(user);
 *   console.log(passkey.friendly_name, passkey.created_at);
 * } catch (error) {
 *   // Where this example runs, there is no browser.
 *   if (!isAuthError(error, "ceremony_not_supported")) throw error;
 * }
 * ```
 */
export async function registerPasskey(
  config: UserConfig<Metadata>,
  params?: RegisterPasskeyParams,
  request?: RequestOptions,
): Promise<Passkey> {
  return await registerWith(() => config, params, request);
}

/**
 * The same for a user whose token may change during the ceremony.
 *
 * @param user Gives the configuration with a token that lives.
 * @param params How the ceremony is held.
 * @param request How to make each of the requests.
 * @returns The passkey.
 */
export async function registerWith(
  user: () => UserConfig<Metadata> | Promise<UserConfig<Metadata>>,
  { options: how = {} }: RegisterPasskeyParams = {},
  request?: RequestOptions,
): Promise<Passkey> {
  const config = await user();
  requireCeremonies(how);
  const { challenge_id: challengeId, options } = await passkeyStartRegistration(
    config,
    request,
  );
  const credential = await createCredential(options, how, request);
  const answer = { challengeId, credential };
  return await passkeyVerifyRegistration(await user(), answer, request);
}
