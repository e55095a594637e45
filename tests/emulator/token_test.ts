import { serverOf } from "../../lib/emulator/instances.ts";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Emulator } from "../../lib/emulator/mod.ts";
import {
  type Answer,
  call,
  callAsAdmin,
  type Loose,
  signedIn,
  start,
} from "./helpers.ts";

const CREDENTIALS = { email: "ann@example.com", password: "password-1234" };
const MINUTE = 60_000;

function grant(
  emulator: Emulator,
  type: string,
  body: unknown,
): Promise<Answer> {
  return call(emulator, "POST", `/token?grant_type=${type}`, { body });
}

function refresh(emulator: Emulator, token: string): Promise<Answer> {
  return grant(emulator, "refresh_token", { refresh_token: token });
}

function payload(token: string): Loose {
  const [, body] = token.split(".");
  return JSON.parse(atob(body!.replaceAll("-", "+").replaceAll("_", "/")));
}

Deno.test("POST /token?grant_type=password signs in and says that the password is not weak", async () => {
  const emulator = start();
  await emulator.users.seed(CREDENTIALS);
  const { status, body, headers } = await grant(emulator, "password", {
    ...CREDENTIALS,
    email: "ANN@example.com",
  });
  assertEquals(status, 200);
  assertEquals(body.weak_password, null);
  const claims = payload(body.access_token);
  assertEquals(claims.amr[0].method, "password");
  assertEquals(claims.aal, "aal1");
  assertEquals(claims.exp - claims.iat, 3600);
  assertEquals(claims.iss, undefined);
  assertEquals(headers.get("sb-auth-user-id"), body.user.id);
  assertEquals(headers.get("sb-auth-session-id"), claims.session_id);
  assertEquals(
    headers.get("sb-auth-refresh-token-prefix"),
    body.refresh_token.slice(0, 5),
  );
});

Deno.test("POST /token?grant_type=password names the rules that an old password no longer meets", async () => {
  const lax = start();
  await lax.users.seed(CREDENTIALS);
  const strict = start({ GOTRUE_PASSWORD_MIN_LENGTH: "20" }, {
    store: lax.store,
  });
  const { body } = await grant(strict, "password", CREDENTIALS);
  assertEquals(body.weak_password, {
    message: "Password should be at least 20 characters.",
    reasons: ["length"],
  });
});

Deno.test("POST /token refuses wrong credentials, unconfirmed and banned users, and unknown grants", async () => {
  const emulator = start({ GOTRUE_EXTERNAL_PHONE_ENABLED: "true" });
  await emulator.users.seed(
    CREDENTIALS,
    { ...CREDENTIALS, email: "new@example.com", confirmed: false },
    { email: "nopassword@example.com" },
  );
  const [banned] = await emulator.users.seed({
    ...CREDENTIALS,
    email: "banned@example.com",
  });
  await callAsAdmin(emulator, "PUT", `/admin/users/${banned!["id"]}`, {
    ban_duration: "1h",
  });
  const { password } = CREDENTIALS;
  const cases: [body: unknown, code: string, message: string][] = [
    [{ password }, "validation_failed", "missing email or phone"],
    [
      { email: "x", phone: "1", password },
      "validation_failed",
      "Only an email address or phone number should be provided on login.",
    ],
    [
      { ...CREDENTIALS, password: "wrong" },
      "invalid_credentials",
      "Invalid login credentials",
    ],
    [
      { email: "nobody@example.com", password },
      "invalid_credentials",
      "Invalid login credentials",
    ],
    [
      { email: "nopassword@example.com", password: "" },
      "invalid_credentials",
      "Invalid login credentials",
    ],
    [
      { email: "new@example.com", password },
      "email_not_confirmed",
      "Email not confirmed",
    ],
    [
      { email: "banned@example.com", password: "wrong" },
      "user_banned",
      "User is banned",
    ],
  ];
  for (const [body, code, message] of cases) {
    const answer = await grant(emulator, "password", body);
    assertEquals([answer.body.code, answer.body.message], [code, message]);
  }
  for (const type of ["", "magic", "toString"]) {
    const answer = await grant(emulator, type, {});
    assertEquals(answer.body.message, "unsupported_grant_type");
  }
});

