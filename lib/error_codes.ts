/**
 * Every error code that can be met: the server's and ours.
 *
 * Types only, so that naming a code costs nothing in a bundle. The two lists
 * do not overlap; a new code of the server is a minor release.
 */

/** A code that the auth server sends in the body of a refusal. */
export type ServerErrorCode =
  | "anonymous_provider_disabled"
  | "bad_code_verifier"
  | "bad_json"
  | "bad_jwt"
  | "bad_oauth_callback"
  | "bad_oauth_state"
  | "captcha_failed"
  | "conflict"
  | "current_password_invalid"
  | "current_password_required"
  | "custom_provider_not_found"
  | "email_address_invalid"
  | "email_address_not_authorized"
  | "email_address_not_provided"
  | "email_conflict_identity_not_deletable"
  | "email_exists"
  | "email_not_confirmed"
  | "email_provider_disabled"
  | "feature_disabled"
  | "flow_state_already_used"
  | "flow_state_expired"
  | "flow_state_not_found"
  | "hook_payload_invalid_content_type"
  | "hook_payload_over_size_limit"
  | "hook_timeout"
  | "hook_timeout_after_retry"
  | "identity_already_exists"
  | "identity_not_found"
  | "insufficient_aal"
  | "invalid_credentials"
  | "invite_not_found"
  | "manual_linking_disabled"
  | "mfa_challenge_expired"
  | "mfa_factor_name_conflict"
  | "mfa_factor_not_found"
  | "mfa_ip_address_mismatch"
  | "mfa_phone_enroll_not_enabled"
  | "mfa_phone_verify_not_enabled"
  | "mfa_recovery_codes_enroll_not_enabled"
  | "mfa_recovery_codes_locked"
  | "mfa_recovery_codes_sole_factor"
  | "mfa_recovery_codes_verify_not_enabled"
  | "mfa_totp_enroll_not_enabled"
  | "mfa_totp_verify_not_enabled"
  | "mfa_verification_failed"
  | "mfa_verification_rejected"
  | "mfa_verified_factor_exists"
  | "mfa_webauthn_enroll_not_enabled"
  | "mfa_webauthn_verify_not_enabled"
  | "no_authorization"
  | "not_admin"
  | "oauth_authorization_not_found"
  | "oauth_client_not_found"
  | "oauth_client_state_expired"
  | "oauth_client_state_not_found"
  | "oauth_consent_not_found"
  | "oauth_dynamic_client_registration_disabled"
  | "oauth_invalid_state"
  | "oauth_provider_not_supported"
  | "otp_disabled"
  | "otp_expired"
  | "over_custom_provider_quota"
  | "over_email_send_rate_limit"
  | "over_request_rate_limit"
  | "over_sms_send_rate_limit"
  | "passkey_disabled"
  | "phone_exists"
  | "phone_not_confirmed"
  | "phone_provider_disabled"
  | "provider_disabled"
  | "provider_email_needs_verification"
  | "reauth_nonce_missing"
  | "reauthentication_needed"
  | "reauthentication_not_valid"
  | "refresh_token_already_used"
  | "refresh_token_not_found"
  | "request_entity_too_large"
  | "request_timeout"
  | "same_password"
  | "saml_assertion_no_email"
  | "saml_assertion_no_user_id"
  | "saml_entity_id_mismatch"
  | "saml_idp_already_exists"
  | "saml_idp_not_found"
  | "saml_metadata_fetch_failed"
  | "saml_provider_disabled"
  | "saml_relay_state_expired"
  | "saml_relay_state_not_found"
  | "session_expired"
  | "session_not_found"
  | "signup_disabled"
  | "single_identity_not_deletable"
  | "sms_send_failed"
  | "sso_domain_already_exists"
  | "sso_provider_disabled"
  | "sso_provider_not_found"
  | "too_many_enrolled_mfa_factors"
  | "too_many_passkeys"
  | "unexpected_audience"
  | "unexpected_failure"
  | "unknown"
  | "user_already_exists"
  | "user_banned"
  | "user_not_found"
  | "user_sso_managed"
  | "validation_failed"
  | "weak_password"
  | "web3_provider_disabled"
  | "web3_unsupported_chain"
  | "webauthn_challenge_expired"
  | "webauthn_challenge_not_found"
  | "webauthn_credential_exists"
  | "webauthn_credential_not_found"
  | "webauthn_verification_failed";

/** No answer came: {@link AuthNetworkError}. */
export type NetworkErrorCode = "network_failure" | "timeout" | "aborted";

/** An answer came that cannot be understood: {@link AuthResponseError}. */
export type ResponseErrorCode = "invalid_response" | "response_too_large";

/** No session, or another one than the call was made for: {@link AuthSessionError}. */
export type SessionErrorCode =
  | "session_missing"
  | "session_superseded"
  | "pkce_code_verifier_not_found"
  | "client_disposed";

/** A token that is refused, by its reason: {@link AuthTokenError}. */
export type TokenErrorCode =
  | "api_key_as_bearer"
  | "jwt_aal_insufficient"
  | "jwt_algorithm_not_allowed"
  | "jwt_audience_mismatch"
  | "jwt_claim_invalid"
  | "jwt_claim_missing"
  | "jwt_expired"
  | "jwt_header_unsupported"
  | "jwt_issued_in_future"
  | "jwt_issuer_mismatch"
  | "jwt_key_not_found"
  | "jwt_key_unsuitable"
  | "jwt_malformed"
  | "jwt_missing"
  | "jwt_not_recent"
  | "jwt_not_yet_valid"
  | "jwt_role_mismatch"
  | "jwt_signature_invalid"
  | "jwt_too_large";

/** The browser or a wallet refused: {@link AuthCeremonyError}. */
export type CeremonyErrorCode =
  | "ceremony_aborted"
  | "ceremony_credential_exists"
  | "ceremony_failed"
  | "ceremony_invalid_domain"
  | "ceremony_not_allowed"
  | "ceremony_not_supported";

/** A code that this library makes. */
export type ClientErrorCode =
  | NetworkErrorCode
  | ResponseErrorCode
  | SessionErrorCode
  | TokenErrorCode
  | CeremonyErrorCode;

/**
 * The code of any {@link AuthError}: a known one, or a text that a newer server
 * sends. The last member keeps completion of the known codes in editors.
 */
export type AuthErrorCode =
  | ServerErrorCode
  | ClientErrorCode
  // deno-lint-ignore ban-types
  | (string & {});
