import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { call, start } from "./helpers.ts";

const ANN = { email: "Ann@Example.com", password: "password-1234" };
const AUTO = { GOTRUE_MAILER_AUTOCONFIRM: "true" };

Deno.test("POST /signup makes a pending user and sends a confirmation", async () => {
  const emulator = start();
  const { status, body } = await call(emulator, "POST", "/signup", {
    body: { ...ANN, data: { nick: "ann", email: "x", gone: null } },
  });
  assertEquals(status, 200);
  assertEquals(body.email, "ann@example.com");
  assertEquals(body.app_metadata, { provider: "email", providers: ["email"] });
  const metadata = {
    nick: "ann",
    email: "ann@example.com",
    email_verified: false,
    phone_verified: false,
    sub: body.id,
  };
  assertEquals(body.user_metadata, metadata);
  assertEquals(body.identities[0].identity_data, { ...metadata, gone: null });
  assertEquals(body.confirmed_at, undefined);
  const mail = await emulator.mailbox.next("ann@example.com");
  assertEquals(mail.type, "confirmation");
  assertEquals(
    mail.link,
    `http://localhost:9999/verify?token=${mail.token_hash}&type=signup&redirect_to=http://localhost:3000`,
  );
  assert(mail.html.includes(mail.link.replaceAll("&", "&amp;")));
});

Deno.test("POST /signup with autoconfirm begins a session and shows the address as verified only there", async () => {
  const emulator = start(AUTO);
  const { body } = await call(emulator, "POST", "/signup", { body: ANN });
  assertEquals(body.token_type, "bearer");
  assertEquals(body.expires_in, 3600);
  assertEquals(body.user.identities[0].identity_data.email_verified, true);
  assertEquals(body.user.confirmed_at, undefined);
  const user = await call(emulator, "GET", "/user", {
    token: body.access_token,
  });
  assertEquals(user.body.identities[0].identity_data.email_verified, false);
  assertEquals(user.body.user_metadata.email_verified, true);
  assert(user.body.confirmed_at);
});

Deno.test("POST /signup for a confirmed address gives a decoy, or an error with autoconfirm", async () => {
  const emulator = start();
  await emulator.users.seed(ANN);
  const decoy = await call(emulator, "POST", "/signup", {
    body: { ...ANN, data: { x: 1 } },
  });
  assertEquals(decoy.status, 200);
  assertEquals(decoy.body.identities, []);
  assertEquals(decoy.body.role, "");
  assertEquals(decoy.body.user_metadata, { x: 1 });
  assertNotEquals(decoy.body.id, emulator.users.get("ann@example.com")?.["id"]);
  assertEquals(emulator.mailbox.list(), []);
  const open = start(AUTO, { store: emulator.store });
  const refused = await call(open, "POST", "/signup", { body: ANN });
  assertEquals(refused.status, 422);
  assertEquals(refused.body.code, "user_already_exists");
});

Deno.test("POST /signup again before the confirmation keeps the user and sends another mail", async () => {
  const emulator = start();
  const first = await call(emulator, "POST", "/signup", { body: ANN });
  const second = await call(emulator, "POST", "/signup", {
    body: { ...ANN, password: "another-1234", data: { x: 1 } },
  });
  assertEquals(second.body.id, first.body.id);
  assertEquals(second.body.user_metadata.x, undefined);
  const mails = emulator.mailbox.list("ann@example.com");
  assertEquals(mails.length, 2);
  const stale = await call(emulator, "POST", "/verify", {
    body: { type: "signup", token_hash: mails[0]!.token_hash },
  });
  assertEquals(stale.body.code, "otp_expired");
});

