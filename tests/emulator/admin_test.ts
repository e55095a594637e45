import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Emulator } from "../../lib/emulator/mod.ts";
import { call, callAsAdmin, type Loose, signedIn, start } from "./helpers.ts";

const ANN = { email: "ann@example.com", password: "password-1234" };

function login(emulator: Emulator, email: string, password: string) {
  return call(emulator, "POST", "/token?grant_type=password", {
    body: { email, password },
  });
}

Deno.test("/admin demands an admin's token", async () => {
  const emulator = start();
  const { access_token, user } = await signedIn(emulator);
  const path = "/admin/users";
  const none = await call(emulator, "GET", path);
  assertEquals([none.status, none.body.code], [401, "no_authorization"]);
  for (const token of [access_token, emulator.anonKey]) {
    const answer = await call(emulator, "GET", path, { token });
    assertEquals([answer.status, answer.body.code], [403, "not_admin"]);
  }
  await callAsAdmin(emulator, "PUT", `/admin/users/${user.id}`, {
    role: "service_role",
  });
  const promoted: Loose = await emulator.signIn(user.id);
  const answer = await call(emulator, "GET", path, {
    token: promoted.access_token,
  });
  assertEquals(answer.status, 200);
});

Deno.test("POST /admin/users makes users with the given members, confirmed or not", async () => {
  const emulator = start();
  const { status, body } = await callAsAdmin(emulator, "POST", "/admin/users", {
    ...ANN,
    email: "Ann@Example.com",
    phone: "+15551234567",
    email_confirm: true,
    role: "editor",
    user_metadata: { a: 1 },
    app_metadata: { plan: "pro" },
    ban_duration: "none",
  });
  assertEquals(status, 200);
  assertEquals([body.email, body.phone, body.role], [
    "ann@example.com",
    "15551234567",
    "editor",
  ]);
  assertEquals(body.app_metadata, {
    provider: "email",
    providers: ["email", "phone"],
    plan: "pro",
  });
  assertEquals(body.user_metadata, { a: 1, email_verified: true });
  assertEquals(
    body.identities.map((identity: Loose) => identity.provider),
    ["email", "phone"],
  );
  assertEquals(body.confirmed_at, undefined);
  assertEquals(emulator.mailbox.list(), []);
  assertEquals((await login(emulator, ANN.email, ANN.password)).status, 200);
});

Deno.test("POST /admin/users refuses what cannot be a user", async () => {
  const emulator = start();
  const id = crypto.randomUUID();
  await callAsAdmin(emulator, "POST", "/admin/users", { ...ANN, id });
  const email = "b@example.com";
  const cases: [body: unknown, status: number, message: string][] = [
    [{}, 400, "Cannot create a user without either an email or phone"],
    [
      { email: "bad" },
      400,
      "Unable to validate email address: invalid format",
    ],
    [
      { email: "ANN@example.com" },
      422,
      "A user with this email address has already been registered",
    ],
    [
      { email, password: "x", password_hash: "y" },
      400,
      "Only a password or a password hash should be provided",
    ],
    [{ email, password_hash: "nope" }, 500, "Error creating user"],
    [{ email, id: "x" }, 400, "ID must conform to the uuid v4 format"],
    [
      { email, id: "00000000-0000-0000-0000-000000000000" },
      400,
      "ID cannot be a nil uuid",
    ],
    [{ email, id }, 500, "Database error creating new user"],
    [
      { email, ban_duration: "5" },
      400,
      'invalid format for ban duration: time: missing unit in duration "5"',
    ],
    [{ email, password: "x".repeat(73) }, 500, "Internal Server Error"],
  ];
  for (const [body, status, message] of cases) {
    const answer = await callAsAdmin(emulator, "POST", "/admin/users", body);
    assertEquals([answer.status, answer.body.message], [status, message]);
  }
  assertEquals(emulator.users.list().length, 1);
});

Deno.test("POST /admin/users lets the database speak in the initial API version", async () => {
  const emulator = start();
  const id = crypto.randomUUID();
  const body = { email: "a@example.com", id };
  await callAsAdmin(emulator, "POST", "/admin/users", body);
  const answer = await call(emulator, "POST", "/admin/users", {
    token: emulator.serviceRoleKey,
    headers: { "X-Supabase-Api-Version": "" },
    body: { ...body, email: "b@example.com" },
  });
  assertEquals(answer.body, {
    code: "23505",
    message: 'duplicate key value violates unique constraint "users_pkey"',
    detail: `Key (id)=(${id}) already exists.`,
  });
});

