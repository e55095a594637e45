import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { withControl } from "../../lib/emulator/control_http.ts";
import { listenOn } from "../../lib/emulator/listen.ts";
import { isLocalRequest, isLoopback } from "../../lib/emulator/loopback.ts";
import {
  connectEmulator,
  createEmulator,
  type Emulator,
  type RemoteEmulator,
  type UserEvent,
} from "../../lib/emulator/mod.ts";
import { fakeHost, startProgram } from "./program_host.ts";

const URL_OF_PORT = "http://127.0.0.1:9999";

async function connected(): Promise<
  { near: Emulator; far: RemoteEmulator; fetch: Emulator["fetch"] }
> {
  const near = createEmulator({ env: { GOTRUE_MAILER_AUTOCONFIRM: "false" } });
  const handler = withControl(near);
  const far = await connectEmulator(`${URL_OF_PORT}/auth/v1`, {
    fetch: handler,
  });
  const fetch: Emulator["fetch"] = (input, init) =>
    handler(new Request(input, init));
  return { near, far, fetch };
}

Deno.test("connectEmulator() gives address and keys", async () => {
  const { near, far } = await connected();
  assertEquals(far.url, near.url);
  assertEquals(far.anonKey, near.anonKey);
  assertEquals(far.serviceRoleKey, near.serviceRoleKey);
  assertEquals(far.publishableKey, near.publishableKey);
  assertEquals(far.secretKey, near.secretKey);
  assertEquals(far.keys.secret, near.keys.secret);
  assertEquals(far.clientOptions(), { url: near.url, key: near.anonKey });
});

Deno.test("connectEmulator() reads mails and texts, also those to come", async () => {
  const { far, fetch } = await connected();
  const coming = far.mailbox.next("ann@example.com");
  await fetch(`${URL_OF_PORT}/otp`, {
    method: "POST",
    body: JSON.stringify({ email: "ann@example.com" }),
  });
  const mail = await coming;
  assertMatch(mail.code, /^\d{6}$/);
  assertEquals(await far.mailbox.list("ann@example.com"), [mail]);
  assertEquals(await far.mailbox.list("bob@example.com"), []);
  assertEquals((await far.mailbox.list()).length, 1);
  await assertRejects(
    () => far.mailbox.next("ann@example.com", { timeoutMs: 1 }),
    Error,
    "arrived within 1 ms",
  );
  assertEquals(await far.sms.list(), []);
  await assertRejects(() => far.sms.next("1555", { timeoutMs: 1 }), Error);
});

Deno.test("connectEmulator() moves the clock", async () => {
  const { near, far } = await connected();
  await far.clock.freeze(new Date(1_000_000));
  assertEquals(near.clock.now(), 1_000_000);
  await far.clock.advance(500);
  assertEquals(await far.clock.now(), 1_000_500);
  await far.clock.set(2_000_000);
  assertEquals(near.clock.now(), 2_000_000);
  await far.clock.resume();
  await far.clock.advance(60_000);
  assert(await far.clock.now() >= 2_060_000);
  await far.clock.freeze();
  assertEquals(await far.clock.now(), await far.clock.now());
});

Deno.test("connectEmulator() adds and removes faults, patterns among them", async () => {
  const { far, fetch } = await connected();
  const status = async () => {
    const answer = await fetch(`${URL_OF_PORT}/health`);
    await answer.body?.cancel();
    return answer.status;
  };
  const remove = await far.faults.add({ path: /^\/HEAL/i, status: 503 });
  const removeOther = await far.faults.add({ path: "/health", status: 502 });
  assertEquals(await status(), 503);
  await remove();
  assertEquals(await status(), 502);
  await removeOther();
  assertEquals(await status(), 200);
  await far.faults.add({ status: 500, times: 1 });
  assertEquals([await status(), await status()], [500, 200]);
  await far.faults.add({ status: 500 });
  await far.faults.clear();
  assertEquals(await status(), 200);
});

Deno.test("connectEmulator() rotates keys", async () => {
  const { far } = await connected();
  const { kid } = await far.keys.rotate({ alg: "EdDSA", revoke: true });
  assertEquals((await far.keys.jwks()).keys.map((key) => key["kid"]), [kid]);
});

Deno.test("connectEmulator() makes users and signs them in", async () => {
  const { near, far } = await connected();
  const [ann] = await far.users.seed({ email: "ann@example.com" }, {
    phone: "15551234567",
  });
  assertEquals(ann, near.users.get("ann@example.com"));
  assertEquals(await far.users.get(String(ann!["id"])), ann);
  assertEquals(await far.users.get("nobody@example.com"), undefined);
  assertEquals(await far.users.list(), near.users.list());
  const session = await far.signIn("ann@example.com");
  assertEquals(session["token_type"], "bearer");
  const state = await far.storageState("ann@example.com", {
    origin: "http://localhost:3000",
    format: "auth-js",
  });
  assertEquals(
    state.origins[0]?.localStorage[0]?.name,
    "supabase.auth.token",
  );
  await far.users.delete("ann@example.com");
  assertEquals(near.users.list().length, 1);
  await far.reset();
  assertEquals(near.users.list(), []);
});

