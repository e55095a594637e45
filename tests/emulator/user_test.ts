import { assert, assertEquals } from "@std/assert";
import type { Emulator } from "../../lib/emulator/mod.ts";
import {
  type Answer,
  call,
  callAsAdmin,
  type Loose,
  signedIn,
  start,
} from "./helpers.ts";

function put(
  emulator: Emulator,
  token: string,
  body: unknown,
): Promise<Answer> {
  return call(emulator, "PUT", "/user", { token, body });
}

async function click(emulator: Emulator, link: string): Promise<string> {
  const { search } = new URL(link);
  const answer = await call(emulator, "GET", `/verify${search}`);
  return answer.headers.get("location")!;
}

Deno.test("GET /user refuses tokens by what is wrong with them", async () => {
  const emulator = start();
  const session = await signedIn(emulator);
  const { access_token: token } = session;
  const [header, body, signature] = token.split(".");
  const flipped = (signature[0] === "A" ? "B" : "A") + signature.slice(1);
  const prefix = "invalid JWT: unable to parse or verify signature, ";
  const cases: [token: string, status: number, message: string][] = [
    [
      "garbage",
      403,
      `${prefix}token is malformed: token contains an invalid number of segments`,
    ],
    [
      `${header}.${body}.${flipped}`,
      403,
      `${prefix}token signature is invalid: signature is invalid`,
    ],
    [
      `${btoa('{"alg":"none"}').replaceAll("=", "")}.${body}.`,
      403,
      `${prefix}token signature is invalid: signing method none is invalid`,
    ],
    [emulator.anonKey, 403, "invalid claim: missing sub claim"],
  ];
  for (const [value, status, message] of cases) {
    const answer = await call(emulator, "GET", "/user", { token: value });
    assertEquals([answer.status, answer.body.message], [status, message]);
  }
  emulator.clock.advance(3_601_000);
  const late = await call(emulator, "GET", "/user", { token });
  assertEquals(
    late.body.message,
    `${prefix}token has invalid claims: token is expired`,
  );
});

Deno.test("GET /user refuses deleted and banned users and another audience", async () => {
  const emulator = start();
  const { access_token: token, user } = await signedIn(emulator);
  const other = await call(emulator, "GET", "/user", {
    token,
    headers: { "X-JWT-AUD": "other" },
  });
  assertEquals(other.body.code, "validation_failed");
  await callAsAdmin(emulator, "PUT", `/admin/users/${user.id}`, {
    ban_duration: "1h",
  });
  assertEquals(
    (await call(emulator, "GET", "/user", { token })).body.code,
    "user_banned",
  );
  await callAsAdmin(emulator, "DELETE", `/admin/users/${user.id}`);
  const gone = await call(emulator, "GET", "/user", { token });
  assertEquals([gone.status, gone.body.code], [403, "user_not_found"]);
});

Deno.test("PUT /user merges metadata one level deep and deletes what is null", async () => {
  const emulator = start();
  const { access_token: token } = await signedIn(emulator);
  await put(emulator, token, { data: { a: 1, b: { c: 1 }, d: 2 } });
  const { body } = await put(emulator, token, {
    data: { a: null, b: { e: 1 } },
  });
  assertEquals(body.user_metadata, {
    b: { e: 1 },
    d: 2,
    email_verified: true,
  });
  const admin = await put(emulator, token, { app_metadata: { role: "x" } });
  assertEquals([admin.status, admin.body.code], [403, "not_admin"]);
});

Deno.test("PUT /user changes the password, ends other sessions and refuses the same one", async () => {
  const emulator = start();
  const { access_token: token } = await signedIn(emulator);
  const other: Loose = await emulator.signIn("ann@example.com");
  const same = await put(emulator, token, { password: "password-1234" });
  assertEquals(same.body.code, "same_password");
  const weak = await put(emulator, token, { password: "" });
  assertEquals(weak.body.code, "weak_password");
  assertEquals(
    (await put(emulator, token, { password: "another-1234" })).status,
    200,
  );
  const gone = await call(emulator, "GET", "/user", {
    token: other.access_token,
  });
  assertEquals(gone.body.code, "session_not_found");
});

Deno.test("PUT /user asks for the current password where that is set", async () => {
  const emulator = start({
    GOTRUE_SECURITY_UPDATE_PASSWORD_REQUIRE_CURRENT_PASSWORD: "true",
  });
  const { access_token: token } = await signedIn(emulator);
  const change = (current_password?: string) =>
    put(emulator, token, { password: "another-1234", current_password });
  assertEquals((await change()).body.code, "current_password_required");
  assertEquals((await change("no")).body.code, "current_password_invalid");
  assertEquals((await change("password-1234")).status, 200);
});

Deno.test("PUT /user with a new address needs both confirmations, in either order", async () => {
  for (const newFirst of [true, false]) {
    const emulator = start();
    const { access_token: token } = await signedIn(emulator);
    const { body } = await put(emulator, token, { email: "New@example.com" });
    assertEquals([body.email, body.new_email], [
      "ann@example.com",
      "new@example.com",
    ]);
    const toNew = await emulator.mailbox.next("new@example.com");
    const toOld = await emulator.mailbox.next("ann@example.com");
    const [first, second] = newFirst ? [toNew, toOld] : [toOld, toNew];
    assertEquals(
      await click(emulator, first.link),
      "http://localhost:3000#message=Confirmation+link+accepted.+Please+proceed+to+confirm+link+sent+to+the+other+email&sb=",
    );
    const done = await click(emulator, second.link);
    assert(done.includes("type=email_change"), done);
    const user = await call(emulator, "GET", "/user", { token });
    assertEquals([user.body.email, user.body.new_email], [
      "new@example.com",
      undefined,
    ]);
    assertEquals(user.body.identities[0].identity_data.email_verified, true);
  }
});

