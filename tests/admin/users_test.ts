import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  createUser,
  deleteUser,
  getUserById,
  listUsers,
  updateUserById,
} from "../../lib/admin/users.ts";
import { AuthResponseError } from "../../lib/errors.ts";
import { USER_JSON } from "../api/fixtures.ts";
import { createRecorder } from "../api/recorder.ts";
import { testRequests } from "../api/request_cases.ts";

const ATTRIBUTES = {
  email: "ada@example.com",
  phone: "+15550100",
  password: "correct horse",
  password_hash: "$2y$10$x",
  email_confirm: true,
  phone_confirm: false,
  user_metadata: { name: "Ada", unknown_member: 1 },
  app_metadata: { plan: null },
  ban_duration: "1h30m",
  role: "authenticated",
  id: "5c3c9d4e-4f6b-4a53-a0c6-5a8f8e1a9d11",
};
const PAGE = { users: [USER_JSON], aud: "authenticated" };

testRequests([
  {
    name: "createUser()",
    call: createUser,
    method: "POST",
    endpoint: "/admin/users",
    repeatable: false,
    answer: USER_JSON,
    minimal: { args: [{}], path: "/admin/users", body: {} },
    full: { args: [ATTRIBUTES], path: "/admin/users", body: ATTRIBUTES },
  },
  {
    name: "updateUserById()",
    call: updateUserById,
    method: "PUT",
    endpoint: "/admin/users/{id}",
    repeatable: true,
    answer: USER_JSON,
    minimal: { args: ["a/b", {}], path: "/admin/users/a%2Fb", body: {} },
    full: {
      args: ["a/b", ATTRIBUTES],
      path: "/admin/users/a%2Fb",
      body: ATTRIBUTES,
    },
  },
  {
    name: "getUserById()",
    call: getUserById,
    method: "GET",
    endpoint: "/admin/users/{id}",
    repeatable: true,
    answer: USER_JSON,
    minimal: {
      args: ["../users?x=1"],
      path: "/admin/users/..%2Fusers%3Fx%3D1",
    },
  },
  {
    name: "deleteUser()",
    call: deleteUser,
    method: "DELETE",
    endpoint: "/admin/users/{id}",
    repeatable: true,
    minimal: {
      args: ["id"],
      path: "/admin/users/id",
      body: { should_soft_delete: false },
    },
    full: {
      args: ["id", true],
      path: "/admin/users/id",
      body: { should_soft_delete: true },
    },
  },
  {
    name: "listUsers()",
    call: listUsers,
    method: "GET",
    endpoint: "/admin/users",
    repeatable: true,
    answer: PAGE,
    minimal: { args: [{}], path: "/admin/users" },
    full: {
      args: [{
        page: 2,
        perPage: 10,
        filter: "a+b@c&d",
        sort: "created_at asc",
      }],
      path: "/admin/users?page=2&per_page=10&filter=a%2Bb%40c%26d" +
        "&sort=created_at+asc",
    },
  },
]);

Deno.test("createUser() gives the user with Dates", async () => {
  const { config } = createRecorder(USER_JSON);
  const { user } = await createUser(config, { email: "ada@example.com" });
  assertEquals(user.created_at, new Date("2026-11-23T17:54:37.912Z"));
});

Deno.test("deleteUser() gives nothing", async () => {
  const { config } = createRecorder(USER_JSON);
  assertStrictEquals(await deleteUser(config, "id"), undefined);
});

Deno.test("listUsers() gives the users and where the page stands", async () => {
  const { config } = createRecorder(() =>
    Response.json({
      users: [{ ...USER_JSON, identities: null, factors: undefined }],
      aud: "authenticated",
    }, {
      headers: {
        "x-total-count": "123",
        link: '</admin/users?page=12&per_page=10>; rel="next", ' +
          '</admin/users?page=13&per_page=10>; rel="last"',
      },
    })
  );
  const page = await listUsers(config, { page: 11, perPage: 10 });
  assertEquals(
    [page.aud, page.nextPage, page.lastPage, page.total],
    ["authenticated", 12, 13, 123],
  );
  assertEquals(page.users.map((user) => user.id), [USER_JSON.id]);
  assertStrictEquals(page.users[0]?.identities, null);
});

const EMPTY = [{ users: [], aud: "" }, { users: null }, { users: [], aud: 5 }];
for (const answer of EMPTY) {
  Deno.test(`listUsers() gives an empty page for ${JSON.stringify(answer)}`, async () => {
    const { config } = createRecorder(answer);
    assertEquals(await listUsers(config), {
      users: [],
      aud: "",
      nextPage: null,
      lastPage: 0,
      total: 0,
    });
  });
}

for (const answer of [[], { users: {} }, { users: [{}] }, null, undefined]) {
  Deno.test(`listUsers() refuses the answer ${JSON.stringify(answer)}`, async () => {
    const { config } = createRecorder(answer);
    await assertRejects(() => listUsers(config), AuthResponseError);
  });
}

for (const id of ["", ".", "..", "\ud800"]) {
  Deno.test(`getUserById() refuses ${JSON.stringify(id)} before any request`, async () => {
    const { config, requests } = createRecorder(USER_JSON);
    await assertRejects(() => getUserById(config, id), TypeError);
    await assertRejects(() => updateUserById(config, id, {}), TypeError);
    await assertRejects(() => deleteUser(config, id), TypeError);
    assertEquals(requests, []);
  });
}
