import { assertEquals, assertRejects } from "@std/assert";
import {
  type EmailOtpType,
  verifyOtp,
  type VerifyOtpParams,
} from "../../lib/api/verify.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import { SESSION_JSON } from "./fixtures.ts";
import { createRecorder } from "./recorder.ts";
import { type RequestCase, testRequests } from "./request_cases.ts";

const COMMON = {
  call: verifyOtp,
  method: "POST",
  endpoint: "/verify",
  repeatable: false,
  answer: SESSION_JSON,
} as const;
const OPTIONS = {
  options: { redirectTo: "https://app.example", captchaToken: "solved" },
};
const EMAIL_TYPES: EmailOtpType[] = [
  "signup",
  "invite",
  "magiclink",
  "recovery",
  "email_change",
  "email",
];

function byCode(code: object): RequestCase {
  return {
    ...COMMON,
    name: `verifyOtp() of a code, ${Object.values(code).at(-1)}`,
    minimal: {
      args: [code],
      path: "/verify",
      body: { ...code, gotrue_meta_security: {} },
    },
    full: {
      args: [{ ...code, ...OPTIONS }],
      path: "/verify?redirect_to=https%3A%2F%2Fapp.example",
      body: { ...code, gotrue_meta_security: { captcha_token: "solved" } },
    },
  };
}

function byHash(type: EmailOtpType): RequestCase {
  const params = { token_hash: "pkce_0a1b", type };
  return {
    ...COMMON,
    name: `verifyOtp() of a hash, ${type}`,
    minimal: {
      args: [params],
      path: "/verify",
      body: { ...params, gotrue_meta_security: {} },
    },
  };
}

testRequests([
  ...EMAIL_TYPES.map((type) =>
    byCode({ email: "ada@example.com", token: "123456", type })
  ),
  ...["sms", "phone_change"].map((type) =>
    byCode({ phone: "+15550100", token: "123456", type })
  ),
  ...EMAIL_TYPES.map(byHash),
]);

const HALF = { code: "200", msg: "Confirmation link accepted." };

Deno.test("verifyOtp() gives the session", async () => {
  const { config } = createRecorder(SESSION_JSON);
  const { user, session } = await verifyOtp(config, {
    email: "ada@example.com",
    token: "123456",
    type: "email",
  });
  assertEquals(user.id, SESSION_JSON.user.id);
  assertEquals(session.refresh_token, SESSION_JSON.refresh_token);
});

Deno.test("verifyOtp() gives nulls after the first of two confirmations", async () => {
  const { config } = createRecorder(HALF);
  assertEquals(
    await verifyOtp(config, { token_hash: "hash", type: "email_change" }),
    { user: null, session: null },
  );
});

const REFUSED: [what: string, answer: unknown, params: VerifyOtpParams][] = [
  ["half a change", HALF, { token_hash: "hash", type: "email" }],
  ["an empty object", {}, { token_hash: "hash", type: "signup" }],
  ["nothing", undefined, { token_hash: "hash", type: "email_change" }],
  ["half a session", { access_token: "a.b.c" }, {
    token_hash: "hash",
    type: "email_change",
  }],
];
for (const [what, answer, params] of REFUSED) {
  Deno.test(`verifyOtp() refuses ${what} as answer to ${params.type}`, async () => {
    const { config } = createRecorder(answer);
    const error = await assertRejects(
      () => verifyOtp(config, params),
      AuthResponseError,
    );
    assertEquals(error.code, "invalid_response");
  });
}
