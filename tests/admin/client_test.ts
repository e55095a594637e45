import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AdminClient } from "../../lib/admin/client.ts";
import { AuthApiError } from "../../lib/errors.ts";
import { FACTOR_JSON, USER_JSON } from "../api/fixtures.ts";
import { PASSKEY_JSON } from "../api/passkey_fixtures.ts";
import { jsonResponse, USER_TOKEN } from "../api/recorder.ts";

const OPTIONS = { url: "https://auth.example", key: "sb_secret_example" };
const LINK = {
  ...USER_JSON,
  action_link: "https://auth.example/verify",
  email_otp: "123456",
  hashed_token: "0a1b",
  redirect_to: "https://app.example",
  verification_type: "magiclink",
};

interface Sent {
  readonly line: string;
  readonly body: unknown;
  readonly headers: Record<string, string>;
}

function createClient(answer: (at: number) => Response | Promise<Response>) {
  const sent: Sent[] = [];
  const admin = new AdminClient({
    ...OPTIONS,
    fetch: async (url, init) => {
      const { method, headers, body } = init;
      sent.push({
        line: `${method} ${url.slice(OPTIONS.url.length)}`,
        body: body === undefined ? undefined : JSON.parse(body as string),
        headers: headers as Record<string, string>,
      });
      return await answer(sent.length);
    },
  });
  return { admin, sent };
}

const HEADERS = { headers: { "x-trace": "1" } };
const CASES: [
  name: string,
  call: (admin: AdminClient) => Promise<unknown>,
  answer: unknown,
  line: string,
  body?: unknown,
][] = [
  [
    "signOut",
    (admin) => admin.signOut(USER_TOKEN, "others", HEADERS),
    undefined,
    "POST /logout?scope=others",
  ],
  [
    "inviteUserByEmail",
    (admin) =>
      admin.inviteUserByEmail(
        "ada@example.com",
        { data: { a: 1 }, redirectTo: "app:x" },
        HEADERS,
      ),
    USER_JSON,
    "POST /invite?redirect_to=app%3Ax",
    { email: "ada@example.com", data: { a: 1 } },
  ],
  [
    "generateLink",
    (admin) =>
      admin.generateLink({ type: "recovery", email: "a@example.com" }, HEADERS),
    LINK,
    "POST /admin/generate_link",
    { type: "recovery", email: "a@example.com" },
  ],
  [
    "createUser",
    (admin) => admin.createUser({ email: "a@example.com" }, HEADERS),
    USER_JSON,
    "POST /admin/users",
    { email: "a@example.com" },
  ],
  [
    "listUsers",
    (admin) => admin.listUsers({ page: 3 }, HEADERS),
    { users: [] },
    "GET /admin/users?page=3",
  ],
  [
    "getUserById",
    (admin) => admin.getUserById("id", HEADERS),
    USER_JSON,
    "GET /admin/users/id",
  ],
  [
    "updateUserById",
    (admin) => admin.updateUserById("id", { ban_duration: "none" }, HEADERS),
    USER_JSON,
    "PUT /admin/users/id",
    { ban_duration: "none" },
  ],
  [
    "deleteUser",
    (admin) => admin.deleteUser("id", true, HEADERS),
    {},
    "DELETE /admin/users/id",
    { should_soft_delete: true },
  ],
  [
    "passkey.listPasskeys",
    (admin) => admin.passkey.listPasskeys({ userId: "id" }, HEADERS),
    [PASSKEY_JSON],
    "GET /admin/users/id/passkeys",
  ],
  [
    "passkey.deletePasskey",
    (admin) =>
      admin.passkey.deletePasskey({ userId: "id", passkeyId: "p" }, HEADERS),
    {},
    "DELETE /admin/users/id/passkeys/p",
  ],
  [
    "mfa.listFactors",
    (admin) => admin.mfa.listFactors({ userId: "id" }, HEADERS),
    [FACTOR_JSON],
    "GET /admin/users/id/factors",
  ],
  [
    "mfa.deleteFactor",
    (admin) => admin.mfa.deleteFactor({ userId: "id", id: "f" }, HEADERS),
    FACTOR_JSON,
    "DELETE /admin/users/id/factors/f",
  ],
];
for (const [name, call, answer, line, body] of CASES) {
  Deno.test(`AdminClient.${name}() makes one request with the key`, async () => {
    const { admin, sent } = createClient(() => jsonResponse(answer));
    await call(admin);
    assertEquals(sent.map((each) => [each.line, each.body]), [[line, body]]);
    assertEquals(sent[0]?.headers["apikey"], OPTIONS.key);
    assertEquals(sent[0]?.headers["x-trace"], "1");
    assertEquals(
      sent[0]?.headers["authorization"],
      name === "signOut" ? `Bearer ${USER_TOKEN}` : undefined,
    );
  });

  Deno.test(`AdminClient.${name}() throws what the server refuses`, async () => {
    const body = { code: "not_admin", message: "User not allowed" };
    const { admin } = createClient(() => jsonResponse(body, { status: 403 }));
    const error = await assertRejects(() => call(admin), AuthApiError);
    assertEquals([error.code, error.status], ["not_admin", 403]);
  });
}

