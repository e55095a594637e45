import { assertEquals, assertRejects } from "@std/assert";
import {
  passkeyStartRegistration,
  passkeyVerifyRegistration,
} from "../../lib/api/passkey_registration.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import {
  CREDENTIAL_JSON,
  PASSKEY_JSON,
  REGISTRATION_JSON,
} from "./passkey_fixtures.ts";
import { createRecorder } from "./recorder.ts";
import { testRequests } from "./request_cases.ts";

const FOR_USER = { forUser: true, repeatable: false } as const;
const PARAMS = { challengeId: "challenge", credential: CREDENTIAL_JSON };

testRequests([
  {
    ...FOR_USER,
    name: "passkeyStartRegistration()",
    call: passkeyStartRegistration,
    method: "POST",
    endpoint: "/passkeys/registration/options",
    answer: REGISTRATION_JSON,
    minimal: { args: [], path: "/passkeys/registration/options", body: {} },
  },
  {
    ...FOR_USER,
    name: "passkeyVerifyRegistration()",
    call: passkeyVerifyRegistration,
    method: "POST",
    endpoint: "/passkeys/registration/verify",
    answer: PASSKEY_JSON,
    minimal: {
      args: [PARAMS],
      path: "/passkeys/registration/verify",
      body: { challenge_id: "challenge", credential: CREDENTIAL_JSON },
    },
  },
]);

Deno.test("passkeyStartRegistration() gives the options as sent", async () => {
  const { userConfig } = createRecorder(REGISTRATION_JSON);
  const challenge = await passkeyStartRegistration(userConfig);
  assertEquals<unknown>(challenge, REGISTRATION_JSON);
});

Deno.test("passkeyVerifyRegistration() gives the passkey with Dates", async () => {
  const { userConfig } = createRecorder(PASSKEY_JSON);
  const params = PARAMS as never;
  const passkey = await passkeyVerifyRegistration(userConfig, params);
  assertEquals(passkey.created_at.getUTCHours(), 17);
});

for (const answer of [{}, [], null, undefined, { id: 5 }]) {
  const shown = JSON.stringify(answer) ?? "nothing";
  Deno.test(`both halves of a registration refuse the answer ${shown}`, async () => {
    const { userConfig } = createRecorder(answer);
    const calls = [
      () => passkeyStartRegistration(userConfig),
      () => passkeyVerifyRegistration(userConfig, PARAMS as never),
    ];
    for (const call of calls) await assertRejects(call, AuthResponseError);
  });
}