Deno.test("POST /token verifies imported bcrypt hashes", async () => {
  const emulator = start();
  const created = await callAsAdmin(emulator, "POST", "/admin/users", {
    email: "old@example.com",
    password_hash:
      "$2y$10$SXEz2HeT8PUIGQXo9yeUIem8KzNxgG0d7o/.eGj2rj8KbRgAuRVlq",
    email_confirm: true,
  });
  assertEquals(created.status, 200);
  const email = "old@example.com";
  const right = await grant(emulator, "password", { email, password: "test" });
  assertEquals(right.status, 200);
  const wrong = await grant(emulator, "password", { email, password: "tes" });
  assertEquals(wrong.body.code, "invalid_credentials");
});

Deno.test("POST /token?grant_type=refresh_token gives the parent of the active token that token again, for ever", async () => {
  const emulator = start();
  const { refresh_token: a } = await signedIn(emulator);
  const first = await refresh(emulator, a);
  const b = first.body.refresh_token;
  assertNotEquals(a, b);
  assertEquals(first.headers.get("sb-auth-refresh-token-reuse"), "false");
  emulator.clock.advance(60 * MINUTE);
  const again = await refresh(emulator, a);
  assertEquals(again.body.refresh_token, b);
  assertEquals(again.headers.get("sb-auth-refresh-token-reuse"), null);
});

Deno.test("POST /token?grant_type=refresh_token revokes the family when an older token is used again", async () => {
  const emulator = start();
  const session = await signedIn(emulator);
  const b = (await refresh(emulator, session.refresh_token)).body;
  const c = (await refresh(emulator, b.refresh_token)).body;
  emulator.clock.advance(MINUTE);
  const reused = await refresh(emulator, session.refresh_token);
  assertEquals(reused.status, 400);
  assertEquals(reused.body.code, "refresh_token_already_used");
  const latest = await refresh(emulator, c.refresh_token);
  assertEquals(latest.body.code, "refresh_token_already_used");
  const user = await call(emulator, "GET", "/user", { token: c.access_token });
  assertEquals(user.status, 200);
});

Deno.test("POST /token?grant_type=refresh_token lets older tokens through within the reuse interval", async () => {
  const emulator = start({
    GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL: "10",
  });
  const session = await signedIn(emulator);
  const b = (await refresh(emulator, session.refresh_token)).body;
  await refresh(emulator, b.refresh_token);
  emulator.clock.advance(5000);
  const reused = await refresh(emulator, session.refresh_token);
  assertEquals(reused.status, 200);
  assertNotEquals(reused.body.refresh_token, b.refresh_token);
});

Deno.test("POST /token?grant_type=refresh_token gives two simultaneous requests the same successor", async () => {
  const emulator = start();
  const session = await signedIn(emulator);
  const [one, two] = await Promise.all([
    refresh(emulator, session.refresh_token),
    refresh(emulator, session.refresh_token),
  ]);
  assertEquals(one.body.refresh_token, two.body.refresh_token);
});

Deno.test("POST /token?grant_type=refresh_token refuses malformed and unknown tokens and banned users", async () => {
  const emulator = start();
  const session = await signedIn(emulator);
  const malformed = ["", "short", "UPPERCASE123", "a".repeat(40)];
  for (const token of malformed) {
    const answer = await refresh(emulator, token);
    assertEquals(answer.body.message, "Refresh token is not valid", token);
  }
  const unknown = await refresh(emulator, "aaaaaaaaaaaa");
  assertEquals(unknown.body.code, "refresh_token_not_found");
  await callAsAdmin(emulator, "PUT", `/admin/users/${session.user.id}`, {
    ban_duration: "1h",
  });
  const banned = await refresh(emulator, session.refresh_token);
  assertEquals(banned.body.message, "Invalid Refresh Token: User Banned");
  emulator.clock.advance(61 * MINUTE);
  assertEquals((await refresh(emulator, session.refresh_token)).status, 200);
});

