import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  passkeyStartAuthentication,
  passkeyVerifyAuthentication,
} from "../../lib/api/passkey_authentication.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import { SESSION_JSON } from "./fixtures.ts";
import { AUTHENTICATION_JSON, CREDENTIAL_JSON } from "./passkey_fixtures.ts";
import { createRecorder } from "./recorder.ts";
import { testRequests } from "./request_cases.ts";

const PARAMS = { challengeId: "challenge", credential: CREDENTIAL_JSON };

testRequests([
  {
    repeatable: false,
    name: "passkeyStartAuthentication()",
    call: passkeyStartAuthentication,
    method: "POST",
    endpoint: "/passkeys/authentication/options",
    answer: AUTHENTICATION_JSON,
    minimal: {
      args: [{}],
      path: "/passkeys/authentication/options",
      body: { gotrue_meta_security: {} },
    },
    full: {
      args: [{ options: { captchaToken: "captcha" } }],
      path: "/passkeys/authentication/options",
      body: { gotrue_meta_security: { captcha_token: "captcha" } },
    },
  },
  {
    repeatable: false,
    name: "passkeyVerifyAuthentication()",
    call: passkeyVerifyAuthentication,
    method: "POST",
    endpoint: "/passkeys/authentication/verify",
    answer: SESSION_JSON,
    minimal: {
      args: [PARAMS],
      path: "/passkeys/authentication/verify",
      body: { challenge_id: "challenge", credential: CREDENTIAL_JSON },
    },
  },
]);

Deno.test("passkeyStartAuthentication() needs no parameters", async () => {
  const { config } = createRecorder(AUTHENTICATION_JSON);
  const challenge = await passkeyStartAuthentication(config);
  assertEquals<unknown>(challenge, AUTHENTICATION_JSON);
});

Deno.test("passkeyVerifyAuthentication() gives the user and the session", async () => {
  const { config } = createRecorder(SESSION_JSON);
  const { user, session } = await passkeyVerifyAuthentication(
    config,
    PARAMS as never,
  );
  assertStrictEquals(user, session.user);
  assertEquals(session.access_token, SESSION_JSON.access_token);
  assertEquals(user.created_at.getUTCFullYear(), 2026);
});

for (const answer of [{}, [], null, undefined, { id: 5 }]) {
  const shown = JSON.stringify(answer) ?? "nothing";
  Deno.test(`both halves of a sign-in refuse the answer ${shown}`, async () => {
    const { config } = createRecorder(answer);
    const calls = [
      () => passkeyStartAuthentication(config),
      () => passkeyVerifyAuthentication(config, PARAMS as never),
    ];
    for (const call of calls) await assertRejects(call, AuthResponseError);
  });
}
