import { assertEquals } from "@std/assert";
import { signInWithOtp } from "../../lib/api/otp.ts";
import { createRecorder } from "./recorder.ts";
import { testRequests } from "./request_cases.ts";

testRequests([
  {
    name: "signInWithOtp() by e-mail",
    call: signInWithOtp,
    method: "POST",
    endpoint: "/otp",
    repeatable: false,
    minimal: {
      args: [{ email: "ada@example.com" }],
      path: "/otp",
      body: {
        email: "ada@example.com",
        create_user: true,
        gotrue_meta_security: {},
      },
    },
    full: {
      args: [{
        email: "ada@example.com",
        options: {
          emailRedirectTo: "https://app.example/ü",
          shouldCreateUser: false,
          data: { name: "Ada" },
          captchaToken: "solved",
        },
        codeChallenge: "challenge",
      }],
      path: "/otp?redirect_to=https%3A%2F%2Fapp.example%2F%C3%BC",
      body: {
        email: "ada@example.com",
        create_user: false,
        data: { name: "Ada" },
        code_challenge: "challenge",
        code_challenge_method: "s256",
        gotrue_meta_security: { captcha_token: "solved" },
      },
    },
  },
  {
    name: "signInWithOtp() by phone",
    call: signInWithOtp,
    method: "POST",
    endpoint: "/otp",
    repeatable: false,
    minimal: {
      args: [{ phone: "+15550100" }],
      path: "/otp",
      body: {
        phone: "+15550100",
        channel: "sms",
        create_user: true,
        gotrue_meta_security: {},
      },
    },
    full: {
      args: [{
        phone: "+15550100",
        options: {
          shouldCreateUser: false,
          data: { name: "Ada" },
          captchaToken: "solved",
          channel: "whatsapp",
        },
      }],
      path: "/otp",
      body: {
        phone: "+15550100",
        channel: "whatsapp",
        create_user: false,
        data: { name: "Ada" },
        gotrue_meta_security: { captcha_token: "solved" },
      },
    },
  },
]);

const ANSWERS: [answer: unknown, result: object][] = [
  [{}, {}],
  [{ message_id: "test-otp" }, { messageId: "test-otp" }],
  [{ message_id: null }, {}],
  [undefined, {}],
];
for (const [answer, result] of ANSWERS) {
  Deno.test(`signInWithOtp() reads the answer ${JSON.stringify(answer)}`, async () => {
    const { config } = createRecorder(answer);
    assertEquals(await signInWithOtp(config, { phone: "+15550100" }), result);
  });
}
