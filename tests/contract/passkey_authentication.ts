/** `/passkeys/authentication`: sign_in_with_passkey and its two halves. */
import {
  passkeyStartAuthentication,
  passkeyVerifyAuthentication,
} from "@gotrue/edge/api";
import { assertEquals } from "@std/assert";
import { TestKey } from "../emulator/authenticator.ts";
import { assertRefused } from "./assertions.ts";
import { CHECKED, ENV, signInBy, withPasskey } from "./passkey_people.ts";
import { claimsOf } from "./requests.ts";
import type { ContractCase } from "./world.ts";

const WRONG = [400, "webauthn_verification_failed"] as const;

export const PASSKEY_AUTHENTICATION: readonly ContractCase[] = [
  {
    name:
      "passkeyStartAuthentication() gives a challenge for anybody's passkey",
    env: ENV,
    run: async ({ config }) => {
      const { options } = await passkeyStartAuthentication(config);
      assertEquals(options.rpId, "localhost");
      assertEquals(options.allowCredentials, undefined);
    },
  },
  {
    name: "passkeyStartAuthentication() is refused where passkeys are off",
    env: { GOTRUE_PASSKEY_ENABLED: "false" },
    run: async ({ config }) => {
      const call = passkeyStartAuthentication(config);
      await assertRefused(call, 404, "passkey_disabled");
    },
  },
  {
    ...CHECKED,
    name: "passkeyVerifyAuthentication() signs the passkey's user in",
    run: async (world) => {
      const { key, user } = await withPasskey(world);
      const { session, ...rest } = await signInBy(world, key, user.id);
      assertEquals(rest.user.id, user.id);
      const { aal, amr } = claimsOf(session.access_token);
      assertEquals([aal, amr[0].method], ["aal1", "passkey"]);
    },
  },
  {
    ...CHECKED,
    name:
      "passkeyVerifyAuthentication() is refused for a proof that is not good",
    run: async (world) => {
      const { key, user } = await withPasskey(world);
      for (
        const how of [
          { brokenSignature: true },
          { origin: "https://evil.example" },
          { userHandle: null },
        ]
      ) {
        const call = signInBy(world, key, user.id, how);
        await assertRefused(call, ...WRONG);
      }
      const unknown = await TestKey.make();
      await assertRefused(signInBy(world, unknown, user.id), ...WRONG);
    },
  },
  {
    ...CHECKED,
    name:
      "passkeyVerifyAuthentication() is refused for a challenge that was used",
    run: async (world) => {
      const { key, user } = await withPasskey(world);
      const { challenge_id: challengeId, options } =
        await passkeyStartAuthentication(world.config);
      const credential = await key.get(options, user.id);
      const params = { challengeId, credential };
      await passkeyVerifyAuthentication(world.config, params);
      const again = passkeyVerifyAuthentication(world.config, params);
      await assertRefused(again, 400, "webauthn_challenge_not_found");
    },
  },
  {
    ...CHECKED,
    name: "passkeyVerifyAuthentication() is refused for who is banned",
    run: async (world) => {
      const { key, user } = await withPasskey(world);
      await world.admin.updateUserById(user.id, { ban_duration: "1h" });
      const call = signInBy(world, key, user.id);
      await assertRefused(call, 403, "user_banned");
    },
  },
  {
    ...CHECKED,
    name: "AuthPasskey.verifyAuthentication() keeps the session",
    run: async (world) => {
      const { key, user } = await withPasskey(world);
      const auth = world.client();
      const { challenge_id: challengeId, options } = await auth.passkey
        .startAuthentication();
      const credential = await key.get(options, user.id);
      await auth.passkey.verifyAuthentication({ challengeId, credential });
      assertEquals((await auth.getSession()).session?.user.id, user.id);
    },
  },
];
