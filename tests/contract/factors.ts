/** `/factors`: mfa.enroll, mfa.challenge, mfa.unenroll. */
import {
  mfaChallenge,
  mfaEnroll,
  mfaListFactors,
  mfaUnenroll,
} from "@gotrue/edge/api";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { assertRefused } from "./assertions.ts";
import { signedUp, withForeignToken } from "./people.ts";
import type { ContractCase } from "./world.ts";

const NOBODYS = "00000000-0000-4000-8000-000000000001";
const TOTP = { factorType: "totp" } as const;

export const FACTORS: readonly ContractCase[] = [
  {
    name: "mfaEnroll() gives a secret, an address and a picture of it",
    run: async (world) => {
      const { config } = await signedUp(world);
      const params = { ...TOTP, friendlyName: "phone", issuer: "Acme" };
      const { friendly_name, totp, type } = await mfaEnroll(config, params);
      assertEquals([type, friendly_name], ["totp", "phone"]);
      assertMatch(totp.secret, /^[A-Z2-7]{32}$/);
      assert(totp.uri.startsWith("otpauth://totp/Acme:"));
      assert(totp.qr_code.startsWith("data:image/svg+xml;utf-8,<"));
    },
  },
  {
    name: "mfaEnroll() enrolls a number where that is enabled",
    env: {
      GOTRUE_MFA_PHONE_ENROLL_ENABLED: "true",
      GOTRUE_MFA_PHONE_VERIFY_ENABLED: "true",
    },
    run: async (world) => {
      const { config } = await signedUp(world);
      const phone = world.phone();
      const params = { factorType: "phone", phone } as const;
      const factor = await mfaEnroll(config, params);
      assertEquals([factor.type, factor.phone], ["phone", phone]);
    },
  },
  {
    name: "mfaEnroll() is refused for a name that is taken",
    run: async (world) => {
      const { config } = await signedUp(world);
      const params = { ...TOTP, friendlyName: "phone" };
      await mfaEnroll(config, params);
      const again = mfaEnroll(config, params);
      await assertRefused(again, 422, "mfa_factor_name_conflict");
    },
  },
  {
    name: "mfaEnroll() is refused where numbers are not enabled",
    run: async (world) => {
      const { config } = await signedUp(world);
      const params = { factorType: "phone", phone: world.phone() } as const;
      const call = mfaEnroll(config, params);
      await assertRefused(call, 422, "mfa_phone_enroll_not_enabled");
    },
  },
  {
    name: "mfaEnroll() is refused for one factor too many",
    env: { GOTRUE_MFA_MAX_ENROLLED_FACTORS: "1" },
    run: async (world) => {
      const { config } = await signedUp(world);
      await mfaEnroll(config, { ...TOTP, friendlyName: "a" });
      const call = mfaEnroll(config, { ...TOTP, friendlyName: "b" });
      await assertRefused(call, 422, "too_many_enrolled_mfa_factors");
    },
  },
  {
    name: "mfaEnroll() is refused for a guest",
    run: async (world) => {
      const auth = world.client();
      await auth.signInAnonymously();
      await assertRefused(auth.mfa.enroll(TOTP), 403, "no_authorization");
    },
  },
  {
    name: "mfaChallenge() gives a challenge that ends",
    run: async (world) => {
      const { config } = await signedUp(world);
      const { id: factorId } = await mfaEnroll(config, TOTP);
      const { expires_at, type } = await mfaChallenge(config, { factorId });
      assertEquals(type, "totp");
      assert(expires_at > world.now() / 1000);
    },
  },
  {
    name: "mfaChallenge() is refused for a factor of nobody",
    run: async (world) => {
      const { config } = await signedUp(world);
      const call = mfaChallenge(config, { factorId: NOBODYS });
      await assertRefused(call, 404, "mfa_factor_not_found");
    },
  },
  {
    name: "mfaChallenge() is refused for an id that is none",
    run: async (world) => {
      const { config } = await signedUp(world);
      const call = mfaChallenge(config, { factorId: "abc" });
      await assertRefused(call, 404, "validation_failed");
    },
  },
  {
    name: "mfaUnenroll() removes a factor",
    run: async (world) => {
      const { config } = await signedUp(world);
      const { id: factorId } = await mfaEnroll(config, TOTP);
      assertEquals(await mfaUnenroll(config, { factorId }), { id: factorId });
      assertEquals((await mfaListFactors(config)).all, []);
    },
  },
  {
    name: "mfaUnenroll() is refused for a factor of nobody",
    run: async (world) => {
      const { config } = await signedUp(world);
      const call = mfaUnenroll(config, { factorId: NOBODYS });
      await assertRefused(call, 404, "mfa_factor_not_found");
    },
  },
  {
    name: "mfaUnenroll() is refused for a token that is none",
    run: async (world) => {
      const call = mfaUnenroll(withForeignToken(world), { factorId: NOBODYS });
      await assertRefused(call, 403, "bad_jwt");
    },
  },
];