Deno.test("GET /admin/users pages with Link and X-Total-Count", async () => {
  const emulator = start();
  for (let i = 1; i <= 5; i++) {
    await emulator.users.seed({ email: `u${i}@example.com` });
  }
  const list = (query: string) =>
    callAsAdmin(emulator, "GET", `/admin/users?${query}`);
  const emails = (body: Loose) =>
    body.users.map((user: Loose) => user.email[1]);
  const first = await list("page=1&per_page=2");
  assertEquals(emails(first.body), ["5", "4"]);
  assertEquals(first.body.aud, "authenticated");
  assertEquals(first.body.users[0].identities, null);
  assertEquals(first.headers.get("x-total-count"), "5");
  assertEquals(
    first.headers.get("link"),
    '</admin/users?page=2&per_page=2>; rel="next", </admin/users?page=3&per_page=2>; rel="last"',
  );
  assertEquals(emails((await list("page=3&per_page=2")).body), ["1"]);
  assertEquals(emails((await list("page=4&per_page=2")).body), []);
  assertEquals(
    emails((await list("page=2&per_page=2&sort=created_at%20ASC")).body),
    ["3", "4"],
  );
  const none = await list("filter=nobody");
  assertEquals(
    none.headers.get("link"),
    '</admin/users?filter=nobody&page=0>; rel="last"',
  );
});

Deno.test("GET /admin/users filters by address, exactly, and by name in any case", async () => {
  const emulator = start();
  await emulator.users.seed(
    { email: "zoe@example.com", user_metadata: { full_name: "Bob Filter" } },
    { email: "bob@example.com" },
  );
  const found = async (filter: string) => {
    const { body } = await callAsAdmin(
      emulator,
      "GET",
      `/admin/users?filter=${encodeURIComponent(filter)}&sort=created_at%20asc`,
    );
    return body.users.map((user: Loose) => user.email.split("@")[0]);
  };
  assertEquals(await found("bob"), ["zoe", "bob"]);
  assertEquals(await found("FILTER"), ["zoe"]);
  assertEquals(await found("ZOE"), []);
  assertEquals(await found("z_e"), ["zoe"]);
  assertEquals(await found("b%b@"), ["bob"]);
  assertEquals(await found(".*"), []);
});

Deno.test("GET /admin/users refuses impossible pages and orders", async () => {
  const emulator = start();
  const cases: [query: string, message: string][] = [
    [
      "page=-1",
      'Bad Pagination Parameters: strconv.ParseUint: parsing "-1": invalid syntax',
    ],
    [
      "per_page=99999999999999999999",
      'Bad Pagination Parameters: strconv.ParseUint: parsing "99999999999999999999": value out of range',
    ],
    ["per_page=0", "Internal Server Error"],
    ["sort=email", "Bad Sort Parameters: bad field for sort 'email'"],
    [
      "sort=created_at%20up",
      "Bad Sort Parameters: bad direction for sort 'up', only 'asc' and 'desc' allowed",
    ],
  ];
  for (const [query, message] of cases) {
    const answer = await callAsAdmin(emulator, "GET", `/admin/users?${query}`);
    assertEquals(answer.body.message, message);
  }
});

Deno.test("GET /admin/users goes by cursor where that is on", async () => {
  const emulator = start({
    GOTRUE_EXPERIMENTAL_CURSOR_PAGINATION_ENABLED: "true",
  });
  for (const name of ["a", "b", "c"]) {
    await emulator.users.seed({ email: `${name}@example.com` });
  }
  const seen: string[] = [];
  let cursor: string | undefined = "";
  while (cursor !== undefined) {
    const { body }: Loose = await callAsAdmin(
      emulator,
      "GET",
      `/admin/users?limit=2&cursor=${cursor}`,
    );
    seen.push(...body.users.map((user: Loose) => user.email[0]));
    cursor = body.pagination.next_cursor;
    assertEquals(body.pagination.has_more, cursor !== undefined);
  }
  assertEquals(seen, ["c", "b", "a"]);
});

Deno.test("GET /admin/users goes on from a cursor whose user has been deleted", async () => {
  const emulator = start({
    GOTRUE_EXPERIMENTAL_CURSOR_PAGINATION_ENABLED: "true",
  });
  const emails = ["a", "b", "c", "d"].map((name) => `${name}@example.com`);
  for (const email of emails) await emulator.users.seed({ email });
  const list = async (query: string): Promise<Loose> =>
    (await callAsAdmin(emulator, "GET", `/admin/users?${query}`)).body;
  for (
    const [sort, last, rest] of [["asc", 1, [2, 3]], ["desc", 2, [0]]] as const
  ) {
    const query = `limit=2&sort=created_at%20${sort}`;
    const { pagination, users } = await list(query);
    assertEquals(users[1].email, emails[last]);
    await emulator.users.delete(emails[last]!);
    const next = await list(`${query}&cursor=${pagination.next_cursor}`);
    assertEquals(
      next.users.map((user: Loose) => user.email),
      rest.map((i) => emails[i]),
    );
  }
});

