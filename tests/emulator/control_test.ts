import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import {
  createEmulator,
  createStore,
  type UserEvent,
} from "../../lib/emulator/mod.ts";
import { call, callAsAdmin, type Loose, signedIn, start } from "./helpers.ts";

Deno.test("createEmulator() gives keys at once, the same for the same secret", () => {
  const one = createEmulator();
  const two = createEmulator();
  const other = createEmulator({ env: { GOTRUE_JWT_SECRET: "x".repeat(32) } });
  assertEquals(one.anonKey, two.anonKey);
  assertEquals(one.secretKey, two.secretKey);
  assertNotEquals(one.serviceRoleKey, other.serviceRoleKey);
  assert(one.publishableKey.startsWith("sb_publishable_"));
  const [, body] = one.serviceRoleKey.split(".");
  assertEquals(JSON.parse(atob(body!)).role, "service_role");
});

Deno.test("createEmulator() with a seed makes the same ids, tokens and codes again", async () => {
  const run = async () => {
    const emulator = start({}, { seed: "s", now: () => 1_800_000_000_000 });
    await call(emulator, "POST", "/signup", {
      body: { email: "ann@example.com", password: "password-1234" },
    });
    const { code } = await emulator.mailbox.next("ann@example.com");
    const { body } = await call(emulator, "POST", "/verify", {
      body: { type: "signup", email: "ann@example.com", token: code },
    });
    return body;
  };
  assertEquals(await run(), await run());
});

Deno.test("clientOptions() has all that a client needs", async () => {
  const emulator = start();
  emulator.clock.freeze(1000);
  const { url, key, fetch, now } = emulator.clientOptions();
  assertEquals([url, key], [emulator.url, emulator.anonKey]);
  assertEquals(now(), 1000);
  assertEquals((await fetch(`${url}/health`)).status, 200);
});

Deno.test("users.seed() makes users that can sign in, or not yet", async () => {
  const emulator = start();
  const [ann, bob, guest] = await emulator.users.seed(
    {
      id: "11111111-1111-4111-8111-111111111111",
      email: "Ann@example.com",
      phone: "+1 555 123 4567",
      password: "password-1234",
      user_metadata: { a: 1 },
      app_metadata: { plan: "pro" },
    },
    { email: "bob@example.com", confirmed: false },
    {},
  ) as Loose[];
  assertEquals(ann.id, "11111111-1111-4111-8111-111111111111");
  assertEquals(ann.app_metadata, {
    provider: "email",
    providers: ["email", "phone"],
    plan: "pro",
  });
  assert(ann.email_confirmed_at && ann.phone_confirmed_at);
  assertEquals(bob.email_confirmed_at, undefined);
  assertEquals(guest.is_anonymous, true);
  assertEquals(emulator.users.get("ann@example.com"), ann);
  assertEquals(emulator.users.get("+15551234567"), ann);
  assertEquals(emulator.users.list().length, 3);
  await emulator.users.delete("bob@example.com");
  assertEquals(emulator.users.get("bob@example.com"), undefined);
  await assertRejects(() => emulator.users.seed({ email: "bad" }));
});

Deno.test("users.seed() makes all of its users or none", async () => {
  const emulator = start();
  await assertRejects(() =>
    emulator.users.seed({ email: "a@example.com" }, { email: "a@example.com" })
  );
  assertEquals(emulator.users.list(), []);
});

Deno.test("signIn() begins a session that the server knows", async () => {
  const emulator = start();
  const session = await signedIn(emulator);
  const answer = await call(emulator, "GET", "/user", {
    token: session.access_token,
  });
  assertEquals(answer.body.email, "ann@example.com");
  await assertRejects(() => emulator.signIn("nobody@example.com"), TypeError);
});

