import { assertEquals, assertRejects } from "@std/assert";
import { mfaVerify } from "../../lib/api/factor_verify.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import { SESSION_JSON } from "./fixtures.ts";
import { createRecorder } from "./recorder.ts";
import { testRequests } from "./request_cases.ts";

const CREDENTIAL = { id: "credential", response: { unknown_member: 1 } };
const FOR_USER = { forUser: true, repeatable: false } as const;

testRequests([
  {
    ...FOR_USER,
    name: "mfaVerify() of a code",
    call: mfaVerify,
    method: "POST",
    endpoint: "/factors/{id}/verify",
    answer: SESSION_JSON,
    minimal: {
      args: [{ factorId: "a b", challengeId: "challenge", code: "123456" }],
      path: "/factors/a%20b/verify",
      body: { challenge_id: "challenge", code: "123456" },
    },
  },
  {
    ...FOR_USER,
    name: "mfaVerify() of webauthn",
    call: mfaVerify,
    method: "POST",
    endpoint: "/factors/{id}/verify",
    answer: SESSION_JSON,
    minimal: {
      args: [{
        factorId: "factor",
        challengeId: "challenge",
        webauthn: {
          type: "request",
          rpId: "app.example",
          credential_response: CREDENTIAL,
        },
      }],
      path: "/factors/factor/verify",
      body: {
        challenge_id: "challenge",
        webauthn: {
          type: "request",
          rp_id: "app.example",
          credential_response: CREDENTIAL,
        },
      },
    },
    full: {
      args: [{
        factorId: "factor",
        challengeId: "challenge",
        webauthn: {
          type: "request",
          rpId: "app.example",
          rpOrigins: ["https://app.example"],
          credential_response: CREDENTIAL,
        },
      }],
      path: "/factors/factor/verify",
      body: {
        challenge_id: "challenge",
        webauthn: {
          type: "request",
          rp_id: "app.example",
          rp_origins: ["https://app.example"],
          credential_response: CREDENTIAL,
        },
      },
    },
  },
]);

Deno.test("mfaVerify() gives the flat session with expires_at", async () => {
  const { expires_at: _, ...answer } = SESSION_JSON;
  const { userConfig } = createRecorder(answer);
  const session = await mfaVerify(userConfig, {
    factorId: "factor",
    challengeId: "challenge",
    code: "123456",
  });
  assertEquals(session.access_token, SESSION_JSON.access_token);
  assertEquals(session.expires_at, SESSION_JSON.expires_at);
  assertEquals(session.user.created_at.getUTCFullYear(), 2026);
});

const ANSWER = { factorId: "factor", challengeId: "c", code: "123456" };

for (const answer of [{}, [], null, undefined, { id: 5 }]) {
  const shown = JSON.stringify(answer) ?? "nothing";
  Deno.test(`mfaVerify() refuses the answer ${shown}`, async () => {
    const { userConfig } = createRecorder(answer);
    await assertRejects(() => mfaVerify(userConfig, ANSWER), AuthResponseError);
  });
}

for (const factorId of ["", ".", ".."]) {
  Deno.test(`mfaVerify() refuses the id "${factorId}" before any request`, async () => {
    const { userConfig, requests } = createRecorder({});
    await assertRejects(
      async () => await mfaVerify(userConfig, { ...ANSWER, factorId }),
      TypeError,
    );
    assertEquals(requests, []);
  });
}