Deno.test("POST /token?grant_type=refresh_token ends sessions by timebox, inactivity and low level", async () => {
  const cases: [env: Record<string, string>, message: string][] = [
    [{ GOTRUE_SESSIONS_TIMEBOX: "30m" }, "Session Expired"],
    [
      { GOTRUE_SESSIONS_INACTIVITY_TIMEOUT: "30m" },
      "Session Expired (Inactivity)",
    ],
  ];
  for (const [env, message] of cases) {
    const emulator = start(env);
    const session = await signedIn(emulator);
    emulator.clock.advance(20 * MINUTE);
    const next = await refresh(emulator, session.refresh_token);
    assertEquals(next.status, 200);
    emulator.clock.advance(31 * MINUTE);
    const late = await refresh(emulator, next.body.refresh_token);
    assertEquals(late.body, {
      code: "session_expired",
      message: `Invalid Refresh Token: ${message}`,
    });
  }
});

Deno.test("POST /token?grant_type=refresh_token keeps only the newest session where one is allowed", async () => {
  const emulator = start({ GOTRUE_SESSIONS_SINGLE_PER_USER: "true" });
  const first = await signedIn(emulator);
  emulator.clock.advance(1000);
  const second = await emulator.signIn("ann@example.com");
  const old = await refresh(emulator, first.refresh_token);
  assertEquals(
    old.body.message,
    "Invalid Refresh Token: Session Expired (Revoked by Newer Login)",
  );
  const current = await refresh(emulator, String(second["refresh_token"]));
  assertEquals(current.status, 200);
});

const VERSION_2 = { GOTRUE_SECURITY_REFRESH_TOKEN_ALGORITHM_VERSION: "2" };

Deno.test("POST /token?grant_type=refresh_token counts tokens of version 2", async () => {
  const emulator = start(VERSION_2);
  const session = await signedIn(emulator);
  assert(session.refresh_token.length > 50);
  const first = await refresh(emulator, session.refresh_token);
  assertEquals(first.headers.get("sb-auth-refresh-token-counter"), "1");
  const lost = await refresh(emulator, session.refresh_token);
  assertEquals(lost.body.refresh_token, first.body.refresh_token);
  assertEquals(
    lost.headers.get("sb-auth-refresh-token-reuse-cause"),
    "fail-to-save",
  );
  await refresh(emulator, first.body.refresh_token);
  const reused = await refresh(emulator, session.refresh_token);
  assertEquals(reused.body.code, "refresh_token_already_used");
  assertEquals(reused.headers.get("sb-auth-refresh-token-rotated"), "true");
  const user = await call(emulator, "GET", "/user", {
    token: first.body.access_token,
  });
  assertEquals(user.body.code, "session_not_found");
});

Deno.test("POST /token?grant_type=refresh_token refuses forged tokens of version 2", async () => {
  const emulator = start(VERSION_2);
  const other = start(VERSION_2);
  const { refresh_token } = await signedIn(other);
  const foreign = await refresh(emulator, refresh_token);
  assertEquals(foreign.body.code, "refresh_token_not_found");
  // The last character has spare bits, which another one may leave as they are.
  const changed = refresh_token[20] === "A" ? "B" : "A";
  const damaged = await refresh(
    other,
    refresh_token.slice(0, 20) + changed + refresh_token.slice(21),
  );
  assertEquals(damaged.body.code, "validation_failed");
});

Deno.test("POST /token?grant_type=refresh_token upgrades sessions to version 2 where told to", async () => {
  const old = start();
  const session = await signedIn(old);
  const upgrading = start({
    ...VERSION_2,
    GOTRUE_SECURITY_REFRESH_TOKEN_UPGRADE_PERCENTAGE: "100",
  }, { store: old.store });
  const { body } = await refresh(upgrading, session.refresh_token);
  assert(body.refresh_token.length > 50);
  assertEquals((await refresh(upgrading, body.refresh_token)).status, 200);
});

