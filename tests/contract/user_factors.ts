/** `/admin/users/{user_id}/factors`: admin.mfa.list_factors, admin.mfa.delete_factor. */
import { mfaListFactors } from "@gotrue/edge/admin";
import { mfaEnroll } from "@gotrue/edge/api";
import { assert, assertEquals } from "@std/assert";
import { assertRefused } from "./assertions.ts";
import { signedUp } from "./people.ts";
import type { ContractCase } from "./world.ts";

const NOBODYS = "00000000-0000-4000-8000-000000000001";

export const USER_FACTORS: readonly ContractCase[] = [
  {
    name: "AdminMfa.listFactors() lists a user's factors",
    run: async (world) => {
      const { config, user } = await signedUp(world);
      const { id } = await mfaEnroll(config, { factorType: "totp" });
      const { factors } = await world.admin.mfa.listFactors({
        userId: user.id,
      });
      assertEquals(factors.map((factor) => factor.id), [id]);
      assert(factors[0]?.created_at instanceof Date);
    },
  },
  {
    name: "AdminMfa.listFactors() is refused for somebody unknown",
    run: async ({ admin }) => {
      const call = admin.mfa.listFactors({ userId: NOBODYS });
      await assertRefused(call, 404, "user_not_found");
    },
  },
  {
    name: "AdminMfa.listFactors() is refused without the service key",
    run: async ({ config }) => {
      const call = mfaListFactors(config, { userId: NOBODYS });
      await assertRefused(call, 403, "not_admin");
    },
  },
  {
    name: "AdminMfa.deleteFactor() removes a factor",
    run: async (world) => {
      const { config, user } = await signedUp(world);
      const { id } = await mfaEnroll(config, { factorType: "totp" });
      const params = { id, userId: user.id };
      assertEquals(await world.admin.mfa.deleteFactor(params), { id });
    },
  },
  {
    name: "AdminMfa.deleteFactor() is refused for a factor of nobody",
    run: async (world) => {
      const { user } = await signedUp(world);
      const params = { id: NOBODYS, userId: user.id };
      const call = world.admin.mfa.deleteFactor(params);
      await assertRefused(call, 404, "mfa_factor_not_found");
    },
  },
];
