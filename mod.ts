/**
 * The client for an application with a signed-in user: {@link AuthClient}, its
 * errors, types and storages.
 *
 * @example
 * ```ts
 * import { AuthClient, isAuthError } from "@gotrue/edge";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const auth = new AuthClient(createEmulator().clientOptions());
 * auth.onAuthStateChange((event, session) => console.log(event, session?.user.email));
 * await auth.signUp({ email: "ada@example.com", password: "correct horse" });
 * try {
 *   await auth.signInWithPassword({ email: "ada@example.com", password: "wrong" });
 * } catch (error) {
 *   if (!isAuthError(error, "invalid_credentials")) throw error;
 * }
 * await auth.signOut();
 * ```
 *
 * @module
 */
export { AuthClient } from "./lib/client/auth_client.ts";
export type { AuthMethods } from "./lib/client/auth_methods.ts";
export type { Subscription } from "./lib/client/bound.ts";
export type { ExchangedCode } from "./lib/client/callback.ts";
export type {
  ClaimsResult,
  GetClaimsOptions,
} from "./lib/client/get_claims.ts";
export type { AssuranceLevel, AuthMfa } from "./lib/client/mfa.ts";
export type {
  AuthClientOptions,
  ClientVerifierOptions,
} from "./lib/client/options.ts";
export type { AuthPasskey } from "./lib/client/passkey.ts";
export type { PasskeyMethods } from "./lib/client/passkey_methods.ts";
export type { RedirectMethods } from "./lib/client/redirect_methods.ts";
export type { SessionMethods } from "./lib/client/session_methods.ts";
export type { Tokens } from "./lib/client/set_session.ts";
export type { SignInMethods } from "./lib/client/sign_in_methods.ts";
export type { StateMethods } from "./lib/client/state_methods.ts";
export type { AuthMfaWebauthn } from "./lib/client/webauthn.ts";
export type {
  OAuthResult,
  RedirectOptions,
  WithoutChallenge,
  WithRedirect,
} from "./lib/client/flows.ts";
export { createAuthConfig, withAccessToken } from "./lib/config.ts";
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
} from "./lib/config.ts";
export type {
  AuthErrorCode,
  CeremonyErrorCode,
  ClientErrorCode,
  NetworkErrorCode,
  ResponseErrorCode,
  ServerErrorCode,
  SessionErrorCode,
  TokenErrorCode,
} from "./lib/error_codes.ts";
export {
  AuthApiError,
  AuthCeremonyError,
  AuthError,
  AuthNetworkError,
  AuthResponseError,
  AuthSessionError,
  AuthTokenError,
  AuthWeakPasswordError,
  isAuthError,
} from "./lib/errors.ts";
export type { AuthErrorDetails } from "./lib/errors.ts";
export type {
  AccessTokenClaims,
  AmrEntry,
  AuthenticatorAssuranceLevel,
  PolicyOptions,
  VerifiedClaims,
} from "./lib/jwt/claims.ts";
export type { JwtHeader } from "./lib/jwt/decode.ts";
export { calculateCodeChallenge, generateCodeVerifier } from "./lib/pkce.ts";
export type { Sha256 } from "./lib/pkce.ts";
export type { RequestOptions } from "./lib/request.ts";
export type { AuthChangeCallback, ChangeInfo } from "./lib/session/events.ts";
export type { AuthSnapshot } from "./lib/session/manager_options.ts";
export type { AuthChangeEvent, ChangeCause } from "./lib/session/state.ts";
export { memoryStorage } from "./lib/session/storage.ts";
export type { SessionStorage } from "./lib/session/storage.ts";
export type { Factor, FactorType } from "./lib/wire/factor.ts";
export type { FactorList } from "./lib/wire/factor_list.ts";
export type { MessageSent } from "./lib/wire/message.ts";
export type {
  CodeChallenge,
  EnrolledPhone,
  EnrolledTotp,
  EnrolledWebauthn,
  WebauthnCeremony,
  WebauthnChallenge,
} from "./lib/wire/mfa.ts";
export type {
  Passkey,
  PasskeyAuthenticationOptions,
  PasskeyChallenge,
  PasskeyRegistrationOptions,
} from "./lib/wire/passkey.ts";
export { parseSession } from "./lib/wire/session.ts";
export type {
  NotSignedIn,
  Session,
  SignedIn,
  WeakPassword,
} from "./lib/wire/session.ts";
export type { Jwk, Jwks } from "./lib/wire/settings.ts";
export { parseUser } from "./lib/wire/user.ts";
export type { User, UserIdentity, UserResult } from "./lib/wire/user.ts";
export type {
  AuthenticationResponseJSON,
  AuthenticatorSelectionJSON,
  CredentialDescriptorJSON,
  CredentialJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "./lib/wire/webauthn.ts";

// The parameters of the methods, by the names they have in ./api.
export type { SignInAnonymouslyParams } from "./lib/api/sign_up.ts";
export type { SignInWithOAuthParams } from "./lib/api/authorize.ts";
export type {
  MfaVerifyParams,
  MfaVerifyWebauthnParams,
} from "./lib/api/factor_verify.ts";
export type {
  MfaChallengeParams,
  MfaChallengeWebauthnParams,
  MfaEnrollParams,
  MfaEnrollPhoneParams,
  MfaEnrollResult,
  MfaEnrollTotpParams,
  MfaEnrollWebauthnParams,
} from "./lib/api/factors.ts";
export type {
  LinkIdentityParams,
  LinkIdentityTokenParams,
} from "./lib/api/identities.ts";
export type { SignOutScope } from "./lib/api/logout.ts";
export type { SignInWithOtpParams } from "./lib/api/otp.ts";
export type {
  PasskeyStartAuthenticationParams,
  PasskeyVerifyAuthenticationParams,
} from "./lib/api/passkey_authentication.ts";
export type { PasskeyVerifyRegistrationParams } from "./lib/api/passkey_registration.ts";
export type { PasskeyUpdateParams } from "./lib/api/passkeys.ts";
export type { ResendParams } from "./lib/api/resend.ts";
export type { SignUpParams } from "./lib/api/sign_up.ts";
export type { SignInWithSSOParams } from "./lib/api/sso.ts";
export type {
  SignedInWithPassword,
  SignInWithPasswordParams,
} from "./lib/api/token.ts";
export type { SignInWithIdTokenParams } from "./lib/api/token_id.ts";
export type { UserAttributes } from "./lib/api/user_update.ts";
export type {
  EmailOtpType,
  HalfConfirmed,
  MobileOtpType,
  VerifyOtpOptions,
  VerifyOtpParams,
  VerifyOtpResult,
} from "./lib/api/verify.ts";

// The ceremonies of the browser, as in ./passkeys.
export type {
  CeremonyOptions,
  CredentialsContainer,
  SignInCeremonyOptions,
} from "./lib/browser/ceremonies.ts";
export type {
  CeremonyOverrides,
  FactorCeremony,
  MfaWebauthnAuthenticateParams,
  MfaWebauthnChallengeParams,
  MfaWebauthnRegisterParams,
} from "./lib/browser/ceremony_factors.ts";
export type {
  RegisterPasskeyParams,
  SignInWithPasskeyParams,
} from "./lib/browser/passkeys.ts";
