/** `/admin/users`: create, list, get, update and delete users. */
import { createUser, listUsers } from "@gotrue/edge/admin";
import { getUser, signInWithPassword } from "@gotrue/edge/api";
import { assert, assertEquals } from "@std/assert";
import { assertRefused, PASSWORD } from "./assertions.ts";
import { signedUp } from "./people.ts";
import type { ContractCase } from "./world.ts";

const NOBODYS = "00000000-0000-4000-8000-000000000001";

export const USERS: readonly ContractCase[] = [
  {
    name: "createUser() makes a user who can sign in",
    run: async ({ admin, config, email }) => {
      const address = email();
      const { user } = await admin.createUser({
        email: address,
        password: PASSWORD,
        email_confirm: true,
        app_metadata: { plan: "gold" },
      });
      assertEquals(user.app_metadata["plan"], "gold");
      const params = { email: address, password: PASSWORD };
      await signInWithPassword(config, params);
    },
  },
  {
    name: "createUser() takes an id",
    run: async ({ admin, email }) => {
      const id = crypto.randomUUID();
      const { user } = await admin.createUser({ id, email: email() });
      assertEquals(user.id, id);
    },
  },
  {
    name: "createUser() is refused for a known address",
    run: async ({ admin, email }) => {
      const attributes = { email: email() };
      await admin.createUser(attributes);
      const again = admin.createUser(attributes);
      await assertRefused(again, 422, "email_exists");
    },
  },
  {
    name: "createUser() is refused without address and number",
    run: async ({ admin }) => {
      const call = admin.createUser({ password: PASSWORD });
      await assertRefused(
        call,
        400,
        "validation_failed",
        "Cannot create a user without either an email or phone",
      );
    },
  },
  {
    name: "createUser() is refused for a ban that is no length of time",
    run: async ({ admin, email }) => {
      const attributes = { email: email(), ban_duration: "1d" };
      const call = admin.createUser(attributes);
      await assertRefused(call, 400, "validation_failed");
    },
  },
  {
    name: "createUser() is refused without the service key",
    run: async ({ config, email }) => {
      const call = createUser(config, { email: email() });
      await assertRefused(call, 403, "not_admin", "User not allowed");
    },
  },
  {
    name: "listUsers() pages with total, next and last page",
    run: async ({ admin, email }) => {
      for (let i = 0; i < 12; i++) await admin.createUser({ email: email() });
      const page = await admin.listUsers({ page: 1, perPage: 1 });
      assertEquals(page.users.length, 1);
      assert(page.total >= 12);
      assertEquals([page.nextPage, page.lastPage], [2, page.total]);
      const last = await admin.listUsers({ page: page.lastPage, perPage: 1 });
      assertEquals(last.nextPage, null);
    },
  },
  {
    name: "listUsers() filters by a part of the address",
    run: async ({ admin, email }) => {
      const address = email();
      await admin.createUser({ email: address });
      await admin.createUser({ email: email() });
      const { users } = await admin.listUsers({ filter: address });
      assertEquals(users.map((user) => user.email), [address]);
    },
  },
  {
    name: "listUsers() is refused for a page that is no number",
    run: async ({ admin }) => {
      const call = admin.listUsers({ page: "x" as unknown as number });
      await assertRefused(call, 400, "validation_failed");
    },
  },
  {
    name: "listUsers() is refused without the service key",
    run: async ({ config }) => {
      await assertRefused(listUsers(config), 403, "not_admin");
    },
  },
  {
    name: "AdminClient.users() meets everybody once, over many pages",
    run: async ({ admin, email }) => {
      const tag = email().split("@")[0];
      for (let i = 0; i < 7; i++) {
        await admin.createUser({ email: `${tag}-${i}@example.com` });
      }
      const met: unknown[] = [];
      const params = { filter: `${tag}-`, perPage: 2 };
      for await (const user of admin.users(params)) met.push(user.email);
      const all = [0, 1, 2, 3, 4, 5, 6].map((i) => `${tag}-${i}@example.com`);
      assertEquals(met.toSorted(), all);
    },
  },
  {
    name: "getUserById() gives a user with identities",
    run: async ({ admin, email }) => {
      const { user } = await admin.createUser({ email: email() });
      const result = await admin.getUserById(user.id);
      assertEquals(result.user.identities?.length, 1);
    },
  },
  {
    name: "getUserById() is refused for somebody unknown",
    run: async ({ admin }) => {
      const call = admin.getUserById(NOBODYS);
      await assertRefused(call, 404, "user_not_found", "User not found");
    },
  },
  {
    name: "getUserById() is refused for an id that is none",
    run: async ({ admin }) => {
      const call = admin.getUserById("abc");
      await assertRefused(call, 404, "validation_failed");
    },
  },
  {
    name: "updateUserById() changes at once and bans",
    run: async (world) => {
      const { config, user } = await signedUp(world);
      const next = world.email();
      const result = await world.admin.updateUserById(user.id, {
        email: next,
        ban_duration: "1h",
      });
      assertEquals(result.user.email, next);
      assert(result.user.banned_until instanceof Date);
      await assertRefused(getUser(config), 403, "user_banned");
    },
  },
  {
    name: "updateUserById() is refused for somebody unknown",
    run: async ({ admin }) => {
      const call = admin.updateUserById(NOBODYS, { role: "editor" });
      await assertRefused(call, 404, "user_not_found");
    },
  },
  {
    name: "updateUserById() is refused for a weak password",
    run: async ({ admin, email }) => {
      const { user } = await admin.createUser({ email: email() });
      const call = admin.updateUserById(user.id, { password: "short" });
      await call.then(
        () => Promise.reject(new Error("A weak password was taken")),
        (error) => assertEquals(error.code, "weak_password"),
      );
    },
  },
  {
    name: "deleteUser() deletes, and the address can be used again",
    run: async ({ admin, email }) => {
      const attributes = { email: email() };
      const { user } = await admin.createUser(attributes);
      assertEquals(await admin.deleteUser(user.id), undefined);
      await assertRefused(admin.getUserById(user.id), 404, "user_not_found");
      await admin.createUser(attributes);
    },
  },
  {
    name: "deleteUser() keeps a record without personal data when soft",
    run: async ({ admin, email }) => {
      const address = email();
      const { user } = await admin.createUser({ email: address });
      await admin.deleteUser(user.id, true);
      const { user: left } = await admin.getUserById(user.id);
      assert(left.deleted_at instanceof Date);
      assert(left.email !== address);
    },
  },
  {
    name: "deleteUser() is refused for somebody unknown",
    run: async ({ admin }) => {
      await assertRefused(admin.deleteUser(NOBODYS), 404, "user_not_found");
    },
  },
];
