/** The servers that are tried: as they come, with everything on, and with everything guarded. */
import instances from "../transcripts/data/_instances.json" with {
  type: "json",
};
import type { EmulatorOptions } from "../../lib/emulator/mod.ts";
import type { Random } from "../simulation/random.ts";
import { drawValue } from "./fuzz_values.ts";
import type { Loose } from "./helpers.ts";

type Env = Record<string, string>;

const SAML_KEY: string =
  (instances as Loose).full.env["GOTRUE_SAML_PRIVATE_KEY"];

const AUDIENCE: Env = {
  GOTRUE_JWT_AUD: "authenticated",
  GOTRUE_JWT_DEFAULT_GROUP_NAME: "authenticated",
};
const EVERYTHING: Env = {
  ...AUDIENCE,
  GOTRUE_SITE_URL: "http://localhost:3000",
  GOTRUE_URI_ALLOW_LIST: "https://*.example.com/**,https://[ab].test/[a-z]?",
  GOTRUE_SMTP_MAX_FREQUENCY: "0s",
  GOTRUE_SMS_MAX_FREQUENCY: "0s",
  GOTRUE_RATE_LIMIT_EMAIL_SENT: "100000",
  GOTRUE_RATE_LIMIT_SMS_SENT: "100000",
  GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "true",
  GOTRUE_EXTERNAL_PHONE_ENABLED: "true",
  GOTRUE_SMS_PROVIDER: "twilio",
  GOTRUE_SMS_TWILIO_ACCOUNT_SID: "id",
  GOTRUE_SMS_TWILIO_AUTH_TOKEN: "token",
  GOTRUE_SMS_TWILIO_MESSAGE_SERVICE_SID: "service",
  GOTRUE_SMS_TEST_OTP: "15550100:123456",
  GOTRUE_SECURITY_MANUAL_LINKING_ENABLED: "true",
  GOTRUE_MFA_PHONE_ENROLL_ENABLED: "true",
  GOTRUE_MFA_PHONE_VERIFY_ENABLED: "true",
  GOTRUE_MFA_WEB_AUTHN_ENROLL_ENABLED: "true",
  GOTRUE_MFA_WEB_AUTHN_VERIFY_ENABLED: "true",
  GOTRUE_PASSKEY_ENABLED: "true",
  GOTRUE_WEBAUTHN_RP_ID: "localhost",
  GOTRUE_WEBAUTHN_RP_DISPLAY_NAME: "Test",
  GOTRUE_WEBAUTHN_RP_ORIGINS: "http://localhost:3000",
  GOTRUE_EXTERNAL_WEB3_SOLANA_ENABLED: "true",
  GOTRUE_EXTERNAL_WEB3_ETHEREUM_ENABLED: "true",
  GOTRUE_OAUTH_SERVER_ENABLED: "true",
  GOTRUE_OAUTH_SERVER_ALLOW_DYNAMIC_REGISTRATION: "true",
  GOTRUE_OAUTH_SERVER_AUTHORIZATION_PATH: "/consent",
  GOTRUE_SAML_ENABLED: "true",
  GOTRUE_SAML_PRIVATE_KEY: SAML_KEY,
  GOTRUE_EXPERIMENTAL_SCIM_ENABLED: "true",
  GOTRUE_EXPERIMENTAL_CURSOR_PAGINATION_ENABLED: "true",
  GOTRUE_EXTERNAL_GITHUB_ENABLED: "true",
  GOTRUE_EXTERNAL_GITHUB_CLIENT_ID: "client",
  GOTRUE_EXTERNAL_GITHUB_SECRET: "secret",
  GOTRUE_EXTERNAL_GITHUB_REDIRECT_URI: "http://localhost:9999/callback",
  GOTRUE_EXTERNAL_GOOGLE_ENABLED: "true",
  GOTRUE_EXTERNAL_GOOGLE_CLIENT_ID: "client",
  GOTRUE_EXTERNAL_GOOGLE_SECRET: "secret",
  GOTRUE_EXTERNAL_GOOGLE_REDIRECT_URI: "http://localhost:9999/callback",
};
const GUARDED: Env = {
  ...EVERYTHING,
  GOTRUE_RATE_LIMIT_HEADER: "X-Forwarded-For",
  GOTRUE_SECURITY_CAPTCHA_ENABLED: "true",
  GOTRUE_SECURITY_CAPTCHA_SECRET: "secret",
  GOTRUE_PASSWORD_REQUIRED_CHARACTERS: "abc:ABC:0123456789",
  GOTRUE_PASSWORD_HIBP_ENABLED: "true",
  GOTRUE_SECURITY_UPDATE_PASSWORD_REQUIRE_REAUTHENTICATION: "true",
  GOTRUE_SECURITY_UPDATE_PASSWORD_REQUIRE_CURRENT_PASSWORD: "true",
  GOTRUE_SECURITY_REFRESH_TOKEN_ALGORITHM_VERSION: "2",
  GOTRUE_SESSIONS_TIMEBOX: "24h",
  GOTRUE_SESSIONS_SINGLE_PER_USER: "true",
  GOTRUE_MAILER_EMAIL_VALIDATION_EXTENDED: "true",
  GOTRUE_MAILER_NOTIFICATIONS_PASSWORD_CHANGED_ENABLED: "true",
  GOTRUE_MAILER_NOTIFICATIONS_EMAIL_CHANGED_ENABLED: "true",
  GOTRUE_MAILER_NOTIFICATIONS_MFA_FACTOR_ENROLLED_ENABLED: "true",
  GOTRUE_MAILER_TEMPLATES_RECOVERY: "https://templates.test/recovery",
  GOTRUE_RATE_LIMIT_EMAIL_SENT: "30",
};

