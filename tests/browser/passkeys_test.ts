/** Passkeys as pure functions: what is asked of whom, and in what order. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { registerPasskey, signInWithPasskey } from "../../lib/browser/mod.ts";
import { AuthApiError, AuthCeremonyError } from "../../lib/errors.ts";
import { SESSION_JSON } from "../api/fixtures.ts";
import {
  AUTHENTICATION_JSON,
  CREDENTIAL_JSON,
  PASSKEY_JSON,
  REGISTRATION_JSON,
} from "../api/passkey_fixtures.ts";
import {
  createRecorder,
  jsonResponse,
  type Recorder,
} from "../api/recorder.ts";
import { withMembers } from "./globals.ts";

/** A server that gives one answer after the other. */
function serving(...answers: readonly unknown[]): Recorder {
  const left = [...answers];
  return createRecorder(() => jsonResponse(left.shift()));
}

const run = () => Promise.resolve({ toJSON: () => CREDENTIAL_JSON });
const credentials = { create: run, get: run };

Deno.test("signInWithPasskey() verifies what the ceremony gave", async () => {
  const { config, requests } = serving(AUTHENTICATION_JSON, SESSION_JSON);
  const options = { credentials, captchaToken: "captcha" };
  const { user, session } = await signInWithPasskey(config, { options });
  assertEquals(session.user, user);
  assertEquals(requests.map(({ path, body }) => [path, body]), [
    ["/passkeys/authentication/options", {
      gotrue_meta_security: { captcha_token: "captcha" },
    }],
    ["/passkeys/authentication/verify", {
      challenge_id: AUTHENTICATION_JSON.challenge_id,
      credential: CREDENTIAL_JSON,
    }],
  ]);
});

Deno.test("registerPasskey() verifies what the ceremony gave", async () => {
  const { userConfig, requests } = serving(REGISTRATION_JSON, PASSKEY_JSON);
  const passkey = await registerPasskey(userConfig, {
    options: { credentials },
  });
  assertEquals(passkey.id, PASSKEY_JSON["id"]);
  assertEquals(requests.map(({ path, body }) => [path, body]), [
    ["/passkeys/registration/options", {}],
    ["/passkeys/registration/verify", {
      challenge_id: REGISTRATION_JSON.challenge_id,
      credential: CREDENTIAL_JSON,
    }],
  ]);
});

Deno.test("both pass the options of requests on to each of them", async () => {
  const headers = { "x-trace": "1" };
  const options = { credentials };
  const signIn = serving(AUTHENTICATION_JSON, SESSION_JSON);
  await signInWithPasskey(signIn.config, { options }, { headers });
  const register = serving(REGISTRATION_JSON, PASSKEY_JSON);
  await registerPasskey(register.userConfig, { options }, { headers });
  for (const { headers } of [...signIn.requests, ...register.requests]) {
    assertEquals(headers["x-trace"], "1");
  }
});

Deno.test("both throw ceremony_not_supported before any request", async () => {
  const { config, userConfig, requests } = serving();
  for (
    const call of [
      () => signInWithPasskey(config),
      () => registerPasskey(userConfig),
    ]
  ) {
    const { code } = await assertRejects(call, AuthCeremonyError);
    assertEquals(code, "ceremony_not_supported");
  }
  assertEquals(requests, []);
});

Deno.test("both throw ceremony_aborted before any request", async () => {
  const { config, userConfig, requests } = serving();
  const options = { credentials, signal: AbortSignal.abort() };
  for (
    const call of [
      () => signInWithPasskey(config, { options }),
      () => registerPasskey(userConfig, { options }),
    ]
  ) {
    const { code } = await assertRejects(call, AuthCeremonyError);
    assertEquals(code, "ceremony_aborted");
  }
  assertEquals(requests, []);
});

Deno.test("a ceremony that is declined ends the sign-in without a second request", async () => {
  const { config, requests } = serving(AUTHENTICATION_JSON);
  const get = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  const options = { credentials: { ...credentials, get } };
  const { code } = await assertRejects(
    () => signInWithPasskey(config, { options }),
    AuthCeremonyError,
  );
  assertEquals(code, "ceremony_not_allowed");
  assertEquals(requests.length, 1);
});

Deno.test("a server without passkeys is told before any ceremony", async () => {
  const body = { code: "passkey_disabled", message: "Passkeys are disabled" };
  const { config } = createRecorder(() => jsonResponse(body, { status: 404 }));
  let isAsked = false;
  const get = () => {
    isAsked = true;
    return run();
  };
  const options = { credentials: { ...credentials, get } };
  const { code } = await assertRejects(
    () => signInWithPasskey(config, { options }),
    AuthApiError,
  );
  assertEquals([code, isAsked], ["passkey_disabled", false]);
});

for (const isAvailable of [true, false, undefined]) {
  Deno.test(`conditional mediation is asked for where it is available: ${isAvailable}`, async () => {
    const { config, requests } = serving(AUTHENTICATION_JSON, SESSION_JSON);
    const ask = () => Promise.resolve(isAvailable);
    const PublicKeyCredential = isAvailable === undefined
      ? {}
      : { isConditionalMediationAvailable: ask };
    const options = { mediation: "conditional" } as const;
    let asked: unknown;
    const get = (given: object) => {
      asked = given;
      return run();
    };
    await withMembers(
      globalThis,
      { PublicKeyCredential },
      () =>
        withMembers(
          navigator,
          { credentials: { ...credentials, get } },
          async () => {
            const call = signInWithPasskey(config, { options });
            if (isAvailable) return void await call;
            const error = await assertRejects(() => call, AuthCeremonyError);
            assertEquals(error.code, "ceremony_not_supported");
          },
        ),
    );
    assertEquals(requests.length, isAvailable ? 2 : 0);
    const { mediation } = Object(asked) as { mediation?: string };
    assertEquals(mediation, isAvailable ? "conditional" : undefined);
    assert(!("PublicKeyCredential" in globalThis));
  });
}
