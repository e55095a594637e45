import { assertEquals, assertRejects } from "@std/assert";
import { signInWithSSO } from "../../lib/api/sso.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import { createRecorder } from "./recorder.ts";
import { type RequestCase, testRequests } from "./request_cases.ts";

const ANSWER = { url: "https://idp.example/saml?SAMLRequest=x" };

function caseOf(params: object, sent: object): RequestCase {
  return {
    name: `signInWithSSO() by ${Object.keys(params)[0]}`,
    call: signInWithSSO,
    method: "POST",
    endpoint: "/sso",
    repeatable: true,
    answer: ANSWER,
    minimal: {
      args: [params],
      path: "/sso",
      body: { ...sent, skip_http_redirect: true, gotrue_meta_security: {} },
    },
    full: {
      args: [{
        ...params,
        options: { redirectTo: "https://app.example", captchaToken: "solved" },
        codeChallenge: "challenge",
      }],
      path: "/sso",
      body: {
        ...sent,
        redirect_to: "https://app.example",
        skip_http_redirect: true,
        code_challenge: "challenge",
        code_challenge_method: "s256",
        gotrue_meta_security: { captcha_token: "solved" },
      },
    },
  };
}

testRequests([
  caseOf({ domain: "acme.example" }, { domain: "acme.example" }),
  caseOf({ providerId: "6f1c" }, { provider_id: "6f1c" }),
]);

Deno.test("signInWithSSO() gives where to send the browser", async () => {
  const { config } = createRecorder(ANSWER);
  assertEquals(await signInWithSSO(config, { domain: "acme.example" }), ANSWER);
});

for (const answer of [{}, { url: null }, undefined]) {
  const shown = JSON.stringify(answer) ?? "nothing";
  Deno.test(`signInWithSSO() refuses the answer ${shown}`, async () => {
    const { config } = createRecorder(answer);
    await assertRejects(
      () => signInWithSSO(config, { domain: "acme.example" }),
      AuthResponseError,
    );
  });
}
