import type { Environment } from "./settings.ts";

/** Whose defaults an emulator starts from. */
export type Profile = "supabase" | "server";

/** What `supabase start` sets on top of the auth server's own defaults. */
const SUPABASE: Environment = {
  GOTRUE_SITE_URL: "http://127.0.0.1:3000",
  GOTRUE_URI_ALLOW_LIST: "https://127.0.0.1:3000",
  API_EXTERNAL_URL: "http://127.0.0.1:54321/auth/v1",
  GOTRUE_JWT_ISSUER: "http://127.0.0.1:54321/auth/v1",
  GOTRUE_JWT_AUD: "authenticated",
  // The API keys stay JWTs of the older kind.
  GOTRUE_JWT_VALID_METHODS: "HS256,RS256,RS512,ES256,ES512,EdDSA",
  GOTRUE_JWT_DEFAULT_GROUP_NAME: "authenticated",
  GOTRUE_JWT_ADMIN_ROLES: "service_role",
  GOTRUE_MAILER_AUTOCONFIRM: "true",
  GOTRUE_MAILER_OTP_EXP: "3600",
  GOTRUE_MAILER_URLPATHS_INVITE: "http://127.0.0.1:54321/auth/v1/verify",
  GOTRUE_MAILER_URLPATHS_CONFIRMATION: "http://127.0.0.1:54321/auth/v1/verify",
  GOTRUE_MAILER_URLPATHS_RECOVERY: "http://127.0.0.1:54321/auth/v1/verify",
  GOTRUE_MAILER_URLPATHS_EMAIL_CHANGE: "http://127.0.0.1:54321/auth/v1/verify",
  GOTRUE_SMTP_ADMIN_EMAIL: "admin@email.com",
  GOTRUE_SMTP_MAX_FREQUENCY: "1s",
  // Its own mailbox takes all mails.
  GOTRUE_RATE_LIMIT_EMAIL_SENT: "360000",
  GOTRUE_SMS_AUTOCONFIRM: "true",
  // Texts land in the emulator's own list, whatever the provider.
  GOTRUE_SMS_PROVIDER: "twilio",
  GOTRUE_SMS_TWILIO_ACCOUNT_SID: "emulator",
  GOTRUE_SMS_TWILIO_AUTH_TOKEN: "emulator",
  GOTRUE_SMS_TWILIO_MESSAGE_SERVICE_SID: "emulator",
  GOTRUE_SMS_MAX_FREQUENCY: "5s",
  GOTRUE_SMS_OTP_EXP: "6000",
  GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL: "10",
};

/** The environment of a profile with the given settings on top. */
export function profileEnvironment(
  profile: Profile,
  env: Environment,
): Environment {
  return profile === "supabase" ? { ...withExternalUrl(env), ...env } : env;
}

function withExternalUrl(env: Environment): Environment {
  const url = env["API_EXTERNAL_URL"];
  if (url === undefined) return SUPABASE;
  const ours = SUPABASE["API_EXTERNAL_URL"]!;
  return Object.fromEntries(
    Object.entries(SUPABASE).map((
      [name, value],
    ) => [name, value?.replace(ours, url)]),
  );
}