Deno.test("AdminClient.signOut() ends all sessions unless told otherwise", async () => {
  const { admin, sent } = createClient(() => jsonResponse(undefined));
  await admin.signOut(USER_TOKEN);
  assertEquals(sent[0]?.line, "POST /logout?scope=global");
});

Deno.test("AdminClient.deleteUser() deletes for good unless told otherwise", async () => {
  const { admin, sent } = createClient(() => jsonResponse({}));
  await admin.deleteUser("id");
  assertEquals(sent[0]?.body, { should_soft_delete: false });
});

/** Pages of users with these ids; the last page has no successor. */
function pageOf(ids: readonly string[], next?: number): Response {
  const link = next ? `</admin/users?page=${next}>; rel="next", ` : "";
  return jsonResponse(
    { users: ids.map((id) => ({ ...USER_JSON, id })), aud: "" },
    { headers: { link: `${link}</admin/users?page=12>; rel="last"` } },
  );
}

Deno.test("AdminClient.users() goes through all pages, oldest first", async () => {
  const { admin, sent } = createClient((at) =>
    at < 12 ? pageOf([`a${at}`, `b${at}`], at + 1) : pageOf(["last"])
  );
  const ids: string[] = [];
  for await (const user of admin.users()) ids.push(user.id);
  assertEquals(ids.length, 23);
  assertEquals(ids.slice(-3), ["a11", "b11", "last"]);
  assertEquals(
    sent.map((each) => each.line),
    Array.from(
      { length: 12 },
      (_, at) =>
        `GET /admin/users?page=${at + 1}&per_page=100&sort=created_at+asc`,
    ),
  );
});

Deno.test("AdminClient.users() passes filter, page size and request options on", async () => {
  const { admin, sent } = createClient(() => pageOf([]));
  const users = admin.users({ filter: "a&b", perPage: 7 }, HEADERS);
  for await (const _ of users) throw new Error("There is no user");
  assertEquals(
    sent[0]?.line,
    "GET /admin/users?page=1&per_page=7&filter=a%26b&sort=created_at+asc",
  );
  assertEquals(sent[0]?.headers["x-trace"], "1");
});

Deno.test("AdminClient.users() gives nobody twice when pages shift", async () => {
  const { admin } = createClient((at) =>
    at === 1 ? pageOf(["a", "b"], 2) : pageOf(["b", "c"])
  );
  const ids: string[] = [];
  for await (const user of admin.users()) ids.push(user.id);
  assertEquals(ids, ["a", "b", "c"]);
});

Deno.test("AdminClient.users() ends at an empty page that names a next one", async () => {
  const { admin, sent } = createClient((at) => {
    if (at > 2) throw new Error("There was a third request");
    return at === 1 ? pageOf(["a"], 2) : pageOf([], 3);
  });
  const ids: string[] = [];
  for await (const user of admin.users()) ids.push(user.id);
  assertEquals([ids, sent.length], [["a"], 2]);
});

Deno.test("AdminClient.users() ends at a page that names itself as the next", async () => {
  const { admin, sent } = createClient((at) => {
    if (at > 2) throw new Error("There was a third request");
    return pageOf([`user${at}`], 2);
  });
  const ids: string[] = [];
  for await (const user of admin.users()) ids.push(user.id);
  assertEquals([ids, sent.length], [["user1", "user2"], 2]);
});

Deno.test("AdminClient.users() asks for no page that nobody wants", async () => {
  const { admin, sent } = createClient(() => pageOf(["a", "b"], 2));
  const users = admin.users();
  assertEquals(sent.length, 0);
  for await (const user of users) {
    assertEquals(user.id, "a");
    break;
  }
  assertEquals(sent.length, 1);
});

Deno.test("AdminClient.users() throws what the server refuses on a later page", async () => {
  const { admin } = createClient((at) =>
    at === 1
      ? pageOf(["a"], 2)
      : jsonResponse({ code: "bad_jwt", message: "no" }, { status: 403 })
  );
  const users = admin.users();
  assertEquals((await users.next()).done, false);
  await assertRejects(() => users.next(), AuthApiError);
  assertEquals((await users.next()).done, true);
});

Deno.test("AdminClient refuses to be built in a page unless told to", () => {
  const page = globalThis as { document?: object };
  page.document = {};
  try {
    assertThrows(() => new AdminClient(OPTIONS), TypeError, "in a page");
    new AdminClient({ ...OPTIONS, allowInPage: true });
  } finally {
    delete page.document;
  }
  new AdminClient(OPTIONS);
});

Deno.test("AdminClient refuses options that no configuration takes", () => {
  assertThrows(
    () => new AdminClient({ url: "not an address" }),
    TypeError,
    "Cannot use url",
  );
});

Deno.test("AdminClient shows its key to nobody", () => {
  const { admin } = createClient(() => jsonResponse({}));
  assertEquals(JSON.stringify(admin), '{"mfa":{},"passkey":{}}');
  assert(!Reflect.ownKeys(admin).includes("config"));
});
