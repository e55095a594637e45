/** How a setting is written in the environment. Durations become milliseconds. */
export type SettingKind =
  | "text"
  | "switch"
  | "number"
  | "duration"
  | "list"
  | "map";

/** A setting: its kind, and the auth server's own default as it would be written in the environment. */
export type SettingEntry = readonly [SettingKind, string];

/** Addresses, keys and access tokens. */
export const CORE = {
  GOTRUE_SITE_URL: ["text", "http://localhost:3000"],
  API_EXTERNAL_URL: ["text", "http://localhost:9999"],
  GOTRUE_URI_ALLOW_LIST: ["list", ""],
  GOTRUE_JWT_SECRET: [
    "text",
    "super-secret-jwt-token-with-at-least-32-characters-long",
  ],
  GOTRUE_JWT_KEYS: ["text", ""],
  GOTRUE_JWT_KEY_ID: ["text", ""],
  GOTRUE_JWT_VALID_METHODS: ["list", ""],
  GOTRUE_JWT_EXP: ["number", "3600"],
  GOTRUE_JWT_AUD: ["text", ""],
  GOTRUE_JWT_DEFAULT_GROUP_NAME: ["text", ""],
  GOTRUE_JWT_ADMIN_GROUP_NAME: ["text", "admin"],
  GOTRUE_JWT_ADMIN_ROLES: ["list", "service_role,supabase_admin"],
  GOTRUE_JWT_ISSUER: ["text", ""],
  GOTRUE_DISABLE_SIGNUP: ["switch", "false"],
  GOTRUE_CORS_ALLOWED_HEADERS: ["list", ""],
  GOTRUE_AUDIT_LOG_DISABLE_POSTGRES: ["switch", "false"],
  GOTRUE_API_MAX_REQUEST_DURATION: ["duration", "10s"],
  REQUEST_ID_HEADER: ["text", ""],
} as const;

/** E-mail: sign-in, mails and their links. */
export const MAIL = {
  GOTRUE_EXTERNAL_EMAIL_ENABLED: ["switch", "true"],
  GOTRUE_EXTERNAL_EMAIL_MAGIC_LINK_ENABLED: ["switch", "true"],
  GOTRUE_EXTERNAL_EMAIL_AUTHORIZED_ADDRESSES: ["list", ""],
  GOTRUE_MAILER_AUTOCONFIRM: ["switch", "false"],
  GOTRUE_MAILER_ALLOW_UNVERIFIED_EMAIL_SIGN_INS: ["switch", "false"],
  GOTRUE_MAILER_SECURE_EMAIL_CHANGE_ENABLED: ["switch", "true"],
  GOTRUE_MAILER_OTP_EXP: ["number", "86400"],
  GOTRUE_MAILER_OTP_LENGTH: ["number", "6"],
  GOTRUE_MAILER_EXTERNAL_HOSTS: ["list", ""],
  GOTRUE_MAILER_EMAIL_VALIDATION_EXTENDED: ["switch", "false"],
  GOTRUE_MAILER_URLPATHS_INVITE: ["text", "/verify"],
  GOTRUE_MAILER_URLPATHS_CONFIRMATION: ["text", "/verify"],
  GOTRUE_MAILER_URLPATHS_RECOVERY: ["text", "/verify"],
  GOTRUE_MAILER_URLPATHS_EMAIL_CHANGE: ["text", "/verify"],
  GOTRUE_MAILER_SUBJECTS_INVITE: ["text", "You've been invited"],
  GOTRUE_MAILER_SUBJECTS_CONFIRMATION: ["text", "Confirm your email address"],
  GOTRUE_MAILER_SUBJECTS_RECOVERY: ["text", "Reset your password"],
  GOTRUE_MAILER_SUBJECTS_MAGIC_LINK: ["text", "Your sign-in link"],
  GOTRUE_MAILER_SUBJECTS_EMAIL_CHANGE: [
    "text",
    "Confirm your new email address",
  ],
  GOTRUE_MAILER_SUBJECTS_REAUTHENTICATION: [
    "text",
    "{{ .Token }} is your verification code",
  ],
  GOTRUE_SMTP_ADMIN_EMAIL: ["text", ""],
  GOTRUE_MAILER_NOTIFICATIONS_PASSWORD_CHANGED_ENABLED: ["switch", "false"],
  GOTRUE_MAILER_NOTIFICATIONS_EMAIL_CHANGED_ENABLED: ["switch", "false"],
  GOTRUE_MAILER_NOTIFICATIONS_PHONE_CHANGED_ENABLED: ["switch", "false"],
  GOTRUE_MAILER_NOTIFICATIONS_IDENTITY_LINKED_ENABLED: ["switch", "false"],
  GOTRUE_MAILER_NOTIFICATIONS_IDENTITY_UNLINKED_ENABLED: ["switch", "false"],
  GOTRUE_MAILER_NOTIFICATIONS_MFA_FACTOR_ENROLLED_ENABLED: ["switch", "false"],
  GOTRUE_MAILER_NOTIFICATIONS_MFA_FACTOR_UNENROLLED_ENABLED: [
    "switch",
    "false",
  ],
  GOTRUE_SMTP_MAX_FREQUENCY: ["duration", "1m"],
} as const;