Deno.test("PUT /admin/users/{id} changes at once and shows identities as they were", async () => {
  const emulator = start();
  const { user, refresh_token } = await signedIn(emulator);
  const path = `/admin/users/${user.id}`;
  const { body } = await callAsAdmin(emulator, "PUT", path, {
    email: "new@example.com",
    phone: "15551234567",
    password: "another-1234",
    app_metadata: { plan: "pro" },
    user_metadata: { a: null, b: 1 },
  });
  assertEquals(body.email, "new@example.com");
  assert(body.email_confirmed_at);
  assertEquals(body.identities[0].identity_data.email, "ann@example.com");
  assertEquals(body.identities[1].identity_data.phone, "15551234567");
  assertEquals(body.app_metadata, {
    provider: "email",
    providers: ["email"],
    plan: "pro",
  });
  const ended = await call(
    emulator,
    "POST",
    "/token?grant_type=refresh_token",
    { body: { refresh_token } },
  );
  assertEquals(ended.status, 400);
  const weak = await callAsAdmin(emulator, "PUT", path, { password: "" });
  assertEquals(weak.body.code, "weak_password");
  await emulator.users.seed({ email: "taken@example.com" });
  const taken = await callAsAdmin(emulator, "PUT", path, {
    email: "taken@example.com",
    user_metadata: { lost: true },
  });
  assertEquals(taken.body.message, "Error updating user");
  const after = await callAsAdmin(emulator, "GET", path);
  assertEquals(after.body.user_metadata.lost, undefined);
});

Deno.test("/admin/users/{id} answers 404 for unknown users and other texts", async () => {
  const emulator = start();
  for (const method of ["GET", "PUT", "DELETE"]) {
    const unknown = await callAsAdmin(
      emulator,
      method,
      `/admin/users/${crypto.randomUUID()}`,
      method === "GET" ? undefined : {},
    );
    assertEquals([unknown.status, unknown.body.code], [404, "user_not_found"]);
    const text = await callAsAdmin(emulator, method, "/admin/users/abc");
    assertEquals(text.body.message, "user_id must be an UUID");
  }
});

Deno.test("DELETE /admin/users/{id} removes all, or keeps a row of hashes", async () => {
  const emulator = start();
  const { user, access_token: token } = await signedIn(emulator);
  const path = `/admin/users/${user.id}`;
  await callAsAdmin(emulator, "DELETE", path, { should_soft_delete: true });
  const soft = await callAsAdmin(emulator, "GET", path);
  assert(soft.body.deleted_at);
  assertEquals(soft.body.email.length, 43);
  assertEquals(soft.body.phone.length, 15);
  assertEquals([soft.body.user_metadata, soft.body.app_metadata], [{}, {}]);
  assertEquals(soft.body.identities[0].identity_data, undefined);
  const gone = await call(emulator, "GET", "/user", { token });
  assertEquals(gone.body.code, "session_not_found");
  const again = await signedIn(emulator);
  assertNotEquals(again.user.id, user.id);
  assertEquals((await callAsAdmin(emulator, "DELETE", path)).body, {});
  assertEquals((await callAsAdmin(emulator, "GET", path)).status, 404);
});

Deno.test("POST /invite makes a user without password who sets one after the link", async () => {
  const emulator = start({ GOTRUE_DISABLE_SIGNUP: "true" });
  const { body } = await callAsAdmin(emulator, "POST", "/invite", {
    email: "Eve@example.com",
    data: { team: "red" },
  });
  assertEquals(body.user_metadata, { team: "red" });
  assertEquals(body.invited_at, body.confirmation_sent_at);
  const mail = await emulator.mailbox.next("eve@example.com");
  assertEquals(mail.subject, "You've been invited");
  const { search } = new URL(mail.link);
  const clicked = await call(emulator, "GET", `/verify${search}`);
  const fragment = new URLSearchParams(
    clicked.headers.get("location")!.split("#")[1],
  );
  assertEquals(fragment.get("type"), "invite");
  const set = await call(emulator, "PUT", "/user", {
    token: fragment.get("access_token")!,
    body: { password: "password-1234" },
  });
  assertEquals(set.status, 200);
  const again = await callAsAdmin(emulator, "POST", "/invite", {
    email: "eve@example.com",
  });
  assertEquals([again.status, again.body.code], [422, "email_exists"]);
});

