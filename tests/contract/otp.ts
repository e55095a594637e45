/** `POST /otp`: sign_in_with_otp. */
import { signInWithOtp, verifyOtp } from "@gotrue/edge/api";
import { assertEquals } from "@std/assert";
import { assertRefused } from "./assertions.ts";
import type { ContractCase } from "./world.ts";

const NO_SMS = { GOTRUE_SMS_AUTOCONFIRM: "false" };

export const OTP: readonly ContractCase[] = [
  {
    name: "signInWithOtp() mails a code that signs an unknown address up",
    needs: ["mail"],
    env: { GOTRUE_MAILER_AUTOCONFIRM: "false" },
    run: async ({ config, email, mail }) => {
      const address = email();
      assertEquals(await signInWithOtp(config, { email: address }), {});
      const { code: token } = await mail(address);
      const params = { email: address, token, type: "email" } as const;
      const { user } = await verifyOtp(config, params);
      assertEquals(user.email, address);
    },
  },
  {
    name: "signInWithOtp() texts a code",
    needs: ["sms"],
    env: NO_SMS,
    run: async ({ config, phone, sms }) => {
      const number = phone();
      await signInWithOtp(config, { phone: number });
      const token = await sms(number);
      const params = { phone: number, token, type: "sms" } as const;
      const { user } = await verifyOtp(config, params);
      assertEquals(user.phone, number);
    },
  },
  {
    name:
      "signInWithOtp() is refused for an unknown address that may not sign up",
    run: async ({ config, email }) => {
      const options = { shouldCreateUser: false };
      const call = signInWithOtp(config, { email: email(), options });
      await assertRefused(call, 422, "otp_disabled");
    },
  },
  {
    name: "signInWithOtp() is refused where phone sign-in is disabled",
    env: { GOTRUE_EXTERNAL_PHONE_ENABLED: "false" },
    run: async ({ config, phone }) => {
      const call = signInWithOtp(config, { phone: phone() });
      await assertRefused(call, 400, "phone_provider_disabled");
    },
  },
  {
    name: "signInWithOtp() is refused where mail sign-in is disabled",
    env: { GOTRUE_EXTERNAL_EMAIL_ENABLED: "false" },
    run: async ({ config, email }) => {
      const call = signInWithOtp(config, { email: email() });
      await assertRefused(call, 422, "email_provider_disabled");
    },
  },
  {
    name:
      "signInWithOtp() is refused for a new address where sign-ups are disabled",
    env: { GOTRUE_DISABLE_SIGNUP: "true" },
    run: async ({ config, email }) => {
      const call = signInWithOtp(config, { email: email() });
      await assertRefused(call, 422, "signup_disabled");
    },
  },
  {
    name: "signInWithOtp() is refused for a malformed number",
    run: async ({ config }) => {
      const call = signInWithOtp(config, { phone: "12ab" });
      await assertRefused(call, 400, "validation_failed");
    },
  },
  {
    name: "signInWithOtp() is refused when it is asked too often",
    needs: ["mail"],
    env: { GOTRUE_SMTP_MAX_FREQUENCY: "60s" },
    run: async ({ config, email }) => {
      const address = email();
      await signInWithOtp(config, { email: address });
      const again = signInWithOtp(config, { email: address });
      await assertRefused(again, 429, "over_email_send_rate_limit");
    },
  },
];
