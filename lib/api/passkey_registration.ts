/** `/passkeys/registration`: adding a passkey to the user. */
import type { Metadata, UserConfig } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import {
  parsePasskey,
  parseRegistrationOptions,
  type Passkey,
  type PasskeyRegistrationOptions,
} from "../wire/passkey.ts";
import type { RegistrationResponseJSON } from "../wire/webauthn.ts";

/**
 * Starts to register a passkey: the first half of `registerPasskey` of
 * `./passkeys`, for those who hold the ceremony by themselves. A user with a
 * verified second factor needs a session at `aal2`.
 *
 * @param config The server and the user's access token.
 * @param request How to make the request.
 * @returns The options of the ceremony, and the challenge that it answers.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `passkey_disabled`, `insufficient_aal`, `too_many_passkeys`,
 * `validation_failed` (a user of single sign-on), `no_authorization` (an
 * anonymous user)
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /passkeys/registration/options`
 * @see {@link https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential}
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   passkeyStartRegistration,
 *   signUp,
 *   withAccessToken,
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
 * const { session } = await signUp(config, {
 *   email: "ada@example.com",
 *   password: "correct horse",
 * });
 * const asAda = withAccessToken(config, session?.access_token ?? "");
 * const { options } = await passkeyStartRegistration(asAda);
 * console.log(options.rp.id, options.user.name); // app.example ada@example.com
 * ```
 */
export function passkeyStartRegistration(
  config: UserConfig<Metadata>,
  request?: RequestOptions,
): Promise<PasskeyRegistrationOptions> {
  return send(
    config,
    { method: "POST", path: "/passkeys/registration/options", body: {} },
    ({ body }) => parseRegistrationOptions(body),
    request,
  );
}

/** What came out of the ceremony that makes a passkey. */
export interface PasskeyVerifyRegistrationParams {
  /** The `challenge_id` that the ceremony was begun with. */
  readonly challengeId: string;
  /** The new credential, as its `toJSON()` gives it. */
  readonly credential: RegistrationResponseJSON;
}

/**
 * Ends the registration of a passkey. The challenge is used up by it, whatever
 * comes of it.
 *
 * @param config The server and the user's access token.
 * @param params The challenge, and the credential that answers it.
 * @param request How to make the request.
 * @returns The passkey, named after its authenticator where that is known.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `passkey_disabled`, `insufficient_aal`, `too_many_passkeys`,
 * `webauthn_challenge_not_found`, `webauthn_challenge_expired`,
 * `webauthn_verification_failed`, `webauthn_credential_exists`,
 * `validation_failed`, `no_authorization` (an anonymous user)
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /passkeys/registration/verify`
 * @see {@link https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential}
 *
 * @example In a page, with the ceremony written out
 * ```ts
 * import {
 *   type Passkey,
 *   passkeyStartRegistration,
 *   passkeyVerifyRegistration,
 *   type RegistrationResponseJSON,
 *   type UserConfig,
 * } from "@gotrue/edge/api";
 *
 * export async function addPasskey(user: UserConfig): Promise<Passkey> {
 *   const { challenge_id, options } = await passkeyStartRegistration(user);
 *   const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
 *   const created = await navigator.credentials.create({ publicKey });
 *   const json = (created as PublicKeyCredential).toJSON();
 *   const credential = json as RegistrationResponseJSON;
 *   const params = { challengeId: challenge_id, credential };
 *   return await passkeyVerifyRegistration(user, params);
 * }
 * ```
 */
export function passkeyVerifyRegistration(
  config: UserConfig<Metadata>,
  params: PasskeyVerifyRegistrationParams,
  request?: RequestOptions,
): Promise<Passkey> {
  const { challengeId, credential } = params;
  return send(
    config,
    {
      method: "POST",
      path: "/passkeys/registration/verify",
      body: { challenge_id: challengeId, credential },
    },
    ({ body }) => parsePasskey(body),
    request,
  );
}
