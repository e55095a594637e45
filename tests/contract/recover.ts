/** `POST /recover`: reset_password_for_email and its alias. */
import {
  resetPasswordForEmail,
  updateUser,
  verifyOtp,
  withAccessToken,
} from "@gotrue/edge/api";
import { signInWithPassword } from "@gotrue/edge/api";
import { assertEquals } from "@std/assert";
import { assertRefused } from "./assertions.ts";
import type { ContractCase } from "./world.ts";

export const RECOVER: readonly ContractCase[] = [
  {
    name: "resetPasswordForEmail() mails a way to a new password",
    needs: ["mail"],
    run: async ({ admin, config, email, mail }) => {
      const address = email();
      await admin.createUser({ email: address, email_confirm: true });
      assertEquals(await resetPasswordForEmail(config, address), undefined);
      const { code: token } = await mail(address);
      const params = { email: address, token, type: "recovery" } as const;
      const { session } = await verifyOtp(config, params);
      const password = "a new and better one";
      await updateUser(withAccessToken(config, session.access_token), {
        password,
      });
      await signInWithPassword(config, { email: address, password });
    },
  },
  {
    name: "resetPasswordForEmail() answers the same for an unknown address",
    run: async ({ config, email }) => {
      assertEquals(await resetPasswordForEmail(config, email()), undefined);
    },
  },
  {
    name: "resetPasswordForEmail() is refused without an address",
    run: async ({ config }) => {
      await assertRefused(
        resetPasswordForEmail(config, ""),
        400,
        "validation_failed",
        "Password recovery requires an email",
      );
    },
  },
  {
    name: "resetPasswordForEmail() is refused where mail sign-in is disabled",
    env: { GOTRUE_EXTERNAL_EMAIL_ENABLED: "false" },
    run: async ({ config, email }) => {
      const call = resetPasswordForEmail(config, email());
      await assertRefused(call, 400, "email_provider_disabled");
    },
  },
  {
    name: "resetPasswordForEmail() is refused when it is asked too often",
    env: { GOTRUE_SMTP_MAX_FREQUENCY: "60s" },
    run: async ({ admin, config, email }) => {
      const address = email();
      await admin.createUser({ email: address, email_confirm: true });
      await resetPasswordForEmail(config, address);
      const again = resetPasswordForEmail(config, address);
      await assertRefused(again, 429, "over_email_send_rate_limit");
    },
  },
];