/** Text messages. */
export const SMS = {
  GOTRUE_EXTERNAL_PHONE_ENABLED: ["switch", "false"],
  GOTRUE_SMS_AUTOCONFIRM: ["switch", "false"],
  GOTRUE_SMS_PROVIDER: ["text", ""],
  GOTRUE_SMS_MAX_FREQUENCY: ["duration", "1m"],
  GOTRUE_SMS_OTP_EXP: ["number", "60"],
  GOTRUE_SMS_OTP_LENGTH: ["number", "6"],
  GOTRUE_SMS_TEMPLATE: ["text", "Your code is {{ .Code }}"],
  GOTRUE_SMS_TEST_OTP: ["map", ""],
  GOTRUE_SMS_TEST_OTP_VALID_UNTIL: ["text", ""],
} as const;

/** Passwords, refresh tokens, sessions. */
export const SECURITY = {
  GOTRUE_PASSWORD_MIN_LENGTH: ["number", "6"],
  GOTRUE_PASSWORD_REQUIRED_CHARACTERS: ["text", ""],
  GOTRUE_PASSWORD_HIBP_ENABLED: ["switch", "false"],
  GOTRUE_PASSWORD_HIBP_FAIL_CLOSED: ["switch", "false"],
  GOTRUE_SECURITY_REFRESH_TOKEN_ROTATION_ENABLED: ["switch", "true"],
  GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL: ["number", "0"],
  GOTRUE_SECURITY_REFRESH_TOKEN_ALGORITHM_VERSION: ["number", "0"],
  GOTRUE_SECURITY_REFRESH_TOKEN_UPGRADE_PERCENTAGE: ["number", "0"],
  GOTRUE_SECURITY_REFRESH_TOKEN_ALLOW_REUSE: ["switch", "false"],
  GOTRUE_SECURITY_UPDATE_PASSWORD_REQUIRE_REAUTHENTICATION: ["switch", "false"],
  GOTRUE_SECURITY_UPDATE_PASSWORD_REQUIRE_CURRENT_PASSWORD: ["switch", "false"],
  GOTRUE_SECURITY_MANUAL_LINKING_ENABLED: ["switch", "false"],
  GOTRUE_SECURITY_CAPTCHA_ENABLED: ["switch", "false"],
  GOTRUE_SECURITY_CAPTCHA_PROVIDER: ["text", "hcaptcha"],
  GOTRUE_SECURITY_CAPTCHA_SECRET: ["text", ""],
  GOTRUE_SECURITY_CAPTCHA_TIMEOUT: ["duration", "10s"],
  GOTRUE_SECURITY_SB_FORWARDED_FOR_ENABLED: ["switch", "false"],
  GOTRUE_SESSIONS_TIMEBOX: ["duration", "0s"],
  GOTRUE_SESSIONS_INACTIVITY_TIMEOUT: ["duration", "0s"],
  GOTRUE_SESSIONS_ALLOW_LOW_AAL: ["duration", "0s"],
  GOTRUE_SESSIONS_SINGLE_PER_USER: ["switch", "false"],
  GOTRUE_SESSIONS_TAGS: ["list", ""],
} as const;

