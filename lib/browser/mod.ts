/**
 * Passkeys, and second factors that are security keys or devices: the
 * ceremonies of `navigator.credentials` over the functions of `./api`. Nothing
 * is looked up at import; where there is no WebAuthn, each function throws
 * `ceremony_not_supported` before any request. `AuthClient` has the same as
 * `signInWithPasskey()`, `registerPasskey()` and `mfa.webauthn`.
 *
 * @example
 * ```ts
 * import { createAuthConfig, isAuthError } from "@gotrue/edge/api";
 * import { signInWithPasskey } from "@gotrue/edge/passkeys";
 *
 * const config = createAuthConfig({ projectUrl: "https://project.supabase.co" });
 * try {
 *   const { user } = await signInWithPasskey(config);
 *   console.log(user.email);
 * } catch (error) {
 *   // The user has closed the dialog, or there is none.
 *   if (isAuthError(error, "ceremony_not_allowed")) console.log("Never mind");
 *   else if (!isAuthError(error, "ceremony_not_supported")) throw error;
 * }
 * ```
 *
 * @module
 */
export type {
  AppMetadata,
  AuthConfig,
  AuthDiagnostic,
  Fetch,
  Metadata,
  MetadataSchemas,
  OnDiagnostic,
  StandardSchema,
  UnknownMetadata,
  UserConfig,
} from "../config.ts";
export type {
  AuthErrorCode,
  CeremonyErrorCode,
  ClientErrorCode,
  NetworkErrorCode,
  ResponseErrorCode,
  ServerErrorCode,
  SessionErrorCode,
  TokenErrorCode,
} from "../error_codes.ts";
export {
  AuthApiError,
  AuthCeremonyError,
  AuthError,
  AuthNetworkError,
  AuthResponseError,
  isAuthError,
} from "../errors.ts";
export type { AuthErrorDetails } from "../errors.ts";
export type { RequestOptions } from "../request.ts";
export type { Factor, FactorType } from "../wire/factor.ts";
export type { Passkey } from "../wire/passkey.ts";
export type { Session, SignedIn } from "../wire/session.ts";
export type { User, UserIdentity } from "../wire/user.ts";
export type {
  AuthenticationResponseJSON,
  AuthenticatorSelectionJSON,
  CredentialDescriptorJSON,
  CredentialJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "../wire/webauthn.ts";

export type { MfaVerifyWebauthnParams } from "../api/factor_verify.ts";
export type {
  CeremonyOptions,
  CredentialsContainer,
  SignInCeremonyOptions,
} from "./ceremonies.ts";
export type {
  CeremonyOverrides,
  FactorCeremony,
  MfaWebauthnAuthenticateParams,
  MfaWebauthnChallengeParams,
  MfaWebauthnRegisterParams,
} from "./ceremony_factors.ts";
export {
  mfaWebauthnAuthenticate,
  mfaWebauthnChallenge,
  mfaWebauthnRegister,
} from "./passkey_factors.ts";
export { registerPasskey, signInWithPasskey } from "./passkeys.ts";
export type {
  RegisterPasskeyParams,
  SignInWithPasskeyParams,
} from "./passkeys.ts";