Deno.test("storageState() puts a session where a client looks for it", async () => {
  const emulator = createEmulator();
  await emulator.users.seed({ email: "ann@example.com" });
  const options = { origin: "http://localhost:3000/path" };
  const state = await emulator.storageState("ann@example.com", options);
  const [{ origin, localStorage }] = state.origins as Loose;
  assertEquals(origin, "http://localhost:3000");
  assertEquals(localStorage[0].name, "sb-127-auth-token");
  assertEquals(
    JSON.parse(localStorage[0].value).user.email,
    "ann@example.com",
  );
  const own = await emulator.storageState("ann@example.com", {
    ...options,
    format: "auth-js",
  });
  assertEquals(own.origins[0]?.localStorage[0]?.name, "supabase.auth.token");
});

Deno.test("onUser() tells users that come, change and go, once committed", async () => {
  const emulator = start();
  const events: UserEvent[] = [];
  const stop = emulator.onUser((event) => events.push(event));
  const { user } = await signedIn(emulator);
  await callAsAdmin(emulator, "POST", "/admin/users", { email: "bad" });
  await callAsAdmin(emulator, "DELETE", `/admin/users/${user.id}`);
  stop();
  await emulator.users.seed({});
  assertEquals(events.map(({ type }) => type), [
    "created",
    "updated",
    "deleted",
  ]);
  assertEquals(events[0]?.user?.["email"], "ann@example.com");
  assertEquals(events[2], { type: "deleted", id: user.id, user: null });
});

Deno.test("onUser() keeps an observer that throws from breaking anything", async () => {
  const emulator = start();
  emulator.onUser(() => {
    throw new Error("no");
  });
  assert((await signedIn(emulator)).access_token);
});

Deno.test("reset() deletes data and faults, and keeps keys", async () => {
  const emulator = createEmulator();
  await signedIn(emulator);
  emulator.faults.add({ status: 503 });
  const before = await emulator.keys.jwks();
  emulator.reset();
  assertEquals(emulator.users.list(), []);
  assertEquals((await call(emulator, "GET", "/health")).status, 200);
  assertEquals(await emulator.keys.jwks(), before);
});

Deno.test("Two emulators share nothing, unless they are given one store", async () => {
  const alone = [start(), start()];
  await signedIn(alone[0]!);
  alone[0]!.clock.advance(60_000);
  assertEquals(alone[1]!.users.list(), []);
  assert(alone[1]!.clock.now() < alone[0]!.clock.now());
  const store = createStore();
  const [one, two] = [
    start({ GOTRUE_SITE_URL: "http://one" }, { store }),
    start({ GOTRUE_SITE_URL: "http://two" }, { store }),
  ];
  const session = await signedIn(one!);
  const user = await call(two!, "GET", "/user", {
    token: session.access_token,
  });
  assertEquals(user.status, 200);
  await call(one!, "POST", "/recover", { body: { email: "ann@example.com" } });
  const mail = await two!.mailbox.next("ann@example.com");
  assert(mail.link.endsWith("http://one"));
});

Deno.test("mailbox.next() gives each mail once, waits for the next, and gives up in time", async () => {
  const emulator = start();
  await emulator.users.seed({ email: "ann@example.com" });
  const send = () =>
    call(emulator, "POST", "/recover", { body: { email: "ann@example.com" } });
  const waiting = emulator.mailbox.next("ANN@example.com");
  await send();
  const first = await waiting;
  await send();
  const second = await emulator.mailbox.next("ann@example.com");
  assertNotEquals(first.code, second.code);
  assertEquals(emulator.mailbox.list("ann@example.com"), [first, second]);
  assertEquals(emulator.mailbox.list("bob@example.com"), []);
  await assertRejects(
    () => emulator.mailbox.next("ann@example.com", { timeoutMs: 1 }),
    Error,
    "No message",
  );
});

Deno.test("keys.rotate() signs with a new key and goes on accepting tokens of the old one", async () => {
  const emulator = createEmulator();
  const session = await signedIn(emulator);
  const read = (token: string) =>
    call(emulator, "GET", "/user", { token }).then(({ status }) => status);
  const { kid } = await emulator.keys.rotate({ alg: "EdDSA" });
  const next: Loose = await emulator.signIn("ann@example.com");
  const header = JSON.parse(atob(next.access_token.split(".")[0]));
  assertEquals([header.alg, header.kid], ["EdDSA", kid]);
  assertEquals(await read(session.access_token), 200);
  assertEquals(await read(next.access_token), 200);
  assertEquals((await emulator.keys.jwks()).keys.length, 2);
  await emulator.keys.rotate({ alg: "RS256", revoke: true });
  assertEquals(await read(next.access_token), 403);
  const { keys } = await emulator.keys.jwks();
  assertEquals(keys.map((key) => key["alg"]), ["RS256"]);
  assertEquals(Object.keys(keys[0]!).sort(), [
    "alg",
    "e",
    "key_ops",
    "kid",
    "kty",
    "n",
    "use",
  ]);
});