Deno.test("connectEmulator() tells of users until it is stopped", async () => {
  const { near, far } = await connected();
  const events: UserEvent[] = [];
  let heard = Promise.withResolvers<void>();
  const stop = await far.onUser((event) => {
    events.push(event);
    heard.resolve();
    throw new Error("An observer that fails harms nobody");
  });
  await near.users.seed({ email: "ann@example.com" });
  await heard.promise;
  heard = Promise.withResolvers();
  await near.users.delete("ann@example.com");
  await heard.promise;
  assertEquals(events.map(({ type }) => type), ["created", "deleted"]);
  assertEquals(events[0]!.user?.["email"], "ann@example.com");
  stop();
  await near.users.seed({ email: "bob@example.com" });
  await near.users.list();
  assertEquals(events.length, 2);
});

Deno.test("connectEmulator() throws what the emulator refuses as a TypeError", async () => {
  const { far } = await connected();
  const wrong: [() => Promise<unknown>, string][] = [
    [() => far.users.seed({ email: "no address" }), "invalid format"],
    [() => far.signIn("nobody@example.com"), "There is no such user"],
    [() => far.clock.advance(NaN), "milliseconds must be a number"],
    [() => far.mailbox.next(undefined as never), "address must be a text"],
  ];
  for (const [call, message] of wrong) {
    await assertRejects(call, TypeError, message);
  }
});

Deno.test("connectEmulator() says so when nothing answers control", async () => {
  const emulator = createEmulator();
  await assertRejects(
    () => connectEmulator(URL_OF_PORT, { fetch: emulator.fetch }),
    Error,
    "No emulator at http://127.0.0.1:9999 answers control",
  );
});

Deno.test("connectEmulator() refuses what is no address", async () => {
  for (const url of ["", "/auth/v1", undefined as unknown as string]) {
    await assertRejects(
      () => connectEmulator(url),
      TypeError,
      "url must be an absolute address",
    );
  }
});

Deno.test("withControl() refuses pages of other sites, by name and by origin", async () => {
  const handler = withControl(createEmulator());
  const ask = async (headers: Record<string, string>, method = "POST") => {
    const type = { "Content-Type": "application/json" };
    const response = await handler(
      new Request(`${URL_OF_PORT}/_emulator/info`, {
        method,
        headers: { ...type, ...headers },
        ...(method === "POST" ? { body: "{}" } : {}),
      }),
    );
    const text = await response.text();
    assertEquals(text.includes("serviceRoleKey"), response.status === 200);
    return [
      response.status,
      response.headers.get("Access-Control-Allow-Origin"),
    ];
  };
  const page = "http://localhost:3000";
  assertEquals(await ask({}), [200, null]);
  assertEquals(await ask({ Origin: page }), [200, page]);
  assertEquals(await ask({ Origin: page }, "OPTIONS"), [204, page]);
  assertEquals(await ask({ Origin: "https://evil.example" }), [403, null]);
  assertEquals(await ask({ Origin: "null" }), [403, null]);
  assertEquals(await ask({ "Content-Type": "text/plain" }), [415, null]);
  assertEquals(await ask({}, "GET"), [405, null]);
});

Deno.test("isLocalRequest() looks at the name by which it was called", () => {
  const request = (url: string) => new Request(url);
  assert(isLocalRequest(request("http://localhost:9999/")));
  assert(!isLocalRequest(request("http://rebound.example:9999/")));
});

Deno.test("isLoopback() tells addresses of this machine from others", () => {
  for (const host of ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"]) {
    assert(isLoopback(host), host);
  }
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.evil.example"]) {
    assert(!isLoopback(host), host);
  }
});

Deno.test("listenOn() refuses control where others can reach it", async () => {
  const host = fakeHost();
  const options = { port: 0, hostname: "0.0.0.0", control: true };
  await assertRejects(
    () => listenOn(host, createEmulator(), options),
    TypeError,
    "loopback addresses only",
  );
  await assertRejects(
    () => startProgram(host, "--control", "--hostname", "0.0.0.0"),
    Error,
    "loopback addresses only",
  );
  assertEquals(host.ports.size, 0);
});

Deno.test("--control is off unless it is asked for", async () => {
  const host = fakeHost();
  await startProgram(host, "--port", "1");
  await startProgram(host, "--port", "2", "--control");
  const connect = (port: number) =>
    connectEmulator(`http://127.0.0.1:${port}`, {
      fetch: host.ports.get(port)!,
    });
  await assertRejects(() => connect(1), Error, "answers control");
  assertEquals(
    (await connect(2)).url,
    "http://127.0.0.1:2/auth/v1",
  );
  assertStringIncludes(host.printed.at(-1)!, "Control at http://127.0.0.1:2/");
});
