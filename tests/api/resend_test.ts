import { assertEquals } from "@std/assert";
import { resend } from "../../lib/api/resend.ts";
import { createRecorder } from "./recorder.ts";
import { type RequestCase, testRequests } from "./request_cases.ts";

function byEmail(type: "signup" | "email_change"): RequestCase {
  return {
    name: `resend() of ${type}`,
    call: resend,
    method: "POST",
    endpoint: "/resend",
    repeatable: false,
    minimal: {
      args: [{ type, email: "ada@example.com" }],
      path: "/resend",
      body: { type, email: "ada@example.com", gotrue_meta_security: {} },
    },
    full: {
      args: [{
        type,
        email: "ada@example.com",
        options: {
          emailRedirectTo: "https://app.example",
          captchaToken: "solved",
        },
        codeChallenge: "challenge",
      }],
      path: "/resend?redirect_to=https%3A%2F%2Fapp.example",
      body: {
        type,
        email: "ada@example.com",
        code_challenge: "challenge",
        code_challenge_method: "s256",
        gotrue_meta_security: { captcha_token: "solved" },
      },
    },
  };
}

function byPhone(type: "sms" | "phone_change"): RequestCase {
  return {
    name: `resend() of ${type}`,
    call: resend,
    method: "POST",
    endpoint: "/resend",
    repeatable: false,
    minimal: {
      args: [{ type, phone: "+15550100" }],
      path: "/resend",
      body: { type, phone: "+15550100", gotrue_meta_security: {} },
    },
    full: {
      args: [{ type, phone: "+15550100", options: { captchaToken: "solved" } }],
      path: "/resend",
      body: {
        type,
        phone: "+15550100",
        gotrue_meta_security: { captcha_token: "solved" },
      },
    },
  };
}

testRequests([
  byEmail("signup"),
  byEmail("email_change"),
  byPhone("sms"),
  byPhone("phone_change"),
]);

Deno.test("resend() gives the message's id where the server tells it", async () => {
  const { config } = createRecorder({ message_id: "test-otp" });
  assertEquals(
    await resend(config, { type: "sms", phone: "+15550100" }),
    { messageId: "test-otp" },
  );
});