const HOOKS = [
  "BEFORE_USER_CREATED",
  "AFTER_USER_CREATED",
  "CUSTOM_ACCESS_TOKEN",
  "SEND_EMAIL",
  "SEND_SMS",
  "MFA_VERIFICATION_ATTEMPT",
  "PASSWORD_VERIFICATION_ATTEMPT",
];
const HOOKED: Env = { ...EVERYTHING };
for (const name of HOOKS) {
  HOOKED[`GOTRUE_HOOK_${name}_ENABLED`] = "true";
  HOOKED[`GOTRUE_HOOK_${name}_URI`] = "https://hooks.test/";
  HOOKED[`GOTRUE_HOOK_${name}_SECRETS`] = "v1,whsec_BwcHBwcH";
}

/** The settings by name. */
export const SETTINGS: Readonly<Record<string, EmulatorOptions>> = {
  "the defaults of the server": { profile: "server", env: AUDIENCE },
  "the defaults of the platform": { profile: "supabase", consentPage: true },
  "everything on": { profile: "server", env: EVERYTHING },
  "everything on and confirmed": {
    profile: "supabase",
    consentPage: true,
    env: {
      ...EVERYTHING,
      GOTRUE_MAILER_SECURE_EMAIL_CHANGE_ENABLED: "false",
      GOTRUE_WEBAUTHN_RP_DISPLAY_NAME: "",
    },
  },
  "everything guarded": { profile: "server", env: GUARDED },
  "hooks on": { profile: "server", env: HOOKED },
};

/** What answers of the world outside may hold; the emulator reads all of it. */
const OUTSIDE: readonly string[] = [
  ...["access_token", "refresh_token", "id_token", "oauth_token"],
  ...["id", "sub", "email", "email_verified", "name", "picture", "emails"],
  ...["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"],
  ...["userinfo_endpoint", "id_token_signing_alg_values_supported", "keys"],
  ...["success", "error-codes", "decision", "message", "claims", "error"],
];

const HTML = { headers: { "Content-Type": "text/html" } };

/** What the world outside answers: now and then the right thing. */
export async function answerOutside(
  random: Random,
  request: Request,
): Promise<Response> {
  const kind = random.whole(0, 24);
  if (kind > 19) return drawAnswer(random, kind > 21);
  if (kind === 0) throw new TypeError("The network is down");
  if (kind === 1) return new Response("<html>", HTML);
  if (kind === 2) return new Response('{"a":');
  if (kind === 3) return new Response(null, { status: 204 });
  if (kind === 4) return Response.json({}, { status: 500 });
  if (kind === 5) return Response.json(null);
  if (kind === 6) return Response.json([[]]);
  if (kind === 7) {
    return Response.json({ error: { http_code: 403, message: "No" } });
  }
  if (kind === 8) return Response.json({ decision: "reject", claims: {} });
  if (kind === 9) {
    const headers = { "Retry-After": "0" };
    return new Response(null, { status: 503, headers });
  }
  const { host } = new URL(request.url);
  if (host === "hooks.test") {
    const { claims, factor_id } = await request.json();
    const isRejected = random.chance(factor_id === undefined ? 5 : 60);
    if (isRejected) return Response.json({ decision: "reject" });
    return Response.json({ decision: "continue", claims });
  }
  return Response.json(goodAnswer(random));
}

/** The right thing for whoever asks. */
function goodAnswer(random: Random): Loose {
  return {
    success: true,
    access_token: "token",
    id: random.whole(1, 5),
    email: `person${random.whole(1, 5)}@example.com`,
    email_verified: true,
    name: "Person",
    issuer: "https://issuer.test",
    authorization_endpoint: "https://idp.test/authorize",
    token_endpoint: "https://idp.test/token",
    jwks_uri: "https://idp.test/keys",
    keys: [],
  };
}

/** An answer of which some members, or all, are of any kind. */
function drawAnswer(random: Random, isNearlyGood: boolean): Response {
  const names = OUTSIDE.filter(() => random.chance(isNearlyGood ? 8 : 50));
  const drawn = Object.fromEntries(
    names.map((name) => [name, drawValue(random)]),
  );
  const http_code = random.pick([200, 204, 304, 401, 418, 503, 99, 1e9]);
  const refusal = { error: { http_code, message: "No" } };
  return Response.json({
    ...isNearlyGood ? goodAnswer(random) : {},
    ...drawn,
    ...random.chance(30) ? refusal : {},
  });
}