Deno.test("keys.rotate() turns a server with a secret over to asymmetric keys", async () => {
  const emulator = start();
  assertEquals(await emulator.keys.jwks(), { keys: [] });
  const old = await signedIn(emulator);
  await emulator.keys.rotate();
  const answer = await call(emulator, "GET", "/user", {
    token: old.access_token,
  });
  assertEquals(answer.status, 200);
  assertEquals((await emulator.keys.jwks()).keys.length, 1);
});

Deno.test("clock drives expiry and can be frozen, set, advanced and resumed", () => {
  let host = 1000;
  const { clock } = start({}, { now: () => host });
  assertEquals(clock.now(), 1000);
  clock.advance(500);
  host += 10;
  assertEquals(clock.now(), 1510);
  clock.freeze();
  host += 10;
  assertEquals(clock.now(), 1510);
  clock.advance(5);
  assertEquals(clock.now(), 1515);
  clock.resume();
  host += 1;
  assertEquals(clock.now(), 1516);
  clock.set(new Date(5000));
  host += 1;
  assertEquals(clock.now(), 5001);
  clock.freeze(7000);
  assertEquals(clock.now(), 7000);
});

Deno.test("faults strike where they are meant to, as often as they are meant to", async () => {
  const emulator = start();
  const health = () => call(emulator, "GET", "/health");
  const remove = emulator.faults.add({
    path: "/health",
    status: 429,
    body: { code: "over_request_rate_limit" },
    headers: { "Retry-After": "3" },
  });
  const hit = await health();
  assertEquals([hit.status, hit.body, hit.headers.get("retry-after")], [
    429,
    { code: "over_request_rate_limit" },
    "3",
  ]);
  assertEquals((await call(emulator, "GET", "/settings")).status, 200);
  remove();
  assertEquals((await health()).status, 200);
  emulator.faults.add({ method: "get", path: /^\/h/, status: 204, times: 1 });
  assertEquals((await health()).status, 204);
  assertEquals((await health()).status, 200);
});

Deno.test("faults break connections before or after the work is done", async () => {
  const emulator = start();
  const signUp = (email: string) =>
    call(emulator, "POST", "/signup", {
      body: { email, password: "password-1234" },
    });
  emulator.faults.add({ path: "/signup", reset: true, times: 1 });
  await assertRejects(() => signUp("a@example.com"), TypeError);
  emulator.faults.add({ path: "/signup", loseResponse: true, times: 1 });
  await assertRejects(() => signUp("b@example.com"), TypeError);
  assertEquals(
    emulator.users.list().map((user) => user["email"]),
    ["b@example.com"],
  );
});

Deno.test("faults by chance are the same for the same seed", async () => {
  const run = async (seed: number) => {
    const emulator = start({}, { seed });
    emulator.faults.add({ status: 503, probability: 0.5 });
    const statuses: number[] = [];
    for (let i = 0; i < 20; i++) {
      statuses.push((await call(emulator, "GET", "/health")).status);
    }
    return statuses;
  };
  const first = await run(1);
  assertEquals(first, await run(1));
  assert(first.includes(200) && first.includes(503));
  assertNotEquals(first, await run(2));
});

Deno.test("faults delay, and a signal ends the delay", async () => {
  const emulator = start();
  emulator.faults.add({ delayMs: 60_000 });
  const abort = new AbortController();
  const request = emulator.fetch("http://x/health", { signal: abort.signal });
  abort.abort(new Error("enough"));
  await assertRejects(() => request, Error, "enough");
});