/** Second factors and passkeys. */
export const FACTORS = {
  GOTRUE_MFA_TOTP_ENROLL_ENABLED: ["switch", "true"],
  GOTRUE_MFA_TOTP_VERIFY_ENABLED: ["switch", "true"],
  GOTRUE_MFA_PHONE_ENROLL_ENABLED: ["switch", "false"],
  GOTRUE_MFA_PHONE_VERIFY_ENABLED: ["switch", "false"],
  GOTRUE_MFA_PHONE_OTP_LENGTH: ["number", "6"],
  GOTRUE_MFA_PHONE_MAX_FREQUENCY: ["duration", "1m"],
  GOTRUE_MFA_PHONE_TEMPLATE: ["text", "Your code is {{ .Code }}"],
  GOTRUE_MFA_WEB_AUTHN_ENROLL_ENABLED: ["switch", "false"],
  GOTRUE_MFA_WEB_AUTHN_VERIFY_ENABLED: ["switch", "false"],
  GOTRUE_MFA_MAX_ENROLLED_FACTORS: ["number", "10"],
  GOTRUE_MFA_MAX_VERIFIED_FACTORS: ["number", "10"],
  GOTRUE_MFA_CHALLENGE_EXPIRY_DURATION: ["number", "300"],
  GOTRUE_MFA_FACTOR_EXPIRY_DURATION: ["duration", "300s"],
  GOTRUE_WEBAUTHN_RP_ID: ["text", ""],
  GOTRUE_WEBAUTHN_RP_DISPLAY_NAME: ["text", ""],
  GOTRUE_WEBAUTHN_RP_ORIGINS: ["list", ""],
  GOTRUE_WEBAUTHN_CHALLENGE_EXPIRY_DURATION: ["duration", "5m"],
  GOTRUE_PASSKEY_ENABLED: ["switch", "false"],
  GOTRUE_PASSKEY_MAX_PASSKEYS_PER_USER: ["number", "10"],
} as const;

/** Other ways in: anonymous users, providers, wallets, SAML. */
export const EXTERNAL = {
  GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: ["switch", "false"],
  GOTRUE_EXTERNAL_FLOW_STATE_EXPIRY_DURATION: ["duration", "300s"],
  GOTRUE_EXTERNAL_ALLOWED_ID_TOKEN_ISSUERS: [
    "list",
    "https://appleid.apple.com,https://accounts.google.com",
  ],
  GOTRUE_EXTERNAL_IOS_BUNDLE_ID: ["text", ""],
  GOTRUE_EXTERNAL_REDIRECTURL: ["text", ""],
  GOTRUE_EXTERNAL_WEB3_SOLANA_ENABLED: ["switch", "false"],
  GOTRUE_EXTERNAL_WEB3_SOLANA_MAXIMUM_VALIDITY_DURATION: ["duration", "10m"],
  GOTRUE_EXTERNAL_WEB3_ETHEREUM_ENABLED: ["switch", "false"],
  GOTRUE_EXTERNAL_WEB3_ETHEREUM_MAXIMUM_VALIDITY_DURATION: ["duration", "10m"],
  GOTRUE_CUSTOM_OAUTH_ENABLED: ["switch", "true"],
  GOTRUE_CUSTOM_OAUTH_MAX_PROVIDERS: ["number", "0"],
  GOTRUE_CUSTOM_OAUTH_EXTERNAL_URL: ["text", ""],
  GOTRUE_SAML_ENABLED: ["switch", "false"],
  GOTRUE_SAML_PRIVATE_KEY: ["text", ""],
  GOTRUE_SAML_PRIVATE_KEY_NEXT: ["text", ""],
  GOTRUE_SAML_EXTERNAL_URL: ["text", ""],
  GOTRUE_SAML_RELAY_STATE_VALIDITY_PERIOD: ["duration", "2m"],
} as const;

