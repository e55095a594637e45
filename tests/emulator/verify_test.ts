import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Emulator } from "../../lib/emulator/mod.ts";
import { type Answer, call, type Loose, signedIn, start } from "./helpers.ts";

const EMAIL = "ann@example.com";
const HOUR = 3_600_000;

function post(
  emulator: Emulator,
  path: string,
  body: unknown,
): Promise<Answer> {
  return call(emulator, "POST", path, { body });
}

async function click(emulator: Emulator, link: string): Promise<string> {
  const { search } = new URL(link);
  const answer = await call(emulator, "GET", `/verify${search}`);
  assertEquals(answer.status, 303);
  return answer.headers.get("location")!;
}

const EXPIRED =
  "#error=access_denied&error_code=otp_expired&error_description=Email+link+is+invalid+or+has+expired&sb=";

Deno.test("POST /otp registers an unknown address and signs a known one in by link or code", async () => {
  const emulator = start();
  assertEquals(
    (await post(emulator, "/otp", { email: EMAIL, data: { x: 1 } })).body,
    {},
  );
  const first = await emulator.mailbox.next(EMAIL);
  assertEquals(first.type, "confirmation");
  const confirmed = await post(emulator, "/verify", {
    type: "email",
    email: EMAIL,
    token: first.code,
  });
  assertEquals(confirmed.body.user.user_metadata.x, 1);
  await post(emulator, "/otp", { email: EMAIL, create_user: false });
  const second = await emulator.mailbox.next(EMAIL);
  assertEquals(second.type, "magic_link");
  const location = await click(emulator, second.link);
  const fragment = new URLSearchParams(location.split("#")[1]);
  assertEquals(fragment.get("type"), "magiclink");
  assertEquals([...fragment.keys()], [
    "access_token",
    "expires_at",
    "expires_in",
    "refresh_token",
    "sb",
    "token_type",
    "type",
  ]);
  assertEquals(
    await click(emulator, second.link),
    `http://localhost:3000${EXPIRED}`,
  );
});

Deno.test("POST /otp with autoconfirm makes a confirmed user and a session that nobody sees", async () => {
  const emulator = start({ GOTRUE_MAILER_AUTOCONFIRM: "true" });
  const answer = await post(emulator, "/otp", { email: EMAIL });
  assertEquals(answer.body, {});
  assertEquals(answer.headers.get("sb-auth-session-id"), null);
  assertEquals((await emulator.mailbox.next(EMAIL)).type, "magic_link");
  const user: Loose = emulator.users.get(EMAIL);
  assert(user.email_confirmed_at && user.last_sign_in_at);
});

Deno.test("POST /otp, /recover and /resend refuse what they cannot do", async () => {
  const emulator = start();
  const cases: [path: string, body: unknown, code: string, text: string][] = [
    [
      "/otp",
      { email: EMAIL, phone: "1" },
      "validation_failed",
      "Only an email address or phone number should be provided",
    ],
    [
      "/otp",
      { email: EMAIL, channel: "sms" },
      "validation_failed",
      "Channel should only be specified with Phone OTP",
    ],
    [
      "/otp",
      { email: EMAIL, create_user: false },
      "otp_disabled",
      "Signups not allowed for otp",
    ],
    [
      "/otp",
      { email: "bad", create_user: false },
      "otp_disabled",
      "Signups not allowed for otp",
    ],
    ["/otp", {}, "validation_failed", "One of email or phone must be set"],
    [
      "/otp",
      { phone: "+15551234567" },
      "phone_provider_disabled",
      "Unsupported phone provider",
    ],
    [
      "/recover",
      {},
      "validation_failed",
      "Password recovery requires an email",
    ],
    [
      "/resend",
      { type: "x" },
      "validation_failed",
      "Missing one of these types: signup, email_change, sms, phone_change",
    ],
    [
      "/resend",
      { type: "signup" },
      "validation_failed",
      "Type provided requires an email address",
    ],
    [
      "/resend",
      { type: "sms" },
      "validation_failed",
      "Type provided requires a phone number",
    ],
    [
      "/resend",
      { type: "email_change" },
      "validation_failed",
      "Missing email address or phone number",
    ],
  ];
  for (const [path, body, code, message] of cases) {
    const answer = await post(emulator, path, body);
    assertEquals([answer.body.code, answer.body.message], [code, message]);
  }
  const empty = await call(emulator, "POST", "/magiclink", { body: "" });
  assertEquals(
    empty.body.message,
    "Could not read verification params: EOF",
  );
});

