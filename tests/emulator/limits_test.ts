import { assertEquals, assertThrows } from "@std/assert";
import { Rates } from "../../lib/emulator/limits/rates.ts";
import type { Emulator } from "../../lib/emulator/mod.ts";
import { type Answer, call, callAsAdmin, signedIn, start } from "./helpers.ts";

const BY_ADDRESS = { GOTRUE_RATE_LIMIT_HEADER: "X-Forwarded-For" };
const HOUR = 3_600_000;

/** The number of requests that pass before the first refusal; -1 when none is refused. */
async function countPassing(
  send: () => Promise<Answer>,
  code: string,
  most = 40,
): Promise<number> {
  for (let i = 0; i < most; i++) {
    const { status, body } = await send();
    if (status === 429 && body.code === code) return i;
  }
  return -1;
}

function from(
  emulator: Emulator,
  method: string,
  path: string,
  body: unknown,
  address = "10.0.0.1",
): () => Promise<Answer> {
  const headers = { "X-Forwarded-For": `${address}, 10.9.9.9` };
  return () => call(emulator, method, path, { body, headers });
}

const REQUEST_LIMIT = "over_request_rate_limit";

Deno.test("each route lets a client pass thirty times at once, and as configured later", async () => {
  const emulator = start({
    ...BY_ADDRESS,
    GOTRUE_RATE_LIMIT_OTP: "30",
    GOTRUE_RATE_LIMIT_VERIFY: "60",
  });
  emulator.clock.freeze();
  const verify = from(emulator, "POST", "/verify", { type: "signup" });
  assertEquals(await countPassing(verify, REQUEST_LIMIT), 30);
  const follow = from(emulator, "GET", "/verify?type=signup", undefined);
  assertEquals(await countPassing(follow, REQUEST_LIMIT, 1), 0);
  for (const path of ["/otp", "/magiclink", "/recover", "/resend"]) {
    const send = from(emulator, "POST", path, {});
    assertEquals(await countPassing(send, REQUEST_LIMIT), 30, path);
  }
  emulator.clock.advance(10_000);
  assertEquals(await countPassing(verify, REQUEST_LIMIT), 2);
  const other = from(emulator, "POST", "/otp", {}, "10.0.0.2");
  assertEquals(await countPassing(other, REQUEST_LIMIT, 1), -1);
});

Deno.test("nobody is limited without the header, or without the setting", async () => {
  const limited = start(BY_ADDRESS);
  const bare = () => call(limited, "POST", "/otp", { body: {} });
  assertEquals(await countPassing(bare, REQUEST_LIMIT), -1);
  const open = start();
  const send = from(open, "POST", "/otp", {});
  assertEquals(await countPassing(send, REQUEST_LIMIT), -1);
});

Deno.test("the leftmost Sb-Forwarded-For address counts where that header is trusted", async () => {
  const emulator = start({ GOTRUE_SECURITY_SB_FORWARDED_FOR_ENABLED: "true" });
  const headers = { "Sb-Forwarded-For": "10.0.0.1" };
  const send = () => call(emulator, "POST", "/otp", { body: {}, headers });
  assertEquals(await countPassing(send, REQUEST_LIMIT), 30);
});

Deno.test("anonymous sign-ups have a bucket of their own, as large as their setting", async () => {
  const emulator = start({
    ...BY_ADDRESS,
    GOTRUE_MAILER_AUTOCONFIRM: "true",
    GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "true",
    GOTRUE_RATE_LIMIT_ANONYMOUS_USERS: "2",
  });
  const guest = from(emulator, "POST", "/signup", {});
  assertEquals(await countPassing(guest, REQUEST_LIMIT), 2);
  const body = { email: "ann@example.com", password: "password-1234" };
  const named = await from(emulator, "POST", "/signup", body)();
  assertEquals(named.status, 200);
  const malformed = await from(emulator, "POST", "/signup", "{")();
  assertEquals(malformed.body.code, "bad_json");
});

Deno.test("wallets do not use up the other grants", async () => {
  const emulator = start(BY_ADDRESS);
  const wallet = from(emulator, "POST", "/token?grant_type=web3", {});
  assertEquals(await countPassing(wallet, REQUEST_LIMIT), 30);
  const refresh = from(emulator, "POST", "/token?grant_type=refresh_token", {});
  assertEquals(await countPassing(refresh, REQUEST_LIMIT), 30);
});

Deno.test("factors and the user's own changes are limited after the token was checked", async () => {
  const emulator = start(BY_ADDRESS);
  const { access_token: token } = await signedIn(emulator);
  const headers = { "X-Forwarded-For": "10.0.0.1" };
  const { body: factor } = await call(emulator, "POST", "/factors", {
    token,
    body: { factor_type: "totp" },
  });
  const path = `/factors/${factor.id}/challenge`;
  const challenge = () => call(emulator, "POST", path, { token, headers });
  assertEquals(await countPassing(challenge, REQUEST_LIMIT), 30);
  const body = { data: {} };
  const change = () => call(emulator, "PUT", "/user", { token, headers, body });
  assertEquals(await countPassing(change, REQUEST_LIMIT), 30);
  const nobody = await call(emulator, "PUT", "/user", { headers, body });
  assertEquals(nobody.status, 401);
});

