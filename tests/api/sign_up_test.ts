import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  signInAnonymously,
  signUp,
  type SignUpParams,
} from "../../lib/api/sign_up.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import { SESSION_JSON, USER_JSON } from "./fixtures.ts";
import { createRecorder } from "./recorder.ts";
import { testRequests } from "./request_cases.ts";

const EMAIL = "ada@example.com";
const PASSWORD = "correct horse";

testRequests([
  {
    name: "signUp() by e-mail",
    call: signUp,
    method: "POST",
    endpoint: "/signup",
    repeatable: false,
    answer: USER_JSON,
    minimal: {
      args: [{ email: EMAIL, password: PASSWORD }],
      path: "/signup",
      body: { email: EMAIL, password: PASSWORD, gotrue_meta_security: {} },
    },
    full: {
      args: [{
        email: EMAIL,
        password: PASSWORD,
        options: {
          emailRedirectTo: "https://app.example/in?a=1&b=2#c",
          data: { name: "Ada", unknown_member: 1 },
          captchaToken: "solved",
        },
        codeChallenge: "challenge",
      }],
      path:
        "/signup?redirect_to=https%3A%2F%2Fapp.example%2Fin%3Fa%3D1%26b%3D2%23c",
      body: {
        email: EMAIL,
        password: PASSWORD,
        data: { name: "Ada", unknown_member: 1 },
        code_challenge: "challenge",
        code_challenge_method: "s256",
        gotrue_meta_security: { captcha_token: "solved" },
      },
    },
  },
  {
    name: "signUp() by phone",
    call: signUp,
    method: "POST",
    endpoint: "/signup",
    repeatable: false,
    answer: USER_JSON,
    minimal: {
      args: [{ phone: "+15550100", password: PASSWORD }],
      path: "/signup",
      body: {
        phone: "+15550100",
        password: PASSWORD,
        channel: "sms",
        gotrue_meta_security: {},
      },
    },
    full: {
      args: [{
        phone: "+15550100",
        password: PASSWORD,
        options: {
          data: { name: "Ada" },
          captchaToken: "solved",
          channel: "whatsapp",
        },
      }],
      path: "/signup",
      body: {
        phone: "+15550100",
        password: PASSWORD,
        channel: "whatsapp",
        data: { name: "Ada" },
        gotrue_meta_security: { captcha_token: "solved" },
      },
    },
  },
  {
    name: "signInAnonymously()",
    call: signInAnonymously,
    method: "POST",
    endpoint: "/signup",
    repeatable: false,
    answer: SESSION_JSON,
    minimal: {
      args: [],
      path: "/signup",
      body: { gotrue_meta_security: {} },
    },
    full: {
      args: [{
        options: { data: { theme: "dark" }, captchaToken: "solved" },
      }],
      path: "/signup",
      body: {
        data: { theme: "dark" },
        gotrue_meta_security: { captcha_token: "solved" },
      },
    },
  },
]);

Deno.test("signUp() sends nothing of another form's members", async () => {
  const { config, requests } = createRecorder(USER_JSON);
  const byPhone = {
    phone: "+15550100",
    password: PASSWORD,
    options: { emailRedirectTo: "https://app.example" },
    codeChallenge: "challenge",
  };
  await signUp(config, byPhone as SignUpParams);
  assertEquals(requests[0]?.path, "/signup");
  assertEquals(
    Object.keys(requests[0]?.body as object),
    ["phone", "channel", "password", "gotrue_meta_security"],
  );
});

Deno.test("signUp() gives the session when the server sends one", async () => {
  const { config } = createRecorder(SESSION_JSON);
  const result = await signUp(config, { email: EMAIL, password: PASSWORD });
  assertEquals(result.session?.access_token, SESSION_JSON.access_token);
  assertStrictEquals(result.user, result.session?.user);
});

Deno.test("signUp() gives no session when a confirmation is awaited", async () => {
  const { config } = createRecorder({ ...USER_JSON, identities: [] });
  const result = await signUp(config, { email: EMAIL, password: PASSWORD });
  assertStrictEquals(result.session, null);
  assertEquals(result.user.identities, []);
  assertEquals(
    result.user.created_at,
    new Date("2026-11-23T17:54:37.912Z"),
  );
});

for (const answer of [{}, null, [], "user", { user: USER_JSON }, undefined]) {
  const shown = JSON.stringify(answer) ?? "nothing";
  Deno.test(`signUp() refuses the answer ${shown.slice(0, 20)}`, async () => {
    const { config } = createRecorder(answer);
    const error = await assertRejects(
      () => signUp(config, { email: EMAIL, password: PASSWORD }),
      AuthResponseError,
    );
    assertEquals(
      [error.code, error.endpoint],
      ["invalid_response", "POST /signup"],
    );
  });
}

Deno.test("signInAnonymously() refuses a user without a session", async () => {
  const { config } = createRecorder(USER_JSON);
  await assertRejects(
    () => signInAnonymously(config),
    AuthResponseError,
    "expires_in must be a number",
  );
});
