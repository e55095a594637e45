/** `GET /user`, `PUT /user`: get_user, update_user, get_user_identities, mfa.list_factors. */
import {
  getUser,
  getUserIdentities,
  mfaListFactors,
  signInWithPassword,
  signOut,
  updateUser,
  withAccessToken,
} from "@gotrue/edge/api";
import { AuthWeakPasswordError } from "@gotrue/edge";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
} from "@std/assert";
import { assertRefused, PASSWORD } from "./assertions.ts";
import { signedUp, withForeignToken } from "./people.ts";
import type { ContractCase } from "./world.ts";

export const USER: readonly ContractCase[] = [
  {
    name: "getUser() gives the user of a token",
    run: async (world) => {
      const { config, user } = await signedUp(world);
      const result = await getUser(config);
      assertEquals(result.user.id, user.id);
      assert(result.user.created_at instanceof Date);
    },
  },
  {
    name: "getUser() is refused for a token that is none",
    run: async (world) => {
      await assertRefused(getUser(withForeignToken(world)), 403, "bad_jwt");
    },
  },
  {
    name: "getUser() is refused once the session has ended",
    run: async (world) => {
      const { config } = await signedUp(world);
      await signOut(config);
      await assertRefused(getUser(config), 403, "session_not_found");
    },
  },
  {
    name: "getUser() is refused once the user has been deleted",
    run: async (world) => {
      const { config, user } = await signedUp(world);
      await world.admin.deleteUser(user.id);
      await assertRefused(getUser(config), 403, "user_not_found");
    },
  },
  {
    name: "getUser() is refused for somebody banned",
    run: async (world) => {
      const { config, user } = await signedUp(world);
      await world.admin.updateUserById(user.id, { ban_duration: "1h" });
      await assertRefused(getUser(config), 403, "user_banned");
    },
  },
  {
    name: "getUserIdentities() lists the mail identity",
    run: async (world) => {
      const { config, user } = await signedUp(world);
      const { identities } = await getUserIdentities(config);
      assertEquals(identities.map((i) => i.provider), ["email"]);
      assertEquals(identities[0]?.user_id, user.id);
    },
  },
  {
    name: "getUserIdentities() is refused for a token that is none",
    run: async (world) => {
      const call = getUserIdentities(withForeignToken(world));
      await assertRefused(call, 403, "bad_jwt");
    },
  },
  {
    name: "mfaListFactors() lists nothing for somebody without factors",
    run: async (world) => {
      const { config } = await signedUp(world);
      const { all, totp } = await mfaListFactors(config);
      assertEquals([all.length, totp.length], [0, 0]);
    },
  },
  {
    name: "mfaListFactors() is refused for a token that is none",
    run: async (world) => {
      const call = mfaListFactors(withForeignToken(world));
      await assertRefused(call, 403, "bad_jwt");
    },
  },
  {
    name: "updateUser() merges user_metadata and removes what is null",
    run: async (world) => {
      const { config } = await signedUp(world);
      await updateUser(config, { data: { a: 1, b: { c: 2 } } });
      const { user } = await updateUser(config, { data: { a: null, d: 3 } });
      const { a, b, d } = user.user_metadata;
      assertEquals([a, b, d], [undefined, { c: 2 }, 3]);
    },
  },
  {
    name: "updateUser() changes the password and ends the other sessions",
    run: async (world) => {
      const { config, email } = await signedUp(world);
      const params = { email, password: PASSWORD };
      const { session } = await signInWithPassword(world.config, params);
      const password = "a new and better one";
      await updateUser(config, { password });
      await signInWithPassword(world.config, { email, password });
      const other = withAccessToken(world.config, session.access_token);
      await assertRefused(getUser(other), 403, "session_not_found");
    },
  },
  {
    name: "updateUser() remembers a new address until it is confirmed",
    run: async (world) => {
      const { config, email } = await signedUp(world);
      const next = world.email();
      const { user } = await updateUser(config, { email: next });
      assertEquals([user.email, user.new_email], [email, next]);
      assert(user.email_change_sent_at instanceof Date);
    },
  },
  {
    name: "updateUser() is refused for the password that there is",
    run: async (world) => {
      const { config } = await signedUp(world);
      const call = updateUser(config, { password: PASSWORD });
      await assertRefused(call, 422, "same_password");
    },
  },
  {
    name: "updateUser() is refused for a weak password",
    run: async (world) => {
      const { config } = await signedUp(world);
      const error = await assertRejects(() =>
        updateUser(config, { password: "short" })
      );
      assertInstanceOf(error, AuthWeakPasswordError);
      assertEquals(error.status, 422);
    },
  },
  {
    name: "updateUser() is refused for somebody else's address",
    run: async (world) => {
      const { config } = await signedUp(world);
      const other = await signedUp(world);
      const call = updateUser(config, { email: other.email });
      await assertRefused(call, 422, "email_exists");
    },
  },
  {
    name: "updateUser() is refused for somebody else's number",
    run: async (world) => {
      const { config } = await signedUp(world);
      const phone = world.phone();
      await world.admin.createUser({ phone, phone_confirm: true });
      const call = updateUser(config, { phone });
      await assertRefused(call, 422, "phone_exists");
    },
  },
  {
    name:
      "updateUser() is refused for a password where the current one is wanted",
    env: {
      GOTRUE_SECURITY_UPDATE_PASSWORD_REQUIRE_CURRENT_PASSWORD: "true",
    },
    run: async (world) => {
      const { config } = await signedUp(world);
      const password = "a new and better one";
      const without = updateUser(config, { password });
      await assertRefused(without, 400, "current_password_required");
      const wrong = { password, current_password: "wrong" };
      const call = updateUser(config, wrong);
      await assertRefused(call, 400, "current_password_invalid");
      await updateUser(config, { password, current_password: PASSWORD });
    },
  },
  {
    name: "updateUser() is refused for a guest's password without an address",
    run: async (world) => {
      const auth = world.client();
      await auth.signInAnonymously();
      const call = auth.updateUser({ password: PASSWORD });
      await assertRefused(call, 422, "validation_failed");
    },
  },
];
