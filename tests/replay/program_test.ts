import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Entry } from "../../scripts/replay/types.ts";
import { flowNamed, recorded } from "./data.ts";

const PROGRAM = new URL("../../scripts/replay.ts", import.meta.url);
const DATA = new URL("../transcripts/data/", import.meta.url);

async function run(
  ...args: string[]
): Promise<{ code: number; lines: string[]; errors: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", PROGRAM.href, ...args],
  });
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array): string =>
    new TextDecoder().decode(bytes).trim();
  return { code, lines: text(stdout).split("\n"), errors: text(stderr) };
}

/** A real server that answers the exchanges of one flow, each request with the recorded answer of its turn. */
async function withServer<T>(
  entries: Entry[],
  use: (url: string) => Promise<T>,
): Promise<T> {
  const turns = entries.filter(({ kind }) => kind === "http").map((
    { response },
  ) => response!);
  await using server = Deno.serve({
    port: 0,
    hostname: "127.0.0.1",
    onListen: () => {},
  }, () => {
    const { status, headers, body } = turns.shift()!;
    return new Response(body === null ? null : JSON.stringify(body), {
      status,
      headers,
    });
  });
  return await use(`http://127.0.0.1:${server.addr.port}`);
}

Deno.test("the program replays one flow against a real server and closes with the sums", async () => {
  const { entries } = flowNamed(await recorded(), "token.refresh.logout");
  const exchanges = entries.filter(({ kind }) => kind === "http").length;
  const result = await withServer(entries, (url) => {
    return run(DATA.pathname, "--flow", "token.refresh.logout", `--url=${url}`);
  });
  assertEquals(result.errors, "");
  assertEquals(result.lines.at(-1), `${exchanges} passed, 0 failed`);
  assertEquals(result.code, 0);
});

Deno.test("the program prints each mismatch and fails when a server answers otherwise", async () => {
  const spoiled = structuredClone(
    flowNamed(await recorded(), "sso.disabled").entries,
  );
  spoiled[0]!.response!.status = 418;
  const result = await withServer(
    spoiled,
    (url) => run(DATA.pathname, "--flow=sso.disabled", "--url", url),
  );
  assertStringIncludes(
    result.lines[0]!,
    "sso.disabled#01.sso $.response.status: expected 404 {",
  );
  assertStringIncludes(result.lines[0]!, " got 418 {");
  assertEquals(result.lines.at(-1), "3 passed, 1 failed");
  assertEquals(result.code, 1);
});

Deno.test("the program fails when no flow fits one server", async () => {
  const result = await run(
    DATA.pathname,
    "--flow=scim",
    "--url",
    "http://127.0.0.1:1",
  );
  assertStringIncludes(result.lines[0]!, "Only flows of the instance");
  assertEquals([result.lines.at(-1), result.code], ["0 passed, 0 failed", 1]);
});

Deno.test("the program explains its use, and refuses unknown flows", async () => {
  const none = await run();
  assertEquals([none.code, none.lines], [2, [""]]);
  assertStringIncludes(none.errors, "Usage: ");
  const unknown = await run(DATA.pathname, "--flow", "no.such.flow");
  assertEquals(unknown.code, 1);
  assertStringIncludes(unknown.errors, "No such flow or group");
});
