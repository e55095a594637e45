/** JSON as the server keeps it. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | JsonObject;

/** A JSON object. */
export type JsonObject = { readonly [key: string]: unknown };

/** A point in time: milliseconds since 1970 with a fraction for microseconds. */
export type Time = number;

/** What every record has: its identity, and a serial number that gives the order of insertion. */
export interface Row {
  /** Unique in its table. */
  readonly id: string;
  /** Grows with every insertion into the store. */
  readonly seq: number;
}

/** A user (auth-server §4.1). Absent addresses are "", absent times are null. */
export interface User extends Row {
  readonly aud: string;
  readonly role: string;
  readonly email: string;
  readonly phone: string;
  /** null and "" both mean that there is no password. */
  readonly encrypted_password: string | null;
  readonly email_confirmed_at: Time | null;
  readonly phone_confirmed_at: Time | null;
  readonly invited_at: Time | null;
  readonly confirmation_token: string;
  readonly confirmation_sent_at: Time | null;
  readonly recovery_token: string;
  readonly recovery_sent_at: Time | null;
  /** The pending new address. */
  readonly email_change: string;
  readonly email_change_token_new: string;
  readonly email_change_token_current: string;
  readonly email_change_sent_at: Time | null;
  readonly email_change_confirm_status: 0 | 1;
  /** The pending new number. */
  readonly phone_change: string;
  readonly phone_change_token: string;
  readonly phone_change_sent_at: Time | null;
  readonly reauthentication_token: string;
  readonly reauthentication_sent_at: Time | null;
  readonly last_sign_in_at: Time | null;
  readonly app_metadata: JsonObject;
  readonly user_metadata: JsonObject;
  readonly banned_until: Time | null;
  readonly deleted_at: Time | null;
  readonly is_anonymous: boolean;
  readonly is_sso_user: boolean;
  readonly created_at: Time;
  readonly updated_at: Time;
}

/** A way in which a user can be known. */
export interface Identity extends Row {
  /** The subject at the provider; the user's id for e-mail and phone. */
  readonly provider_id: string;
  readonly user_id: string;
  readonly provider: string;
  readonly identity_data: JsonObject;
  readonly last_sign_in_at: Time | null;
  readonly created_at: Time;
  readonly updated_at: Time;
}

/** One way in which a session was authenticated, and when. */
export interface AmrClaim {
  readonly method: string;
  readonly at: Time;
}

/** A signed-in session. */
export interface Session extends Row {
  readonly user_id: string;
  readonly created_at: Time;
  readonly updated_at: Time;
  readonly refreshed_at: Time | null;
  readonly not_after: Time | null;
  readonly aal: "aal1" | "aal2";
  readonly factor_id: string | null;
  readonly user_agent: string;
  readonly ip: string;
  readonly tag: string | null;
  readonly oauth_client_id: string | null;
  readonly scopes: string | null;
  /** In the order of their first appearance. */
  readonly amr: readonly AmrClaim[];
  /** Base64url of the signing key of refresh tokens of version 2; null for sessions with version 1. */
  readonly refresh_token_hmac_key: string | null;
  readonly refresh_token_counter: number;
}

/** A refresh token of version 1; its id is the token. */
export interface RefreshToken extends Row {
  readonly user_id: string;
  readonly session_id: string;
  /** The token it succeeds, "" for the first of its session. */
  readonly parent: string;
  readonly revoked: boolean;
  readonly created_at: Time;
  readonly updated_at: Time;
}

/** The kinds of one-time tokens that links refer to. */
export type OneTimeTokenType =
  | "confirmation_token"
  | "reauthentication_token"
  | "recovery_token"
  | "email_change_token_new"
  | "email_change_token_current"
  | "phone_change_token";

/** The index by which links are found; at most one per user and type. */
export interface OneTimeToken extends Row {
  readonly user_id: string;
  readonly type: OneTimeTokenType;
  readonly token_hash: string;
  readonly relates_to: string;
}

/** What is remembered between the start of a flow and the exchange of its code. */
export interface FlowState extends Row {
  readonly user_id: string | null;
  readonly auth_code: string | null;
  readonly code_challenge: string | null;
  readonly code_challenge_method: "s256" | "plain" | null;
  readonly provider_type: string;
  readonly authentication_method: string;
  readonly provider_access_token: string;
  readonly provider_refresh_token: string;
  /** What proves our own code challenge to the provider, "" for none. */
  readonly provider_code_verifier: string;
  readonly auth_code_issued_at: Time | null;
  readonly invite_token: string;
  readonly referrer: string;
  readonly linking_target_id: string | null;
  readonly email_optional: boolean;
  readonly created_at: Time;
}

/** The kinds of second factors. */
export type FactorType = "totp" | "phone" | "webauthn";

/** A second factor. */
export interface Factor extends Row {
  readonly user_id: string;
  readonly friendly_name: string;
  readonly factor_type: FactorType;
  readonly status: "unverified" | "verified";
  readonly phone: string;
  /** Base32, for TOTP. */
  readonly secret: string;
  readonly last_challenged_at: Time | null;
  /** A stored WebAuthn credential, and the AAGUID of its authenticator. */
  readonly web_authn_credential: JsonObject | null;
  readonly web_authn_aaguid: string | null;
  /** What the server shows of the last ceremony, in the shape that its own library gives it. */
  readonly last_webauthn_challenge_data?: JsonObject;
  readonly created_at: Time;
  readonly updated_at: Time;
}

/** A challenge of a factor. */
export interface Challenge extends Row {
  readonly factor_id: string;
  readonly created_at: Time;
  readonly verified_at: Time | null;
  readonly ip_address: string;
  readonly otp_code: string;
  readonly web_authn_session: JsonObject | null;
}

/** An entry of the audit log; payload as the admin endpoint shows it. */
export interface AuditEntry extends Row {
  readonly payload: JsonObject;
  readonly created_at: Time;
  readonly ip_address: string;
}

/** A mail that was sent. */
export interface MailRecord extends Row {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  /** The template: confirmation, invite, recovery, magic_link, email_change, reauthentication, or a notification. */
  readonly type: string;
  /** The six-digit code, "" when the mail has none. */
  readonly code: string;
  /** What the link refers to, "" when the mail has none. */
  readonly token_hash: string;
  /** The address that the mail asks to open, "" when it has none. */
  readonly link: string;
  readonly redirect_to: string;
  readonly html: string;
  readonly created_at: Time;
}

/** A text message that was sent. */
export interface SmsRecord extends Row {
  /** Without a leading "+". */
  readonly to: string;
  readonly channel: string;
  readonly code: string;
  readonly text: string;
  readonly created_at: Time;
}
