/** `/admin/users/{user_id}/passkeys`: admin.passkey.list_passkeys, admin.passkey.delete_passkey. */
import { passkeyListPasskeys } from "@gotrue/edge/admin";
import { assert, assertEquals } from "@std/assert";
import { assertRefused } from "./assertions.ts";
import { CHECKED, signInBy, withPasskey } from "./passkey_people.ts";
import { signedUp } from "./people.ts";
import { NOBODYS } from "./requests.ts";
import type { ContractCase } from "./world.ts";

export const USER_PASSKEYS: readonly ContractCase[] = [
  {
    ...CHECKED,
    name: "AdminPasskey.listPasskeys() lists a user's passkeys",
    run: async (world) => {
      const { passkey, user } = await withPasskey(world);
      const params = { userId: user.id };
      const [listed, ...rest] = await world.admin.passkey.listPasskeys(params);
      assertEquals([listed?.id, rest.length], [passkey.id, 0]);
      assert(listed?.created_at instanceof Date);
    },
  },
  {
    name: "AdminPasskey.listPasskeys() answers also where passkeys are off",
    env: { GOTRUE_PASSKEY_ENABLED: "false" },
    run: async (world) => {
      const { user } = await signedUp(world);
      const params = { userId: user.id };
      assertEquals(await world.admin.passkey.listPasskeys(params), []);
    },
  },
  {
    name: "AdminPasskey.listPasskeys() is refused for somebody unknown",
    run: async ({ admin }) => {
      const call = admin.passkey.listPasskeys({ userId: NOBODYS });
      await assertRefused(call, 404, "user_not_found");
    },
  },
  {
    name: "AdminPasskey.listPasskeys() is refused without the service key",
    run: async ({ config }) => {
      const call = passkeyListPasskeys(config, { userId: NOBODYS });
      await assertRefused(call, 403, "not_admin");
    },
  },
  {
    ...CHECKED,
    name:
      "AdminPasskey.deletePasskey() deletes a passkey, which then signs nobody in",
    run: async (world) => {
      const { key, passkey, user } = await withPasskey(world);
      const params = { userId: user.id, passkeyId: passkey.id };
      assertEquals(await world.admin.passkey.deletePasskey(params), undefined);
      const call = signInBy(world, key, user.id);
      await assertRefused(call, 400, "webauthn_verification_failed");
    },
  },
  {
    name: "AdminPasskey.deletePasskey() is refused for a passkey of nobody",
    run: async (world) => {
      const { user } = await signedUp(world);
      const params = { userId: user.id, passkeyId: NOBODYS };
      const call = world.admin.passkey.deletePasskey(params);
      await assertRefused(call, 404, "validation_failed", "Passkey not found");
    },
  },
];