Deno.test("POST /recover says nothing about unknown addresses and signs a known one in", async () => {
  const emulator = start();
  assertEquals((await post(emulator, "/recover", { email: EMAIL })).body, {});
  assertEquals(emulator.mailbox.list(), []);
  await emulator.users.seed({ email: EMAIL });
  await post(emulator, "/recover", { email: EMAIL });
  const mail = await emulator.mailbox.next(EMAIL);
  const answer = await post(emulator, "/verify", {
    type: "recovery",
    token_hash: mail.token_hash,
  });
  assertEquals(answer.body.user.email, EMAIL);
});

Deno.test("POST /resend sends again what is still pending, and answers {} otherwise", async () => {
  const emulator = start();
  await post(emulator, "/signup", { email: EMAIL, password: "password-1234" });
  const first = await emulator.mailbox.next(EMAIL);
  await post(emulator, "/resend", { type: "signup", email: EMAIL });
  const second = await emulator.mailbox.next(EMAIL);
  assertNotEquals(first.token_hash, second.token_hash);
  await post(emulator, "/verify", {
    type: "signup",
    token_hash: second.token_hash,
  });
  const done = await post(emulator, "/resend", {
    type: "signup",
    email: EMAIL,
  });
  assertEquals([done.status, done.body], [200, {}]);
  assertEquals(emulator.mailbox.list().length, 2);
});

Deno.test("Mails come no faster than the settings allow, and nothing changes when one is refused", async () => {
  const emulator = start({ GOTRUE_SMTP_MAX_FREQUENCY: "1m" });
  await emulator.users.seed({ email: EMAIL });
  await post(emulator, "/recover", { email: EMAIL });
  const mail = await emulator.mailbox.next(EMAIL);
  emulator.clock.advance(10_000);
  const refused = await post(emulator, "/otp", { email: EMAIL });
  assertEquals(refused.status, 429);
  assertEquals(refused.body.code, "over_email_send_rate_limit");
  assert(/after (49|50) seconds/.test(refused.body.message));
  const still = await post(emulator, "/verify", {
    type: "recovery",
    token_hash: mail.token_hash,
  });
  assertEquals(still.status, 200);
});

Deno.test("POST /verify refuses incomplete requests before it looks anything up", async () => {
  const emulator = start();
  const cases: [body: unknown, status: number, message: string][] = [
    [{}, 400, "Verify requires a verification type"],
    [
      { type: "signup", email: EMAIL },
      400,
      "Verify requires either a token or a token hash",
    ],
    [
      { type: "signup", token: "1" },
      400,
      "Only an email address or phone number should be provided on verify",
    ],
    [
      { type: "signup", token_hash: "x", email: EMAIL },
      400,
      "Only the token_hash and type should be provided",
    ],
    [
      { type: "signup", token: "1", email: "bad" },
      422,
      "Invalid email format",
    ],
    [
      { type: "sms", token: "1", phone: "bad" },
      400,
      "Invalid phone number format (E.164 required)",
    ],
    [
      { type: "x", token_hash: "x" },
      400,
      "Invalid email verification type",
    ],
    [
      { type: "x", token: "1", email: EMAIL },
      403,
      "Token has expired or is invalid",
    ],
    [
      { type: "signup", token_hash: "x" },
      403,
      "Email link is invalid or has expired",
    ],
  ];
  for (const [body, status, message] of cases) {
    const answer = await post(emulator, "/verify", body);
    assertEquals([answer.status, answer.body.message], [status, message]);
  }
});

Deno.test("POST /verify refuses codes and links after their time, and those of banned users", async () => {
  const emulator = start({ GOTRUE_MAILER_OTP_EXP: "3600" });
  const [user] = await emulator.users.seed({ email: EMAIL });
  await post(emulator, "/otp", { email: EMAIL });
  const { code, token_hash } = await emulator.mailbox.next(EMAIL);
  emulator.clock.advance(HOUR + 1000);
  for (
    const body of [
      { type: "email", email: EMAIL, token: code },
      { type: "email", token_hash },
    ]
  ) {
    assertEquals(
      (await post(emulator, "/verify", body)).body.code,
      "otp_expired",
    );
  }
  await post(emulator, "/otp", { email: EMAIL });
  const fresh = await emulator.mailbox.next(EMAIL);
  await call(emulator, "PUT", `/admin/users/${user!["id"]}`, {
    token: emulator.serviceRoleKey,
    body: { ban_duration: "1h" },
  });
  const banned = await post(emulator, "/verify", {
    type: "email",
    token_hash: fresh.token_hash,
  });
  assertEquals([banned.status, banned.body.code], [403, "user_banned"]);
});

