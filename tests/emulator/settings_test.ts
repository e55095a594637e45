import { assertEquals, assertThrows } from "@std/assert";
import { createEmulator } from "../../lib/emulator/mod.ts";
import { readSettings } from "../../lib/emulator/settings.ts";

Deno.test("readSettings() reads each kind by the real name", () => {
  const settings = readSettings({
    GOTRUE_DISABLE_SIGNUP: "T",
    GOTRUE_JWT_EXP: "60",
    GOTRUE_SMTP_MAX_FREQUENCY: "1m30s",
    GOTRUE_URI_ALLOW_LIST: "http://a/**, http://b/**",
    GOTRUE_SMS_TEST_OTP: "+15550001111:123456,2:654321",
    GOTRUE_API_EXTERNAL_URL: "http://prefixed:1",
    GOTRUE_JWT_AUD: "",
  });
  assertEquals(settings.GOTRUE_DISABLE_SIGNUP, true);
  assertEquals(settings.GOTRUE_JWT_EXP, 60);
  assertEquals(settings.GOTRUE_SMTP_MAX_FREQUENCY, 90_000);
  assertEquals(settings.GOTRUE_URI_ALLOW_LIST, ["http://a/**", "http://b/**"]);
  assertEquals(settings.GOTRUE_SMS_TEST_OTP, {
    "+15550001111": "123456",
    "2": "654321",
  });
  assertEquals(settings.API_EXTERNAL_URL, "http://prefixed:1");
  assertEquals(settings.GOTRUE_JWT_AUD, "");
  assertEquals(settings.GOTRUE_MFA_TOTP_ENROLL_ENABLED, true);
});

Deno.test("readSettings() gathers providers, hooks, templates and SMS credentials by name", () => {
  const settings = readSettings({
    GOTRUE_EXTERNAL_LINKEDIN_OIDC_ENABLED: "true",
    GOTRUE_EXTERNAL_LINKEDIN_OIDC_CLIENT_ID: "a, b",
    GOTRUE_HOOK_SEND_SMS_ENABLED: "true",
    GOTRUE_HOOK_SEND_SMS_URI: "http://h/sms",
    GOTRUE_HOOK_SEND_SMS_SECRETS: "v1,whsec_x|v1,whsec_y",
    GOTRUE_MAILER_TEMPLATES_MAGIC_LINK: "/magic.html",
    GOTRUE_SMS_TWILIO_ACCOUNT_SID: "sid",
  });
  assertEquals(settings.providers["linkedin_oidc"]?.clientIds, ["a", "b"]);
  assertEquals(settings.hooks["send_sms"], {
    enabled: true,
    uri: "http://h/sms",
    secrets: ["v1,whsec_x", "v1,whsec_y"],
  });
  assertEquals(settings.templates["magic_link"], "/magic.html");
  assertEquals(settings.smsCredentials["twilio_account_sid"], "sid");
});

Deno.test("createEmulator() throws a TypeError that names the setting with an impossible value", () => {
  const cases: [name: string, value: string][] = [
    ["GOTRUE_DISABLE_SIGNUP", "maybe"],
    ["GOTRUE_JWT_EXP", "soon"],
    ["GOTRUE_SMTP_MAX_FREQUENCY", "60"],
    ["GOTRUE_SITE_URL", "localhost"],
    ["GOTRUE_SMS_TEST_OTP", "123"],
    ["GOTRUE_SMS_TEST_OTP_VALID_UNTIL", "soon"],
    ["GOTRUE_SMS_TEMPLATE", "{{ .Code"],
    ["GOTRUE_MAILER_SUBJECTS_INVITE", "{{ if .Email }}"],
    ["GOTRUE_MAILER_SUBJECTS_PASSWORD_CHANGED_NOTIFICATION", "{{ end }}"],
    ["GOTRUE_URI_ALLOW_LIST", "http://a/**,http://[z-a]/"],
    ["GOTRUE_URI_ALLOW_LIST", "http://{a,b}/"],
    ["GOTRUE_EXTERNAL_GITHUB_ENABLED", "maybe"],
    ["GOTRUE_JWT_KEYS", "not json"],
    ["GOTRUE_JWT_KEYS", "[]"],
    ["GOTRUE_JWT_KEYS", '[{"kty":"oct","k":"x","key_ops":["sign"]}]'],
  ];
  for (const [name, value] of cases) {
    assertThrows(
      () => createEmulator({ profile: "server", env: { [name]: value } }),
      TypeError,
      name,
    );
  }
});

Deno.test("createEmulator() refuses a key of SAML that is none, where SAML is on", () => {
  for (const key of ["not base64!", "eHh4"]) {
    const env = { GOTRUE_SAML_PRIVATE_KEY: key };
    createEmulator({ profile: "server", env });
    assertThrows(
      () => createEmulator({ env: { ...env, GOTRUE_SAML_ENABLED: "true" } }),
      TypeError,
      "GOTRUE_SAML_PRIVATE_KEY must be base64 of an RSA key",
    );
  }
});

Deno.test("createEmulator() reports unknown settings once, and those without meaning never", () => {
  const told: unknown[] = [];
  createEmulator({
    profile: "server",
    env: {
      GOTRUE_TYPO: "1",
      GOTRUE_HOOK_TYPO_ENABLED: "true",
      GOTRUE_DB_DRIVER: "postgres",
      GOTRUE_SMTP_HOST: "mail",
      GOTRUE_SMS_TWILIO_ACCOUNT_SID: "x",
      GOTRUE_EXTERNAL_GITHUB_ENABLED: "false",
      PATH: "/bin",
    },
    onDiagnostic: (event) => told.push(event),
  });
  const names = ["GOTRUE_TYPO", "GOTRUE_HOOK_TYPO_ENABLED"];
  assertEquals(told, [{ type: "unknown-settings", names }]);
});

Deno.test("createEmulator() follows API_EXTERNAL_URL in the settings of the profile supabase", () => {
  const { settings, url } = createEmulator({
    env: { API_EXTERNAL_URL: "http://127.0.0.1:9/auth/v1" },
  });
  assertEquals(url, "http://127.0.0.1:9/auth/v1");
  assertEquals(settings.GOTRUE_JWT_ISSUER, url);
  assertEquals(settings.GOTRUE_MAILER_URLPATHS_INVITE, `${url}/verify`);
});

Deno.test("createEmulator() refuses unverified sign-ins where addresses are confirmed at once", () => {
  const env = {
    GOTRUE_MAILER_AUTOCONFIRM: "true",
    GOTRUE_MAILER_ALLOW_UNVERIFIED_EMAIL_SIGN_INS: "true",
  };
  assertThrows(
    () => createEmulator({ profile: "server", env }),
    TypeError,
    "GOTRUE_MAILER_ALLOW_UNVERIFIED_EMAIL_SIGN_INS must be off",
  );
});
