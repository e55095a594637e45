/** `GET /reauthenticate`: reauthenticate. */
import { reauthenticate, updateUser } from "@gotrue/edge/api";
import { assertEquals } from "@std/assert";
import { assertRefused } from "./assertions.ts";
import { signedUp, withForeignToken } from "./people.ts";
import type { ContractCase } from "./world.ts";

export const REAUTHENTICATE: readonly ContractCase[] = [
  {
    name: "reauthenticate() mails the nonce that a new password takes",
    needs: ["mail", "clock"],
    env: {
      GOTRUE_SECURITY_UPDATE_PASSWORD_REQUIRE_REAUTHENTICATION: "true",
      GOTRUE_JWT_EXP: "200000",
    },
    run: async (world) => {
      const { config, email } = await signedUp(world);
      world.advance(25 * 3_600_000);
      const password = "a new and better one";
      const without = updateUser(config, { password });
      await assertRefused(without, 400, "reauthentication_needed");
      assertEquals(await reauthenticate(config), undefined);
      const { code: nonce } = await world.mail(email);
      const wrong = updateUser(config, { password, nonce: "000000x" });
      await assertRefused(wrong, 422, "reauthentication_not_valid");
      await updateUser(config, { password, nonce });
    },
  },
  {
    name: "reauthenticate() is refused for a guest, who has no address",
    run: async (world) => {
      const auth = world.client();
      await auth.signInAnonymously();
      await assertRefused(auth.reauthenticate(), 400, "validation_failed");
    },
  },
  {
    name: "reauthenticate() is refused for a token that is none",
    run: async (world) => {
      const call = reauthenticate(withForeignToken(world));
      await assertRefused(call, 403, "bad_jwt");
    },
  },
];
