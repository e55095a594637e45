import { assertStrictEquals } from "@std/assert";
import { resetPasswordForEmail } from "../../lib/api/recover.ts";
import { createRecorder } from "./recorder.ts";
import { testRequests } from "./request_cases.ts";

testRequests([{
  name: "resetPasswordForEmail()",
  call: resetPasswordForEmail,
  method: "POST",
  endpoint: "/recover",
  repeatable: false,
  minimal: {
    args: ["ada@example.com"],
    path: "/recover",
    body: { email: "ada@example.com", gotrue_meta_security: {} },
  },
  full: {
    args: ["ada@example.com", {
      redirectTo: "https://app.example/new password",
      captchaToken: "solved",
      codeChallenge: "challenge",
    }],
    path: "/recover?redirect_to=https%3A%2F%2Fapp.example%2Fnew+password",
    body: {
      email: "ada@example.com",
      code_challenge: "challenge",
      code_challenge_method: "s256",
      gotrue_meta_security: { captcha_token: "solved" },
    },
  },
}]);

Deno.test("resetPasswordForEmail() gives nothing", async () => {
  const { config } = createRecorder({ unexpected: true });
  assertStrictEquals(
    await resetPasswordForEmail(config, "ada@example.com"),
    undefined,
  );
});
