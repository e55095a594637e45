import { assertEquals, assertFalse, assertRejects } from "@std/assert";
import { refreshSession, signInWithPassword } from "../../lib/api/token.ts";
import { exchangeCodeForSession } from "../../lib/api/token_code.ts";
import { signInWithIdToken } from "../../lib/api/token_id.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import { sourceOf, textOf } from "../../lib/wire/source.ts";
import { SESSION_JSON } from "./fixtures.ts";
import { createRecorder, NOW } from "./recorder.ts";
import { testRequests } from "./request_cases.ts";

const LOGIN = { email: "ada@example.com", password: "correct horse" };

testRequests([
  {
    name: "signInWithPassword() by e-mail",
    call: signInWithPassword,
    method: "POST",
    endpoint: "/token",
    repeatable: true,
    answer: SESSION_JSON,
    minimal: {
      args: [LOGIN],
      path: "/token?grant_type=password",
      body: { ...LOGIN, gotrue_meta_security: {} },
    },
    full: {
      args: [{ ...LOGIN, options: { captchaToken: "solved" } }],
      path: "/token?grant_type=password",
      body: { ...LOGIN, gotrue_meta_security: { captcha_token: "solved" } },
    },
  },
  {
    name: "signInWithPassword() by phone",
    call: signInWithPassword,
    method: "POST",
    endpoint: "/token",
    repeatable: true,
    answer: SESSION_JSON,
    minimal: {
      args: [{ phone: "+15550100", password: "correct horse" }],
      path: "/token?grant_type=password",
      body: {
        phone: "+15550100",
        password: "correct horse",
        gotrue_meta_security: {},
      },
    },
  },
  {
    name: "signInWithIdToken()",
    call: signInWithIdToken,
    method: "POST",
    endpoint: "/token",
    repeatable: true,
    answer: SESSION_JSON,
    minimal: {
      args: [{ provider: "google", token: "id-token" }],
      path: "/token?grant_type=id_token",
      body: {
        provider: "google",
        id_token: "id-token",
        gotrue_meta_security: {},
      },
    },
    full: {
      args: [{
        provider: "custom:acme",
        token: "id-token",
        access_token: "provider-token",
        nonce: "nonce",
        options: { captchaToken: "solved" },
      }],
      path: "/token?grant_type=id_token",
      body: {
        provider: "custom:acme",
        id_token: "id-token",
        access_token: "provider-token",
        nonce: "nonce",
        gotrue_meta_security: { captcha_token: "solved" },
      },
    },
  },
  {
    name: "refreshSession()",
    call: refreshSession,
    method: "POST",
    endpoint: "/token",
    repeatable: true,
    answer: SESSION_JSON,
    minimal: {
      args: [{ refresh_token: "abcdefghijkl" }],
      path: "/token?grant_type=refresh_token",
      body: { refresh_token: "abcdefghijkl" },
    },
  },
  {
    name: "exchangeCodeForSession()",
    call: exchangeCodeForSession,
    method: "POST",
    endpoint: "/token",
    repeatable: false,
    answer: SESSION_JSON,
    minimal: {
      args: ["code", { codeVerifier: "verifier" }],
      path: "/token?grant_type=pkce",
      body: { auth_code: "code", code_verifier: "verifier" },
    },
  },
]);

Deno.test("signInWithPassword() gives the session as the server sent it", async () => {
  const { config } = createRecorder(SESSION_JSON);
  const { user, session } = await signInWithPassword(config, LOGIN);
  assertEquals(
    user.email_confirmed_at,
    new Date("2026-11-23T17:54:37.928Z"),
  );
  assertEquals(session.expires_at, SESSION_JSON.expires_at);
  assertEquals(session["of_a_newer_server"], [1]);
  assertEquals(sourceOf(session), SESSION_JSON);
  assertEquals(textOf(session), JSON.stringify(SESSION_JSON));
});

Deno.test("signInWithPassword() computes expires_at where an old server omits it", async () => {
  const { expires_at: _, ...old } = SESSION_JSON;
  const { config } = createRecorder(old);
  const { session } = await signInWithPassword(config, LOGIN);
  assertEquals(session.expires_at, NOW / 1000 + 3600);
});

const WEAK = { message: "Too short.", reasons: ["length"] };
const WEAK_PASSWORDS: [sent: unknown, given: unknown][] = [
  [WEAK, WEAK],
  [{ message: "m", reasons: ["pwned", 5] }, {
    message: "m",
    reasons: ["pwned"],
  }],
  [null, undefined],
  [undefined, undefined],
  [{ message: "m" }, undefined],
  [{ reasons: [] }, undefined],
];
for (const [sent, given] of WEAK_PASSWORDS) {
  Deno.test(`signInWithPassword() reads weak_password ${JSON.stringify(sent)}`, async () => {
    const { config } = createRecorder({ ...SESSION_JSON, weak_password: sent });
    const result = await signInWithPassword(config, LOGIN);
    assertEquals(result.weakPassword, given as typeof result.weakPassword);
    if (given === undefined) assertFalse("weakPassword" in result);
  });
}

const HALF_SESSIONS: [what: string, answer: unknown][] = [
  ["nothing", undefined],
  ["an empty object", {}],
  ["no user", { ...SESSION_JSON, user: null }],
  ["no refresh token", { ...SESSION_JSON, refresh_token: null }],
  ["a token that is no string", { ...SESSION_JSON, access_token: 1 }],
  ["a lifetime that is no number", { ...SESSION_JSON, expires_in: "3600" }],
];
for (const [what, answer] of HALF_SESSIONS) {
  Deno.test(`signInWithPassword() refuses an answer with ${what}`, async () => {
    const { config } = createRecorder(answer);
    const error = await assertRejects(
      () => signInWithPassword(config, LOGIN),
      AuthResponseError,
    );
    assertEquals(error.code, "invalid_response");
    assertFalse(JSON.stringify(error).includes(SESSION_JSON.access_token));
  });
}
