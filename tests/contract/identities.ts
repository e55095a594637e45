/** `/user/identities`: link_identity, unlink_identity; sign_in_with_oauth builds an address. */
import {
  linkIdentity,
  signInWithOAuth,
  unlinkIdentity,
} from "@gotrue/edge/api";
import { assert, assertEquals } from "@std/assert";
import { assertRefused } from "./assertions.ts";
import { signedUp, withForeignToken } from "./people.ts";
import type { ContractCase } from "./world.ts";

const GITHUB = {
  GOTRUE_EXTERNAL_GITHUB_ENABLED: "true",
  GOTRUE_EXTERNAL_GITHUB_CLIENT_ID: "client",
  GOTRUE_EXTERNAL_GITHUB_SECRET: "secret",
  GOTRUE_EXTERNAL_GITHUB_REDIRECT_URI: "http://localhost:9999/callback",
};
const NO_LINKING = { GOTRUE_SECURITY_MANUAL_LINKING_ENABLED: "false" };

export const IDENTITIES: readonly ContractCase[] = [
  {
    name: "signInWithOAuth() builds an address that leads on to the provider",
    env: GITHUB,
    run: async ({ config, follow }) => {
      const params = { provider: "github", options: { scopes: "repo" } };
      const { provider, url } = signInWithOAuth(config, params);
      assertEquals(provider, "github");
      const target = await follow(url);
      assert(target.href.length > 0);
      assert(!target.href.includes("error"));
    },
  },
  {
    name: "linkIdentity() gives the address to send the browser to",
    env: GITHUB,
    run: async (world) => {
      const { config } = await signedUp(world);
      const { provider, url } = await linkIdentity(config, {
        provider: "github",
      });
      assertEquals(provider, "github");
      assert(URL.canParse(url));
    },
  },
  {
    name: "linkIdentity() is refused where linking is disabled",
    env: NO_LINKING,
    run: async (world) => {
      const { config } = await signedUp(world);
      const call = linkIdentity(config, { provider: "github" });
      await assertRefused(call, 404, "manual_linking_disabled");
    },
  },
  {
    name: "linkIdentity() is refused for a token that is none",
    run: async (world) => {
      const config = withForeignToken(world);
      const call = linkIdentity(config, { provider: "github" });
      await assertRefused(call, 403, "bad_jwt");
    },
  },
  {
    name: "unlinkIdentity() unlinks one of two identities",
    run: async (world) => {
      const { admin } = world;
      const { config, user } = await signedUp(world);
      const phone = world.phone();
      await admin.updateUserById(user.id, { phone, phone_confirm: true });
      const { user: both } = await admin.getUserById(user.id);
      const identity = both.identities?.find((i) => i.provider === "phone");
      assert(identity);
      assertEquals(await unlinkIdentity(config, identity), undefined);
      const { user: after } = await admin.getUserById(user.id);
      assertEquals(after.identities?.map((i) => i.provider), ["email"]);
    },
  },
  {
    name: "unlinkIdentity() is refused for the only identity",
    run: async (world) => {
      const { config, user } = await signedUp(world);
      const identity = user.identities?.[0];
      assert(identity);
      const call = unlinkIdentity(config, identity);
      await assertRefused(call, 422, "single_identity_not_deletable");
    },
  },
  {
    name: "unlinkIdentity() is refused for an id that is none",
    run: async (world) => {
      const { config } = await signedUp(world);
      const call = unlinkIdentity(config, { identity_id: "abc" });
      await assertRefused(call, 404, "validation_failed");
    },
  },
  {
    name: "unlinkIdentity() is refused where linking is disabled",
    env: NO_LINKING,
    run: async (world) => {
      const { config, user } = await signedUp(world);
      const call = unlinkIdentity(config, { identity_id: user.id });
      await assertRefused(call, 404, "manual_linking_disabled");
    },
  },
];
