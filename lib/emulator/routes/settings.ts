import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import { json } from "../http.ts";

const EXTERNAL_NAMES = [
  "apple",
  "azure",
  "bitbucket",
  "discord",
  "facebook",
  "snapchat",
  "figma",
  "fly",
  "github",
  "gitlab",
  "google",
  "keycloak",
  "kakao",
  "linkedin",
  "linkedin_oidc",
  "notion",
  "spotify",
  "slack",
  "slack_oidc",
  "workos",
  "twitch",
  "twitter",
  "zoom",
];
const CACHEABLE = { "Cache-Control": "public, max-age=600" };

/** `GET /health`. */
export function getHealth(_context: Context): Response {
  return json({
    version: "",
    name: "GoTrue",
    description: "GoTrue is a user registration and authentication API",
  });
}

/** `GET /settings` (auth-server §16). */
export function getSettings(context: Context): Response {
  const { settings } = context;
  const external: Record<string, boolean> = {
    anonymous_users: settings.GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED,
    email: settings.GOTRUE_EXTERNAL_EMAIL_ENABLED,
    phone: settings.GOTRUE_EXTERNAL_PHONE_ENABLED,
  };
  for (const name of EXTERNAL_NAMES) {
    external[name] = settings.providers[name]?.enabled ?? false;
  }
  return json({
    external,
    disable_signup: settings.GOTRUE_DISABLE_SIGNUP,
    mailer_autoconfirm: settings.GOTRUE_MAILER_AUTOCONFIRM,
    phone_autoconfirm: settings.GOTRUE_SMS_AUTOCONFIRM,
    sms_provider: settings.GOTRUE_SMS_PROVIDER,
    saml_enabled: settings.GOTRUE_SAML_ENABLED,
    saml_private_key_next_configured: settings.GOTRUE_SAML_PRIVATE_KEY === "" ||
      settings.GOTRUE_SAML_PRIVATE_KEY_NEXT !== "",
    passkeys_enabled: settings.GOTRUE_PASSKEY_ENABLED,
  });
}

/** `GET /.well-known/jwks.json`. */
export async function getJwks(context: Context): Promise<Response> {
  return json(await context.server.keys.jwks(), 200, CACHEABLE);
}

/** `GET /.well-known/oauth-authorization-server`. */
export function getAuthorizationServer(context: Context): Response {
  if (!context.settings.GOTRUE_OAUTH_SERVER_ENABLED) {
    fail(404, "feature_disabled", "OAuth server is disabled");
  }
  return getDiscovery(context);
}

/** `GET /.well-known/openid-configuration`. */
export function getDiscovery(context: Context): Response {
  const { settings } = context;
  const base = settings.GOTRUE_JWT_ISSUER.replace(/\/+$/, "");
  const registration = settings.GOTRUE_OAUTH_SERVER_ALLOW_DYNAMIC_REGISTRATION
    ? { registration_endpoint: `${base}/oauth/clients/register` }
    : {};
  const document = {
    issuer: settings.GOTRUE_JWT_ISSUER,
    authorization_endpoint: `${base}/oauth/authorize`,
    token_endpoint: `${base}/oauth/token`,
    jwks_uri: `${base}/.well-known/jwks.json`,
    userinfo_endpoint: `${base}/oauth/userinfo`,
    ...registration,
    scopes_supported: ["openid", "profile", "email", "phone", "offline_access"],
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256", "HS256", "ES256"],
    token_endpoint_auth_methods_supported: [
      "client_secret_basic",
      "client_secret_post",
      "none",
    ],
    claims_supported: CLAIMS,
    code_challenge_methods_supported: ["S256", "plain"],
  };
  return json(document, 200, CACHEABLE);
}

const CLAIMS = [
  "sub",
  "aud",
  "iss",
  "exp",
  "iat",
  "auth_time",
  "nonce",
  "email",
  "email_verified",
  "phone_number",
  "phone_number_verified",
  "name",
  "picture",
  "preferred_username",
  "updated_at",
];
