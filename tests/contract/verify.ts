/** `POST /verify`: verify_otp, by code and by hash. */
import {
  type EmailOtpType,
  resetPasswordForEmail,
  signInWithOtp,
  signUp,
  updateUser,
  verifyOtp,
  withAccessToken,
} from "@gotrue/edge/api";
import { assert, assertEquals } from "@std/assert";
import { assertRefused, PASSWORD } from "./assertions.ts";
import type { ContractCase, World } from "./world.ts";

const UNCONFIRMED = { GOTRUE_MAILER_AUTOCONFIRM: "false" };

/** Somebody who has just signed up, and the mail about it. */
async function newcomer({ config, email, mail }: World) {
  const address = email();
  await signUp(config, { email: address, password: PASSWORD });
  return { address, ...await mail(address) };
}

/** Signs in by the code of a mail of a type. */
function byCode(
  type: EmailOtpType,
  ask: (world: World, address: string) => Promise<unknown>,
): ContractCase {
  return {
    name: `verifyOtp() signs in by the code of type ${type}`,
    needs: ["mail"],
    run: async (world) => {
      const address = world.email();
      await world.admin.createUser({ email: address, email_confirm: true });
      await ask(world, address);
      const { code: token } = await world.mail(address);
      const params = { email: address, token, type };
      const { user, session } = await verifyOtp(world.config, params);
      assertEquals(user?.email, address);
      assert(session !== null);
    },
  };
}

export const VERIFY: readonly ContractCase[] = [
  byCode("magiclink", ({ config }, email) => signInWithOtp(config, { email })),
  byCode("email", ({ config }, email) => signInWithOtp(config, { email })),
  byCode(
    "recovery",
    ({ config }, email) => resetPasswordForEmail(config, email),
  ),
  {
    name: "verifyOtp() confirms a sign-up by the code",
    needs: ["mail"],
    env: UNCONFIRMED,
    run: async (world) => {
      const { address, code } = await newcomer(world);
      const { user } = await verifyOtp(world.config, {
        email: address,
        token: code,
        type: "signup",
      });
      assert(user.email_confirmed_at instanceof Date);
    },
  },
  {
    name: "verifyOtp() confirms a sign-up by the hash of the link",
    needs: ["mail"],
    env: UNCONFIRMED,
    run: async (world) => {
      const { address, token_hash } = await newcomer(world);
      const params = { token_hash, type: "signup" } as const;
      const { user } = await verifyOtp(world.config, params);
      assertEquals(user.email, address);
    },
  },
  {
    name: "verifyOtp() signs an invited user in",
    needs: ["mail"],
    run: async ({ admin, config, email, mail }) => {
      const address = email();
      await admin.inviteUserByEmail(address);
      const { token_hash } = await mail(address);
      const params = { token_hash, type: "invite" } as const;
      const { user } = await verifyOtp(config, params);
      assert(user.invited_at instanceof Date);
    },
  },
  {
    name: "verifyOtp() confirms a number by the texted code",
    needs: ["sms"],
    env: { GOTRUE_SMS_AUTOCONFIRM: "false" },
    run: async ({ config, phone, sms }) => {
      const number = phone();
      await signUp(config, { phone: number, password: PASSWORD });
      const token = await sms(number);
      const params = { phone: number, token, type: "sms" } as const;
      const { user } = await verifyOtp(config, params);
      assert(user.phone_confirmed_at instanceof Date);
    },
  },
  {
    name: "verifyOtp() changes the number by the texted code",
    needs: ["sms"],
    env: { GOTRUE_SMS_AUTOCONFIRM: "false" },
    run: async ({ config, email, phone, sms }) => {
      const params = { email: email(), password: PASSWORD };
      const { session } = await signUp(config, params);
      const number = phone();
      await updateUser(withAccessToken(config, session!.access_token), {
        phone: number,
      });
      const token = await sms(number);
      const { user } = await verifyOtp(config, {
        phone: number,
        token,
        type: "phone_change",
      });
      assertEquals(user.phone, number);
    },
  },
  {
    name: "verifyOtp() changes the address once both have confirmed",
    needs: ["mail"],
    env: UNCONFIRMED,
    run: async (world) => {
      const { config, email, mail } = world;
      const { address, code } = await newcomer(world);
      const { session } = await verifyOtp(config, {
        email: address,
        token: code,
        type: "signup",
      });
      const next = email();
      await updateUser(withAccessToken(config, session.access_token), {
        email: next,
      });
      const type = "email_change" as const;
      const old = { token_hash: (await mail(address)).token_hash, type };
      assertEquals(await verifyOtp(config, old), { user: null, session: null });
      const fresh = { token_hash: (await mail(next)).token_hash, type };
      const { user } = await verifyOtp(config, fresh);
      assertEquals(user?.email, next);
    },
  },
  {
    name: "verifyOtp() is refused for a wrong code",
    needs: ["mail"],
    env: UNCONFIRMED,
    run: async (world) => {
      const { address, code } = await newcomer(world);
      const token = code === "000000" ? "000001" : "000000";
      const params = { email: address, token, type: "signup" } as const;
      await assertRefused(
        verifyOtp(world.config, params),
        403,
        "otp_expired",
        "Token has expired or is invalid",
      );
    },
  },
  {
    name: "verifyOtp() is refused for a code used before",
    needs: ["mail"],
    env: UNCONFIRMED,
    run: async (world) => {
      const { address, code } = await newcomer(world);
      const params = { email: address, token: code, type: "signup" } as const;
      await verifyOtp(world.config, params);
      await assertRefused(verifyOtp(world.config, params), 403, "otp_expired");
    },
  },
  {
    name: "verifyOtp() is refused for a code too old",
    needs: ["mail", "clock"],
    env: { ...UNCONFIRMED, GOTRUE_MAILER_OTP_EXP: "3600" },
    run: async (world) => {
      const { address, code } = await newcomer(world);
      world.advance(3_601_000);
      const params = { email: address, token: code, type: "signup" } as const;
      await assertRefused(verifyOtp(world.config, params), 403, "otp_expired");
    },
  },
  {
    name: "verifyOtp() is refused for an unknown hash",
    run: async ({ config }) => {
      const params = { token_hash: "0".repeat(56), type: "email" } as const;
      await assertRefused(
        verifyOtp(config, params),
        403,
        "otp_expired",
        "Email link is invalid or has expired",
      );
    },
  },
  {
    name: "verifyOtp() is refused for somebody banned",
    needs: ["mail"],
    run: async ({ admin, config, email, mail }) => {
      const address = email();
      const { user } = await admin.createUser({
        email: address,
        email_confirm: true,
      });
      await signInWithOtp(config, { email: address });
      await admin.updateUserById(user.id, { ban_duration: "1h" });
      const { code: token } = await mail(address);
      const params = { email: address, token, type: "email" } as const;
      await assertRefused(verifyOtp(config, params), 403, "user_banned");
    },
  },
  {
    name: "verifyOtp() is refused without a type",
    run: async ({ config, email }) => {
      const params = { email: email(), token: "123456" } as {
        email: string;
        token: string;
        type: "email";
      };
      await assertRefused(verifyOtp(config, params), 400, "validation_failed");
    },
  },
];