Deno.test("POST /admin/generate_link gives links of all types that verify", async () => {
  const emulator = start();
  await emulator.users.seed(ANN);
  const generate = (body: unknown) =>
    callAsAdmin(emulator, "POST", "/admin/generate_link", body);
  const email = "new@example.com";
  const links: [body: Record<string, string>, type: string][] = [
    [{ type: "signup", email, password: "password-1234" }, "signup"],
    [{ type: "invite", email: "eve@example.com" }, "invite"],
    [{ type: "magiclink", email: ANN.email }, "magiclink"],
    [{ type: "magiclink", email: "who@example.com" }, "signup"],
    [{ type: "recovery", email: ANN.email }, "recovery"],
  ];
  for (const [body, type] of links) {
    const { body: link } = await generate(body);
    assertEquals(link.verification_type, type);
    assertEquals(link.redirect_to, "http://localhost:3000");
    const { searchParams } = new URL(link.action_link);
    assertEquals(searchParams.get("token"), link.hashed_token);
    const verified = await call(emulator, "POST", "/verify", {
      body: { type, email: body["email"], token: link.email_otp },
    });
    assertEquals(verified.status, 200, type);
  }
  assertEquals(emulator.mailbox.list(), []);
});

Deno.test("POST /admin/generate_link changes an address by the links of both", async () => {
  const emulator = start();
  await emulator.users.seed(ANN);
  const links: string[] = [];
  for (const type of ["email_change_current", "email_change_new"]) {
    const { body } = await callAsAdmin(
      emulator,
      "POST",
      "/admin/generate_link",
      { type, email: ANN.email, new_email: "new@example.com" },
    );
    assertEquals(body.new_email, "new@example.com");
    links.push(new URL(body.action_link).search);
  }
  for (const search of links) {
    const clicked = await call(emulator, "GET", `/verify${search}`);
    assertEquals(clicked.status, 303);
  }
  assertEquals(
    emulator.users.get("new@example.com")?.["email"],
    "new@example.com",
  );
});

Deno.test("POST /admin/generate_link refuses unknown users, types and missing passwords", async () => {
  const emulator = start();
  const email = "new@example.com";
  const cases: [body: unknown, status: number, message: string][] = [
    [{ type: "magiclink" }, 400, "An email address is required"],
    [{ type: "signup", email }, 400, "Signup requires a valid password"],
    [
      { type: "recovery", email },
      404,
      "User with this email not found",
    ],
    [{ type: "x", email }, 400, "Invalid email action link type requested: x"],
  ];
  for (const [body, status, message] of cases) {
    const answer = await callAsAdmin(
      emulator,
      "POST",
      "/admin/generate_link",
      body,
    );
    assertEquals([answer.status, answer.body.message], [status, message]);
  }
});

Deno.test("GET /admin/audit lists what happened, newest first, by scope", async () => {
  const emulator = start({ GOTRUE_MAILER_AUTOCONFIRM: "true" });
  const { body } = await call(emulator, "POST", "/signup", {
    body: { ...ANN, data: { full_name: "Ann Example" } },
  });
  await call(emulator, "POST", "/logout", { token: body.access_token });
  const read = (query = "") =>
    callAsAdmin(emulator, "GET", `/admin/audit?${query}`);
  const actions = (entries: Loose[]) =>
    entries.map((entry) => entry.payload.action);
  const all = await read();
  assertEquals(actions(all.body), ["logout", "login", "user_signedup"]);
  assertEquals(all.body[0].payload, {
    actor_id: body.user.id,
    actor_via_sso: false,
    actor_username: ANN.email,
    actor_name: "Ann Example",
    action: "logout",
    log_type: "account",
  });
  assertEquals(actions((await read("per_page=1&page=2")).body), ["login"]);
  assertEquals(actions((await read("query=type:team")).body), [
    "user_signedup",
  ]);
  assertEquals((await read("query=author:EXAMPLE")).body.length, 3);
  const bad = await read("query=what:x");
  assertEquals(bad.body.message, "Invalid query scope: what:x");
  const silent = start({ GOTRUE_AUDIT_LOG_DISABLE_POSTGRES: "true" });
  await signedIn(silent);
  assertEquals((await callAsAdmin(silent, "GET", "/admin/audit")).body, []);
});
