/** `POST /resend`: resend. */
import { resend, signUp, verifyOtp } from "@gotrue/edge/api";
import { assert, assertEquals } from "@std/assert";
import { assertRefused, PASSWORD } from "./assertions.ts";
import type { ContractCase } from "./world.ts";

const UNCONFIRMED = {
  GOTRUE_MAILER_AUTOCONFIRM: "false",
  GOTRUE_SMS_AUTOCONFIRM: "false",
};

export const RESEND: readonly ContractCase[] = [
  {
    name: "resend() mails another code, which works in place of the first",
    needs: ["mail", "clock"],
    env: UNCONFIRMED,
    run: async ({ advance, config, email, mail }) => {
      const address = email();
      await signUp(config, { email: address, password: PASSWORD });
      await mail(address);
      advance(1_000);
      assertEquals(
        await resend(config, { type: "signup", email: address }),
        {},
      );
      const { code: token } = await mail(address);
      const params = { email: address, token, type: "signup" } as const;
      assert((await verifyOtp(config, params)).session);
    },
  },
  {
    name: "resend() texts another code",
    needs: ["sms", "clock"],
    env: UNCONFIRMED,
    run: async ({ advance, config, phone, sms }) => {
      const number = phone();
      await signUp(config, { phone: number, password: PASSWORD });
      await sms(number);
      advance(1_000);
      await resend(config, { type: "sms", phone: number });
      const token = await sms(number);
      const params = { phone: number, token, type: "sms" } as const;
      assert((await verifyOtp(config, params)).session);
    },
  },
  {
    name: "resend() answers the same for an unknown address",
    run: async ({ config, email }) => {
      assertEquals(
        await resend(config, { type: "signup", email: email() }),
        {},
      );
    },
  },
  {
    name: "resend() is refused for a type that there is not",
    run: async ({ config, email }) => {
      const params = { type: "magiclink" as "signup", email: email() };
      await assertRefused(
        resend(config, params),
        400,
        "validation_failed",
        "Missing one of these types: signup, email_change, sms, phone_change",
      );
    },
  },
  {
    name: "resend() is refused for a sign-up without an address",
    run: async ({ config }) => {
      await assertRefused(
        resend(config, { type: "signup", email: "" }),
        400,
        "validation_failed",
        "Type provided requires an email address",
      );
    },
  },
  {
    name: "resend() is refused where phone sign-in is disabled",
    env: { GOTRUE_EXTERNAL_PHONE_ENABLED: "false" },
    run: async ({ config, phone }) => {
      const call = resend(config, { type: "sms", phone: phone() });
      await assertRefused(call, 400, "phone_provider_disabled");
    },
  },
  {
    name: "resend() is refused when it is asked too often",
    env: { ...UNCONFIRMED, GOTRUE_SMTP_MAX_FREQUENCY: "60s" },
    run: async ({ config, email }) => {
      const address = email();
      await signUp(config, { email: address, password: PASSWORD });
      const call = resend(config, { type: "signup", email: address });
      await assertRefused(call, 429, "over_email_send_rate_limit");
    },
  },
];
