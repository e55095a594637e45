/**
 * One pure function per request of the auth server: configuration in, result
 * out, a typed error where something fails. For Workers and functions that need
 * a call, not a client.
 *
 * Besides the codes named at each function, any call may be refused with
 * `request_timeout`, `unexpected_failure`, a `hook_…` code where the server
 * calls hooks, and `unknown` by a gateway.
 *
 * @example
 * ```ts
 * import { createAuthConfig, signInWithPassword, signUp } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const config = createAuthConfig(createEmulator().clientOptions());
 * await signUp(config, { email: "ada@example.com", password: "correct horse" });
 * const { user, session } = await signInWithPassword(config, {
 *   email: "ada@example.com",
 *   password: "correct horse",
 * });
 * console.log(user.email, session.expires_at);
 * ```
 *
 * @module
 */
export { createAuthConfig, withAccessToken } from "../config.ts";
export type {
  AppMetadata,
  AuthConfig,
  AuthConfigBase,
  AuthConfigOptions,
  AuthDiagnostic,
  Fetch,
  HeaderRecord,
  Metadata,
  MetadataSchemas,
  OnDiagnostic,
  ParsedMetadata,
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
  AuthError,
  AuthNetworkError,
  AuthResponseError,
  AuthWeakPasswordError,
  isAuthError,
} from "../errors.ts";
export type { AuthErrorDetails } from "../errors.ts";
export { calculateCodeChallenge, generateCodeVerifier } from "../pkce.ts";
export type { Sha256 } from "../pkce.ts";
export type { RequestOptions } from "../request.ts";
export type { Factor, FactorType } from "../wire/factor.ts";
export type { FactorList } from "../wire/factor_list.ts";
export type { MessageSent } from "../wire/message.ts";
export type {
  CodeChallenge,
  EnrolledPhone,
  EnrolledTotp,
  EnrolledWebauthn,
  WebauthnCeremony,
  WebauthnChallenge,
} from "../wire/mfa.ts";
export type {
  Passkey,
  PasskeyAuthenticationOptions,
  PasskeyChallenge,
  PasskeyRegistrationOptions,
} from "../wire/passkey.ts";
export type {
  NotSignedIn,
  Session,
  SignedIn,
  WeakPassword,
} from "../wire/session.ts";
export type { Health, Jwk, Jwks, Settings } from "../wire/settings.ts";
export type { User, UserIdentity, UserResult } from "../wire/user.ts";
export type {
  AuthenticationResponseJSON,
  AuthenticatorSelectionJSON,
  CredentialDescriptorJSON,
  CredentialJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "../wire/webauthn.ts";

export { signInAnonymously } from "./sign_up.ts";
export type { SignInAnonymouslyParams } from "./sign_up.ts";
export { signInWithOAuth } from "./authorize.ts";
export { parseCallback, withoutCallback } from "./callback.ts";
export type { Callback, CallbackTokens } from "./callback.ts";
export type { OAuthUrl, SignInWithOAuthParams } from "./authorize.ts";
export { mfaVerify } from "./factor_verify.ts";
export type {
  MfaVerifyParams,
  MfaVerifyWebauthnParams,
} from "./factor_verify.ts";
export { mfaChallenge, mfaEnroll, mfaUnenroll } from "./factors.ts";
export type {
  MfaChallengeParams,
  MfaChallengeWebauthnParams,
  MfaEnrollParams,
  MfaEnrollPhoneParams,
  MfaEnrollResult,
  MfaEnrollTotpParams,
  MfaEnrollWebauthnParams,
} from "./factors.ts";
export { linkIdentity, unlinkIdentity } from "./identities.ts";
export type {
  LinkIdentityParams,
  LinkIdentityTokenParams,
} from "./identities.ts";
export { signOut } from "./logout.ts";
export type { SignOutScope } from "./logout.ts";
export { signInWithOtp } from "./otp.ts";
export type { SignInWithOtpParams } from "./otp.ts";
export {
  passkeyStartAuthentication,
  passkeyVerifyAuthentication,
} from "./passkey_authentication.ts";
export type {
  PasskeyStartAuthenticationParams,
  PasskeyVerifyAuthenticationParams,
} from "./passkey_authentication.ts";
export {
  passkeyStartRegistration,
  passkeyVerifyRegistration,
} from "./passkey_registration.ts";
export type { PasskeyVerifyRegistrationParams } from "./passkey_registration.ts";
export { passkeyDelete, passkeyList, passkeyUpdate } from "./passkeys.ts";
export type { PasskeyUpdateParams } from "./passkeys.ts";
export { reauthenticate } from "./reauthenticate.ts";
export { resetPasswordForEmail } from "./recover.ts";
export type { ResetPasswordOptions } from "./recover.ts";
export { resend } from "./resend.ts";
export type { ResendParams } from "./resend.ts";
export { getHealth, getJwks, getSettings } from "./settings.ts";
export { signUp } from "./sign_up.ts";
export type { SignUpParams } from "./sign_up.ts";
export { signInWithSSO } from "./sso.ts";
export type { SignInWithSSOParams } from "./sso.ts";
export { refreshSession, signInWithPassword } from "./token.ts";
export type {
  SignedInWithPassword,
  SignInWithPasswordParams,
} from "./token.ts";
export { exchangeCodeForSession } from "./token_code.ts";
export { signInWithIdToken } from "./token_id.ts";
export type { SignInWithIdTokenParams } from "./token_id.ts";
export { getUser } from "./user.ts";
export { getUserIdentities, mfaListFactors } from "./user_parts.ts";
export { updateUser } from "./user_update.ts";
export type { UpdateUserOptions, UserAttributes } from "./user_update.ts";
export { verifyOtp } from "./verify.ts";
export type {
  EmailOtpType,
  HalfConfirmed,
  MobileOtpType,
  VerifyOtpOptions,
  VerifyOtpParams,
  VerifyOtpResult,
} from "./verify.ts";