Deno.test("PUT /user with a new address answers codes by their address", async () => {
  const emulator = start();
  const { access_token: token } = await signedIn(emulator);
  await put(emulator, token, { email: "new@example.com" });
  const toOld = await emulator.mailbox.next("ann@example.com");
  const toNew = await emulator.mailbox.next("new@example.com");
  const verify = (email: string, code: string) =>
    call(emulator, "POST", "/verify", {
      body: { type: "email_change", email, token: code },
    });
  const swapped = await verify("ann@example.com", toNew.code);
  assertEquals(swapped.body.code, "otp_expired");
  assertEquals((await verify("ann@example.com", toOld.code)).body.code, "200");
  const done = await verify("new@example.com", toNew.code);
  assertEquals(done.body.user.email, "new@example.com");
});

Deno.test("PUT /user with a new address needs one confirmation where secure changes are off", async () => {
  const emulator = start({
    GOTRUE_MAILER_SECURE_EMAIL_CHANGE_ENABLED: "false",
  });
  const { access_token: token } = await signedIn(emulator);
  await put(emulator, token, { email: "new@example.com" });
  assertEquals(emulator.mailbox.list().length, 1);
  const mail = await emulator.mailbox.next("new@example.com");
  assert((await click(emulator, mail.link)).includes("access_token="));
});

Deno.test("PUT /user refuses addresses and numbers of others", async () => {
  const emulator = start({ GOTRUE_EXTERNAL_PHONE_ENABLED: "true" });
  await emulator.users.seed({ email: "bob@example.com", phone: "15551234567" });
  const { access_token: token } = await signedIn(emulator);
  const email = await put(emulator, token, { email: "bob@example.com" });
  assertEquals([email.status, email.body.code], [422, "email_exists"]);
  const phone = await put(emulator, token, { phone: "+15551234567" });
  assertEquals([phone.status, phone.body.code], [422, "phone_exists"]);
});

Deno.test("PUT /user makes an anonymous user permanent", async () => {
  const emulator = start({
    GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "true",
    GOTRUE_MAILER_AUTOCONFIRM: "true",
  });
  const anonymous = await call(emulator, "POST", "/signup", { body: {} });
  const token = anonymous.body.access_token;
  const password = "password-1234";
  const alone = await put(emulator, token, { password });
  assertEquals([alone.status, alone.body.code], [422, "validation_failed"]);
  const { body } = await put(emulator, token, {
    email: "ann@example.com",
    password,
  });
  assertEquals([body.is_anonymous, body.email], [false, "ann@example.com"]);
  assertEquals(body.app_metadata, {});
  assertEquals(body.identities[0].provider, "email");
});

Deno.test("PUT /user changes the phone number after its code, or at once with autoconfirm", async () => {
  const env = {
    GOTRUE_EXTERNAL_PHONE_ENABLED: "true",
    GOTRUE_SMS_TEST_OTP: "15550001111:123456",
  };
  const emulator = start(env);
  const { access_token: token } = await signedIn(emulator);
  const pending = await put(emulator, token, { phone: "15550001111" });
  assertEquals(pending.body.new_phone, "15550001111");
  const done = await call(emulator, "POST", "/verify", {
    body: { type: "phone_change", phone: "15550001111", token: "123456" },
  });
  assertEquals(done.body.user.phone, "15550001111");
  assertEquals(done.body.user.app_metadata.providers, ["email", "phone"]);
  const auto = start({ ...env, GOTRUE_SMS_AUTOCONFIRM: "true" });
  const session = await signedIn(auto);
  const now = await put(auto, session.access_token, { phone: "15550001111" });
  assertEquals(now.body.phone, "15550001111");
});

Deno.test("DELETE /user/identities takes the address along and gives the user the next one", async () => {
  const emulator = start({ GOTRUE_SECURITY_MANUAL_LINKING_ENABLED: "true" });
  const off = start({}, { store: emulator.store });
  await emulator.users.seed({
    email: "ann@example.com",
    phone: "15551234567",
    password: "password-1234",
  });
  const session: Loose = await emulator.signIn("ann@example.com");
  const token = session.access_token;
  const [email, phone] = session.user.identities;
  const remove = (on: Emulator, id: string) =>
    call(on, "DELETE", `/user/identities/${id}`, { token });
  assertEquals(
    (await remove(off, email.identity_id)).body.code,
    "manual_linking_disabled",
  );
  assertEquals((await remove(emulator, "x")).status, 404);
  const unknown = await remove(emulator, crypto.randomUUID());
  assertEquals(unknown.body.code, "identity_not_found");
  assertEquals((await remove(emulator, email.identity_id)).body, {});
  const user = await call(emulator, "GET", "/user", { token });
  assertEquals(user.body.email, "");
  assertEquals(user.body.email_confirmed_at, undefined);
  assertEquals(user.body.app_metadata, {
    provider: "phone",
    providers: ["phone"],
  });
  const last = await remove(emulator, phone.identity_id);
  assertEquals(last.body.code, "single_identity_not_deletable");
});