Deno.test("mails have a budget per hour that only whole hours renew", async () => {
  const emulator = start({ GOTRUE_RATE_LIMIT_EMAIL_SENT: "2" });
  let user = 0;
  const body = () => ({
    email: `u${user++}@example.com`,
    password: "password-1234",
  });
  const send = () => call(emulator, "POST", "/signup", { body: body() });
  const limit = "over_email_send_rate_limit";
  assertEquals(await countPassing(send, limit), 2);
  const { body: refusal } = await send();
  assertEquals(refusal.message, "email rate limit exceeded");
  emulator.clock.advance(HOUR);
  assertEquals(await countPassing(send, limit), 2);
  assertEquals(emulator.users.list().length, 4);
});

Deno.test("a change of address with two mails counts once", async () => {
  const emulator = start({ GOTRUE_RATE_LIMIT_EMAIL_SENT: "2" });
  const { access_token: token } = await signedIn(emulator);
  for (const status of [200, 200, 429]) {
    const body = { email: `new${status}@example.com` };
    const answer = await call(emulator, "PUT", "/user", { token, body });
    assertEquals(answer.status, status);
  }
  assertEquals(emulator.mailbox.list().length, 4);
});

Deno.test("confirmed-at-once servers have no budget of mails, but none at all is none", async () => {
  const auto = { GOTRUE_MAILER_AUTOCONFIRM: "true" };
  for (const [budget, status] of [["1", 200], ["0", 429]] as const) {
    const emulator = start({ ...auto, GOTRUE_RATE_LIMIT_EMAIL_SENT: budget });
    for (const email of ["a@example.com", "b@example.com"]) {
      await emulator.users.seed({ email });
      const answer = await call(emulator, "POST", "/recover", {
        body: { email },
      });
      assertEquals(answer.status, status);
    }
  }
});

Deno.test("a budget with a duration is a bucket", async () => {
  const emulator = start({ GOTRUE_RATE_LIMIT_EMAIL_SENT: "1/10m" });
  const invite = (n: number) =>
    callAsAdmin(emulator, "POST", "/invite", { email: `${n}@example.com` });
  assertEquals((await invite(1)).status, 200);
  assertEquals((await invite(2)).status, 429);
  emulator.clock.advance(600_000);
  assertEquals((await invite(3)).status, 200);
});

Deno.test("text messages have a budget, which test numbers and confirmed-at-once servers spare", async () => {
  const env = {
    GOTRUE_EXTERNAL_PHONE_ENABLED: "true",
    GOTRUE_RATE_LIMIT_SMS_SENT: "1",
    GOTRUE_SMS_TEST_OTP: "15550009999:123456",
  };
  const hooks = { sendSms: () => {} };
  const send = (emulator: Emulator, phone: string) =>
    call(emulator, "POST", "/otp", { body: { phone } });
  const strict = start(env, { hooks });
  assertEquals((await send(strict, "15550009999")).status, 200);
  assertEquals((await send(strict, "15550000001")).status, 200);
  const refused = await send(strict, "15550000002");
  assertEquals([refused.status, refused.body.message], [
    429,
    "SMS rate limit exceeded",
  ]);
  const open = start({ ...env, GOTRUE_SMS_AUTOCONFIRM: "true" }, { hooks });
  for (const phone of ["15550000001", "15550000002"]) {
    assertEquals((await send(open, phone)).status, 200);
  }
});

Deno.test("createEmulator() refuses a budget that is none", () => {
  for (const text of ["many", "3/", "3/never", "-1"]) {
    assertThrows(
      () => start({ GOTRUE_RATE_LIMIT_EMAIL_SENT: text }),
      TypeError,
      "GOTRUE_RATE_LIMIT_EMAIL_SENT",
    );
  }
});

Deno.test("reset() fills everything up", async () => {
  const emulator = start({ GOTRUE_RATE_LIMIT_EMAIL_SENT: "1" });
  const invite = (n: number) =>
    callAsAdmin(emulator, "POST", "/invite", { email: `${n}@example.com` });
  await invite(1);
  assertEquals((await invite(2)).status, 429);
  emulator.reset();
  assertEquals((await invite(3)).status, 200);
});

Deno.test("Rates forgets the clients of long ago", () => {
  const rates = new Rates(0);
  const rate = { perSecond: 1, burst: 1 };
  for (let i = 0; i < 30_000; i++) rates.take(`client ${i}`, rate, i);
  assertEquals(rates.size, 10_000);
});

Deno.test("unknown grants, and anonymous users where they are off, are refused without being counted", async () => {
  const emulator = start(BY_ADDRESS);
  const grant = from(emulator, "POST", "/token?grant_type=none", {});
  const guest = from(emulator, "POST", "/signup", {});
  for (let i = 0; i < 40; i++) {
    assertEquals((await grant()).body.message, "unsupported_grant_type");
    assertEquals((await guest()).body.code, "anonymous_provider_disabled");
  }
  const next = from(emulator, "POST", "/token?grant_type=password", {});
  assertEquals((await next()).status, 400);
});
