import { assertEquals, assertRejects } from "@std/assert";
import { getHealth, getJwks, getSettings } from "../../lib/api/settings.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import { createRecorder } from "./recorder.ts";
import { testRequests } from "./request_cases.ts";

const SETTINGS = {
  external: { email: true, github: false },
  disable_signup: false,
  mailer_autoconfirm: true,
  phone_autoconfirm: false,
  sms_provider: "twilio",
  saml_enabled: false,
  of_a_newer_server: 1,
};
const HEALTH = { version: "v2.180.0", name: "GoTrue", description: "An API" };
const JWKS = { keys: [{ kty: "EC", kid: "1", alg: "ES256", crv: "P-256" }] };

const CALLS = [
  { call: getSettings, path: "/settings", answer: SETTINGS },
  { call: getHealth, path: "/health", answer: HEALTH },
  { call: getJwks, path: "/.well-known/jwks.json", answer: JWKS },
];

testRequests(CALLS.map(({ call, path, answer }) => ({
  name: `${call.name}()`,
  call,
  method: "GET",
  endpoint: path,
  repeatable: true,
  answer,
  minimal: { args: [], path },
})));

for (const { call, answer } of CALLS) {
  Deno.test(`${call.name}() gives what the server sent`, async () => {
    const { config } = createRecorder(answer);
    assertEquals<unknown>(await call(config), answer);
  });
  for (const bad of [{}, [], "text", null, undefined]) {
    const shown = JSON.stringify(bad) ?? "nothing";
    Deno.test(`${call.name}() refuses the answer ${shown}`, async () => {
      const { config } = createRecorder(bad);
      await assertRejects(() => call(config), AuthResponseError);
    });
  }
}