Deno.test("GET /verify redirects to where the request may go, and nowhere else", async () => {
  const emulator = start({ GOTRUE_URI_ALLOW_LIST: "myapp://callback" });
  const targets: [wanted: string, base: string][] = [
    ["http://localhost:3000/x?a=b#c", "http://localhost:3000/x?a=b"],
    ["myapp://callback", "myapp://callback"],
    ["http://localhost:4000/y", "http://localhost:4000/y"],
    ["https://evil.example/", "http://localhost:3000"],
    ["http://localhost.evil.example/", "http://localhost:3000"],
    ["http://1.1.1.1/", "http://localhost:3000"],
    ["http://2130706433/", "http://localhost:3000"],
    ["//evil.example", "http://localhost:3000"],
    ["", "http://localhost:3000"],
  ];
  for (const [wanted, base] of targets) {
    const query = new URLSearchParams({
      token: "x",
      type: "signup",
      redirect_to: wanted,
    });
    const answer = await call(emulator, "GET", `/verify?${query}`);
    assertEquals(answer.headers.get("location"), base + EXPIRED);
  }
});

Deno.test("GET /verify repeats errors of PKCE links in the query, and escapes fragments twice", async () => {
  const emulator = start();
  const answer = await call(
    emulator,
    "GET",
    "/verify?type=magiclink&token=pkce_x&redirect_to=http://localhost:3000/cb?b=1%26a=2",
  );
  const outcome =
    "error=access_denied&error_code=otp_expired&error_description=Email+link+is+invalid+or+has+expired";
  assertEquals(
    answer.headers.get("location"),
    `http://localhost:3000/cb?a=2&b=1&${outcome}#${outcome}&sb=`,
  );
  assert(
    String(answer.body).startsWith(
      '<a href="http://localhost:3000/cb?a=2&amp;',
    ),
  );
});

Deno.test("GET /verify answers in JSON when type or token are missing", async () => {
  const emulator = start();
  const noType = await call(emulator, "GET", "/verify?token=x");
  assertEquals(noType.body.message, "Verify requires a verification type");
  const noToken = await call(emulator, "GET", "/verify?type=signup");
  assertEquals(
    noToken.body.message,
    "Verify requires a token or a token hash",
  );
});

Deno.test("GET /reauthenticate sends the code that a password change may need", async () => {
  const emulator = start({
    GOTRUE_SECURITY_UPDATE_PASSWORD_REQUIRE_REAUTHENTICATION: "true",
  });
  const session = await signedIn(emulator);
  const token = session.access_token;
  const change = (nonce?: string) =>
    call(emulator, "PUT", "/user", {
      token,
      body: { password: "another-1234", nonce },
    });
  assertEquals((await change()).status, 200);
  emulator.clock.advance(25 * HOUR);
  const later: Loose = await refreshed(emulator, session.refresh_token);
  const put = (nonce?: string) =>
    call(emulator, "PUT", "/user", {
      token: later.access_token,
      body: { password: "a-third-1234", nonce },
    });
  assertEquals((await put()).body.code, "reauthentication_needed");
  await call(emulator, "GET", "/reauthenticate", {
    token: later.access_token,
  });
  const { code, link, subject } = await emulator.mailbox.next(EMAIL);
  assertEquals([link, subject], ["", `${code} is your verification code`]);
  assertEquals((await put("000000x")).body.code, "reauthentication_not_valid");
  assertEquals((await put(code)).status, 200);
  assertEquals((await put(code)).body.code, "reauthentication_not_valid");
});

async function refreshed(emulator: Emulator, token: string): Promise<Loose> {
  const answer = await call(
    emulator,
    "POST",
    "/token?grant_type=refresh_token",
    { body: { refresh_token: token } },
  );
  return answer.body;
}
