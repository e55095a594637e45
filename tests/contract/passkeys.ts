/** `/passkeys`: passkey.list, passkey.update, passkey.delete. */
import { passkeyDelete, passkeyList, passkeyUpdate } from "@gotrue/edge/api";
import { assert, assertEquals } from "@std/assert";
import { TestKey } from "../emulator/authenticator.ts";
import { assertRefused } from "./assertions.ts";
import {
  CHECKED,
  ENV,
  register,
  signInBy,
  withPasskey,
} from "./passkey_people.ts";
import { signedUp } from "./people.ts";
import { NOBODYS } from "./requests.ts";
import type { ContractCase } from "./world.ts";

const MISSING = [404, "validation_failed", "Passkey not found"] as const;

export const PASSKEYS: readonly ContractCase[] = [
  {
    ...CHECKED,
    name: "passkeyList() lists the user's passkeys, oldest first",
    run: async (world) => {
      const owner = await withPasskey(world);
      const { id } = await register(owner, await TestKey.make());
      const before = await passkeyList(owner.config);
      assertEquals(before.map((each) => each.id), [owner.passkey.id, id]);
      assert(before[0]?.created_at instanceof Date);
      assertEquals(before[0]?.last_used_at, undefined);
      await signInBy(world, owner.key, owner.user.id);
      const [used] = await passkeyList(owner.config);
      assert(used?.last_used_at instanceof Date);
    },
  },
  {
    name: "passkeyList() gives nothing where there is none",
    env: ENV,
    run: async (world) => {
      const { config } = await signedUp(world);
      assertEquals(await passkeyList(config), []);
    },
  },
  {
    name: "passkeyList() is refused where passkeys are off",
    env: { GOTRUE_PASSKEY_ENABLED: "false" },
    run: async (world) => {
      const { config } = await signedUp(world);
      await assertRefused(passkeyList(config), 404, "passkey_disabled");
    },
  },
  {
    ...CHECKED,
    name: "passkeyUpdate() renames a passkey",
    run: async (world) => {
      const { config, passkey } = await withPasskey(world);
      const params = { passkeyId: passkey.id, friendlyName: "Laptop" };
      const renamed = await passkeyUpdate(config, params);
      assertEquals([renamed.id, renamed.friendly_name], [passkey.id, "Laptop"]);
    },
  },
  {
    ...CHECKED,
    name: "passkeyUpdate() is refused for names that are empty or too long",
    run: async (world) => {
      const { config, passkey } = await withPasskey(world);
      for (const friendlyName of ["", "x".repeat(121)]) {
        const params = { passkeyId: passkey.id, friendlyName };
        const call = passkeyUpdate(config, params);
        await assertRefused(call, 400, "validation_failed");
      }
    },
  },
  {
    ...CHECKED,
    name: "passkeyUpdate() is refused for the passkey of somebody else",
    run: async (world) => {
      const { passkey } = await withPasskey(world);
      const { config } = await signedUp(world);
      for (const passkeyId of [passkey.id, NOBODYS, "none"]) {
        const params = { passkeyId, friendlyName: "Mine" };
        await assertRefused(passkeyUpdate(config, params), ...MISSING);
      }
    },
  },
  {
    ...CHECKED,
    name: "passkeyDelete() deletes a passkey, which then signs nobody in",
    run: async (world) => {
      const { config, key, passkey, user } = await withPasskey(world);
      const params = { passkeyId: passkey.id };
      assertEquals(await passkeyDelete(config, params), undefined);
      assertEquals(await passkeyList(config), []);
      const call = signInBy(world, key, user.id);
      await assertRefused(call, 400, "webauthn_verification_failed");
    },
  },
  {
    ...CHECKED,
    name: "passkeyDelete() is refused for the passkey of somebody else",
    run: async (world) => {
      const { passkey } = await withPasskey(world);
      const { config } = await signedUp(world);
      const call = passkeyDelete(config, { passkeyId: passkey.id });
      await assertRefused(call, ...MISSING);
    },
  },
];
