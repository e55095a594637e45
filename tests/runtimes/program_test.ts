// The program as people start it: a process, a port, a signal.
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { connectEmulator, createEmulator } from "@gotrue/edge/emulator";
import { listen } from "@gotrue/edge/emulator/main";
import { readUrls, run } from "./program_process.ts";

Deno.test("listen() serves an emulator until it is closed", async () => {
  const emulator = createEmulator();
  const server = await listen(emulator, { port: 0 });
  assertEquals(emulator.url, `${server.url}/auth/v1`);
  const answer = await fetch(`${emulator.url}/signup`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: "ann@example.com", password: "correct" }),
  });
  assertEquals((await answer.json()).user.email, "ann@example.com");
  await server.close();
  await assertRejects(() => fetch(`${server.url}/health`), TypeError);
});

Deno.test("listen() breaks the connection where a fault demands it", async () => {
  const emulator = createEmulator();
  const server = await listen(emulator, { port: 0, hostname: "localhost" });
  emulator.faults.add({ path: "/health", reset: true, times: 1 });
  await assertRejects(() => fetch(`${server.url}/health`), TypeError);
  const answer = await fetch(`${server.url}/health`);
  assertEquals((await answer.json()).name, "GoTrue");
  await assertRejects(
    () =>
      listen(createEmulator(), { port: server.port, hostname: "localhost" }),
    Error,
    `Port ${server.port} is in use`,
  );
  await server.close();
});

Deno.test("listen() answers control on a port, but to no other name", async () => {
  const near = createEmulator();
  const server = await listen(near, { port: 0, control: true });
  const far = await connectEmulator(server.url);
  const told = Promise.withResolvers<unknown>();
  const stop = await far.onUser((event) => told.resolve(event.user?.["email"]));
  await far.users.seed({ email: "ann@example.com" });
  assertEquals(await told.promise, "ann@example.com");
  stop();
  await far.onUser(() => {});
  assertMatch(
    await callByName(server.port, "rebound.example"),
    /^HTTP.1.1 403/,
  );
  assertMatch(await callByName(server.port, "localhost"), /^HTTP.1.1 200/);
  await server.close();
});

Deno.test("main() says where it listens and ends with 0 when it is told to", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const child = run(["--port", "0"]).spawn();
    const [url = ""] = await readUrls(child.stdout, 1);
    const answer = await fetch(`${url}/health`);
    await answer.body?.cancel();
    child.kill(signal);
    assertEquals((await child.status).code, 0);
    assertEquals(await new Response(child.stderr).text(), "");
  }
});

Deno.test("main() ends with 2 and one line when it cannot begin", async () => {
  const { code, stderr, stdout } = await run(["--port", "no"]).output();
  assertEquals(code, 2);
  assertEquals(
    new TextDecoder().decode(stderr),
    "gotrue-emulator: --port must be a port from 0 to 65535\n",
  );
  assertEquals(stdout.byteLength, 0);
});

Deno.test("main() prints its options", async () => {
  const { code, stdout } = await run(["--help"]).output();
  assertEquals(code, 0);
  assertMatch(new TextDecoder().decode(stdout), /^ {2}--port PORT/m);
});

Deno.test("--data keeps every answered request through a kill, and all through SIGTERM", async () => {
  const folder = await Deno.makeTempDir();
  const args = ["--port", "0", "--data", `${folder}/users.journal`];
  const answered = new Set<string>();
  for (const signal of ["SIGKILL", "SIGTERM", "SIGKILL"] as const) {
    const child = run(args).spawn();
    const [url = ""] = await readUrls(child.stdout, 1);
    await Promise.all([
      signUpMany(url, signal, answered),
      endSoon(child, signal, answered),
    ]);
    await child.stderr.cancel();
  }
  const child = run(args).spawn();
  const [url = ""] = await readUrls(child.stdout, 1);
  for (const email of answered) {
    assertEquals(await signIn(url, email), email);
  }
  const rival = await run(args).output();
  assertEquals(rival.code, 2);
  assertMatch(new TextDecoder().decode(rival.stderr), /in use by the process/);
  child.kill("SIGTERM");
  assertEquals((await child.status).code, 0);
  await child.stderr.cancel();
  assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), [
    "users.journal",
  ]);
  await Deno.remove(folder, { recursive: true });
});

/** The answer to a call of control under a name of the page's choice. */
async function callByName(port: number, name: string): Promise<string> {
  const connection = await Deno.connect({ port });
  const lines = [
    "POST /_emulator/info HTTP/1.1",
    `Host: ${name}:${port}`,
    "Content-Type: application/json",
    "Content-Length: 2",
    "Connection: close",
    "",
    "{}",
  ];
  await connection.write(new TextEncoder().encode(lines.join("\r\n")));
  return await new Response(connection.readable).text();
}

/** Signs up until the connection breaks. */
async function signUpMany(
  url: string,
  name: string,
  answered: Set<string>,
): Promise<void> {
  for (let i = 0;; i++) {
    const email = `${name}-${answered.size}-${i}@example.com`.toLowerCase();
    try {
      if (await post(url, "/signup", email) !== email) return;
    } catch {
      return;
    }
    answered.add(email);
  }
}

async function endSoon(
  child: Deno.ChildProcess,
  signal: Deno.Signal,
  answered: Set<string>,
): Promise<void> {
  const enough = answered.size + 20;
  while (answered.size < enough) await new Promise((go) => setTimeout(go, 1));
  child.kill(signal);
  await child.status;
}

function signIn(url: string, email: string): Promise<string> {
  return post(url, "/token?grant_type=password", email);
}

async function post(url: string, path: string, email: string): Promise<string> {
  const answer = await fetch(url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password: "correct horse" }),
  });
  return (await answer.json()).user?.email;
}
