/** `GET /settings`, `GET /health`, `GET /.well-known/jwks.json`. */
import { getHealth, getJwks, getSettings } from "@gotrue/edge/api";
import { assert, assertEquals } from "@std/assert";
import type { ContractCase } from "./world.ts";

export const SETTINGS: readonly ContractCase[] = [
  {
    name: "getSettings() tells what is offered",
    run: async ({ config }) => {
      const settings = await getSettings(config);
      assertEquals(settings.mailer_autoconfirm, true);
      assertEquals(settings.external["email"], true);
      assertEquals(settings.external["anonymous_users"], true);
    },
  },
  {
    name: "getHealth() names the server",
    run: async ({ config }) => {
      assertEquals((await getHealth(config)).name, "GoTrue");
    },
  },
  {
    name: "getJwks() gives public keys only",
    run: async ({ config }) => {
      const { keys } = await getJwks(config);
      assert(keys.every((key) => key["d"] === undefined));
      assert(keys.every((key) => key.kty !== "oct"));
    },
  },
];