Deno.test("POST /token?grant_type=pkce exchanges the code of a link once, for the right verifier", async () => {
  const emulator = start();
  await emulator.users.seed(CREDENTIALS);
  const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  await call(emulator, "POST", "/otp", {
    body: {
      email: CREDENTIALS.email,
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
    },
  });
  const mail = await emulator.mailbox.next(CREDENTIALS.email);
  assert(mail.token_hash.startsWith("pkce_"));
  const link = new URL(mail.link);
  const clicked = await call(emulator, "GET", `/verify${link.search}`);
  const target = new URL(clicked.headers.get("location")!);
  const auth_code = target.searchParams.get("code");
  const exchange = (code_verifier: string) =>
    grant(emulator, "pkce", { auth_code, code_verifier });
  const wrong = await exchange("x".repeat(43));
  assertEquals(wrong.body.code, "bad_code_verifier");
  const right = await exchange(verifier);
  assertEquals(payload(right.body.access_token).amr[0].method, "magiclink");
  assertEquals(right.body.weak_password, undefined);
  const again = await exchange(verifier);
  assertEquals([again.status, again.body.code], [404, "flow_state_not_found"]);
});

Deno.test("POST /token?grant_type=pkce refuses a flow that took too long and incomplete requests", async () => {
  const emulator = start();
  await call(emulator, "POST", "/signup", {
    body: {
      ...CREDENTIALS,
      code_challenge: "x".repeat(43),
      code_challenge_method: "plain",
    },
  });
  const mail = await emulator.mailbox.next(CREDENTIALS.email);
  emulator.clock.advance(6 * MINUTE);
  const { search } = new URL(mail.link);
  const clicked = await call(emulator, "GET", `/verify${search}`);
  const auth_code = new URL(clicked.headers.get("location")!)
    .searchParams.get("code");
  const late = await grant(emulator, "pkce", {
    auth_code,
    code_verifier: "x".repeat(43),
  });
  assertEquals([late.status, late.body.code], [422, "flow_state_expired"]);
  const half = await grant(emulator, "pkce", { auth_code });
  assertEquals(half.body.code, "validation_failed");
});

Deno.test("POST /logout ends all sessions, this one, or all others", async () => {
  const emulator = start();
  const one = await signedIn(emulator);
  const two: Loose = await emulator.signIn("ann@example.com");
  const isAlive = async (session: Loose) =>
    (await call(emulator, "GET", "/user", { token: session.access_token }))
      .status === 200;
  const logout = (session: Loose, scope: string) =>
    call(emulator, "POST", `/logout?scope=${scope}`, {
      token: session.access_token,
    });
  assertEquals((await logout(one, "nope")).body, {
    code: "validation_failed",
    message: 'Unsupported logout scope "nope"',
  });
  assertEquals((await logout(one, "others")).status, 204);
  assertEquals([await isAlive(one), await isAlive(two)], [true, false]);
  const three: Loose = await emulator.signIn("ann@example.com");
  await logout(three, "local");
  assertEquals([await isAlive(one), await isAlive(three)], [true, false]);
  await logout(one, "");
  assertEquals(await isAlive(one), false);
  const gone = await refresh(emulator, one.refresh_token);
  assertEquals(gone.body.code, "refresh_token_not_found");
});

Deno.test("a token whose header names no algorithm as text is refused", async () => {
  const emulator = start();
  const part = (value: unknown) =>
    btoa(JSON.stringify(value)).replaceAll("=", "");
  const { access_token: good } = await signedIn(emulator);
  const [, claims, signature] = good.split(".");
  for (const alg of [{ toString: 1 }, ["HS256"], 7, null]) {
    const token = `${part({ alg, typ: "JWT" })}.${claims}.${signature}`;
    const { status, body } = await call(emulator, "GET", "/user", { token });
    assertEquals([status, body.code], [403, "bad_jwt"]);
    assertEquals(body.message.endsWith("(alg) is unspecified"), true);
  }
});

Deno.test("a session that is stronger than its user's factors is no weak one", async () => {
  const emulator = start({ GOTRUE_SESSIONS_ALLOW_LOW_AAL: "1m" });
  const { access_token: token, refresh_token } = await signedIn(emulator);
  const session = JSON.parse(atob(token.split(".")[1]!)).session_id;
  const { sessions } = serverOf(emulator).store.tables;
  sessions.update(session, {
    aal: "aal2",
    amr: [{ method: "totp", at: emulator.clock.now() }],
  });
  emulator.clock.advance(120_000);
  const { status, body } = await call(
    emulator,
    "POST",
    "/token?grant_type=refresh_token",
    { body: { refresh_token } },
  );
  assertEquals([status, body.expires_in], [200, 3600]);
});