Deno.test("POST /signup refuses what cannot be registered", async () => {
  const emulator = start({ GOTRUE_EXTERNAL_PHONE_ENABLED: "true" });
  const password = "password-1234";
  const email = "a@example.com";
  const cases: [body: unknown, status: number, code: string, text: string][] = [
    [{}, 422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled"],
    [{ email }, 400, "validation_failed", "Signup requires a valid password"],
    [
      { email, password: "x".repeat(73) },
      400,
      "validation_failed",
      "Password cannot be longer than 72 characters",
    ],
    [
      { email, password: "abc" },
      422,
      "weak_password",
      "Password should be at least 6 characters.",
    ],
    [
      { email, phone: "+15551234567", password },
      400,
      "validation_failed",
      "Only an email address or phone number should be provided on signup.",
    ],
    [
      { email: "bad", password },
      400,
      "validation_failed",
      "Unable to validate email address: invalid format",
    ],
    [
      { phone: "abc", password },
      400,
      "validation_failed",
      "Invalid phone number format (E.164 required)",
    ],
    [
      { phone: "+15551234567", password, code_challenge: "x" },
      400,
      "validation_failed",
      "PKCE not supported for phone signups",
    ],
    [
      { email, password, code_challenge: "x", code_challenge_method: "s256" },
      400,
      "validation_failed",
      "code challenge has to be between 43 and 128 characters",
    ],
    [
      { email, password, code_challenge: "x" },
      400,
      "validation_failed",
      "PKCE flow requires code_challenge_method and code_challenge",
    ],
  ];
  for (const [body, status, code, message] of cases) {
    const answer = await call(emulator, "POST", "/signup", { body });
    assertEquals([answer.status, answer.body.code], [status, code]);
    assertEquals(answer.body.message, message);
  }
  assertEquals(emulator.users.list(), []);
});

Deno.test("POST /signup refuses when signups or the provider are off", async () => {
  const closed = start({ GOTRUE_DISABLE_SIGNUP: "true" });
  const answer = await call(closed, "POST", "/signup", { body: ANN });
  assertEquals(answer.body.code, "signup_disabled");
  const noEmail = start({ GOTRUE_EXTERNAL_EMAIL_ENABLED: "false" });
  const refused = await call(noEmail, "POST", "/signup", { body: ANN });
  assertEquals(refused.body.code, "email_provider_disabled");
  const phone = await call(noEmail, "POST", "/signup", {
    body: { phone: "+15551234567", password: "password-1234" },
  });
  assertEquals(phone.body.code, "phone_provider_disabled");
});

Deno.test("POST /signup names every rule that a password breaks", async () => {
  const emulator = start({
    GOTRUE_PASSWORD_MIN_LENGTH: "10",
    GOTRUE_PASSWORD_REQUIRED_CHARACTERS: "abc:ABC:\\:!",
  });
  const weak = await call(emulator, "POST", "/signup", {
    body: { ...ANN, password: "a" },
  });
  assertEquals(weak.body, {
    code: "weak_password",
    message:
      "Password should be at least 10 characters. Password should contain at least one character of each: abc, ABC, :!.",
    weak_password: { reasons: ["length", "characters"] },
  });
  const strong = await call(emulator, "POST", "/signup", {
    body: { ...ANN, password: "aB:456789012" },
  });
  assertEquals(strong.status, 200);
});

Deno.test("POST /signup without an address makes an anonymous user where that is on", async () => {
  const emulator = start({ GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "true" });
  const { body } = await call(emulator, "POST", "/signup", {
    body: { data: { theme: "dark" }, gotrue_meta_security: {} },
  });
  assertEquals(body.user.is_anonymous, true);
  assertEquals(body.user.app_metadata, {});
  assertEquals(body.user.user_metadata, { theme: "dark" });
  const factors = await call(emulator, "POST", "/factors", {
    token: body.access_token,
    body: { factor_type: "totp" },
  });
  assertEquals(factors.status, 403);
  assertEquals(factors.body.code, "no_authorization");
});

Deno.test("POST /signup with a phone number sends a code, or signs in with autoconfirm", async () => {
  const env = {
    GOTRUE_EXTERNAL_PHONE_ENABLED: "true",
    GOTRUE_SMS_PROVIDER: "twilio",
    GOTRUE_SMS_TWILIO_ACCOUNT_SID: "a",
    GOTRUE_SMS_TWILIO_AUTH_TOKEN: "b",
    GOTRUE_SMS_TWILIO_MESSAGE_SERVICE_SID: "c",
    GOTRUE_SMS_TEST_OTP: "15550001111:123456",
  };
  const emulator = start(env);
  const body = { phone: "+1 555 123 4567", password: "password-1234" };
  const pending = await call(emulator, "POST", "/signup", { body });
  assertEquals(pending.body.phone, "15551234567");
  assertEquals(pending.body.identities[0].identity_data.phone, undefined);
  const message = await emulator.sms.next("+15551234567");
  assertEquals(message.text, `Your code is ${message.code}`);
  const verified = await call(emulator, "POST", "/verify", {
    body: { type: "sms", phone: body.phone, token: message.code },
  });
  assert(verified.body.user.phone_confirmed_at);
  await call(emulator, "POST", "/signup", {
    body: { ...body, phone: "15550001111" },
  });
  assertEquals(emulator.sms.list("15550001111"), []);
  const fixed = await call(emulator, "POST", "/verify", {
    body: { type: "sms", phone: "15550001111", token: "123456" },
  });
  assertEquals(fixed.status, 200);
  const auto = start({ ...env, GOTRUE_SMS_AUTOCONFIRM: "true" });
  const session = await call(auto, "POST", "/signup", { body });
  assert(session.body.access_token);
});

Deno.test("POST /signup leaves no user behind when its mail may not be sent", async () => {
  const emulator = start({
    GOTRUE_EXTERNAL_EMAIL_AUTHORIZED_ADDRESSES: "bob@example.com",
  });
  const answer = await call(emulator, "POST", "/signup", { body: ANN });
  assertEquals(answer.body.code, "email_address_not_authorized");
  assertEquals(emulator.users.list(), []);
  const allowed = await call(emulator, "POST", "/signup", {
    body: { ...ANN, email: "bob+label@example.com" },
  });
  assertEquals(allowed.status, 200);
});