/** The server as an OAuth 2.1 provider. */
export const OAUTH_SERVER = {
  GOTRUE_OAUTH_SERVER_ENABLED: ["switch", "false"],
  GOTRUE_OAUTH_SERVER_ALLOW_DYNAMIC_REGISTRATION: ["switch", "false"],
  GOTRUE_OAUTH_SERVER_AUTHORIZATION_PATH: ["text", ""],
  GOTRUE_OAUTH_SERVER_AUTHORIZATION_TTL: ["duration", "10m"],
  GOTRUE_OAUTH_SERVER_DEFAULT_SCOPE: ["text", "email"],
} as const;

/** Budgets and rate limits. */
export const LIMITS = {
  GOTRUE_RATE_LIMIT_HEADER: ["text", ""],
  GOTRUE_RATE_LIMIT_EMAIL_SENT: ["text", "30"],
  GOTRUE_RATE_LIMIT_SMS_SENT: ["text", "30"],
  GOTRUE_RATE_LIMIT_OTP: ["number", "30"],
  GOTRUE_RATE_LIMIT_ANONYMOUS_USERS: ["number", "30"],
  GOTRUE_RATE_LIMIT_TOKEN_REFRESH: ["number", "150"],
  GOTRUE_RATE_LIMIT_VERIFY: ["number", "30"],
  GOTRUE_RATE_LIMIT_SSO: ["number", "30"],
  GOTRUE_RATE_LIMIT_WEB3: ["number", "30"],
  GOTRUE_RATE_LIMIT_PASSKEY: ["number", "30"],
  GOTRUE_RATE_LIMIT_OAUTH_DYNAMIC_CLIENT_REGISTER: ["number", "10"],
  GOTRUE_RATE_LIMIT_O_AUTH_DYNAMIC_CLIENT_REGISTER: ["number", "10"],
  GOTRUE_MFA_RATE_LIMIT_CHALLENGE_AND_VERIFY: ["number", "15"],
  GOTRUE_SAML_RATE_LIMIT_ASSERTION: ["number", "15"],
} as const;

/** Features that the server calls experimental. */
export const EXPERIMENTAL = {
  GOTRUE_EXPERIMENTAL_PROVIDER_LINKING_DOMAINS: ["text", ""],
  GOTRUE_EXPERIMENTAL_PROVIDERS_WITH_OWN_LINKING_DOMAIN: ["list", ""],
  GOTRUE_EXPERIMENTAL_CURSOR_PAGINATION_ENABLED: ["switch", "false"],
  GOTRUE_EXPERIMENTAL_SCIM_ENABLED: ["switch", "false"],
  GOTRUE_EXPERIMENTAL_CREATE_EMAIL_IDENTITY_ON_PASSWORD_SET_ENABLED: [
    "switch",
    "false",
  ],
} as const;

/** Names of the real server that mean nothing here: known, and silent. */
export const SILENT: readonly RegExp[] = [
  /^GOTRUE_(DB|DATABASE|TRACING|METRICS|PROFILER|LOG|LOGGING|COOKIE|RELOADING|INDEX_WORKER|SMTP|WEBHOOK)_\w+$/,
  /^GOTRUE_SMS_(TWILIO|TWILIO_VERIFY|MESSAGEBIRD|TEXTLOCAL|VONAGE)_\w+$/,
  /^GOTRUE_MAILER_(SUBJECTS|TEMPLATES)_(INVITE|CONFIRMATION|RECOVERY|EMAIL_CHANGE|MAGIC_LINK|REAUTHENTICATION|\w+_NOTIFICATION)$/,
  /^GOTRUE_MAILER_(TEMPLATE_(MAX_SIZE|MAX_AGE|RETRY_INTERVAL|RELOADING_ENABLED)|EMAIL_(BACKGROUND_SENDING|VALIDATION_\w+))$/,
  /^GOTRUE_PASSWORD_HIBP_(USER_AGENT|BLOOM_\w+)$/,
  /^GOTRUE_(API_(HOST|PORT|ENDPOINT|EXTERNAL_URL)|OPERATOR_TOKEN|NAMESPACE|PORT|HOST|JWT_VALIDMETHODS)$/,
  /^GOTRUE_SECURITY_(CAPTCHA_PROVIDER_SECRET|DB_ENCRYPTION_\w+)$/,
  /^GOTRUE_(MFA_ENABLED|SAML_ALLOW_ENCRYPTED_ASSERTIONS)$/,
];
