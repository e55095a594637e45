/**
 * A process that has nothing left to do ends by itself, whatever its clients
 * do in the background: under Deno, Node and Bun.
 */
import { assertEquals } from "@std/assert";
import { build, stop } from "esbuild";
import { createEmulator, type Emulator } from "../../lib/emulator/mod.ts";
import type { Task } from "./exit_program.ts";

const PROGRAM = new URL("./exit_program.ts", import.meta.url).pathname;
const USER = { email: "ada@example.com", password: "correct horse" };
/** Far more than any of them needs, far less than a timer would hold it. */
const DEADLINE_MS = 60_000;

/** What the server answers to refreshes, by what the program does. */
const SCENARIOS: Record<string, ResponseInit | undefined> = {
  "auto-refresh": undefined,
  "manual auto-refresh": undefined,
  subscriber: undefined,
  "back-off": { status: 503 },
  rest: { status: 429, headers: { "retry-after": "3600" } },
};

/** How to run the program, by runtime. */
const RUNTIMES: Record<string, readonly string[]> = {
  Deno: [Deno.execPath(), "run", "-A", "--no-check", PROGRAM],
  Node: ["node"],
  Bun: (Deno.env.get("BUN") ?? "bun").split(" "),
};

const available = await findRuntimes();

async function findRuntimes(): Promise<string[]> {
  const found: string[] = [];
  for (const [name, [command, ...args]] of Object.entries(RUNTIMES)) {
    if (name === "Deno" || await isThere(command!, args)) found.push(name);
    else console.log(`The tests in ${name} are skipped: ${name} is missing`);
  }
  return found;
}

async function isThere(command: string, args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(command, {
      args: [...args, "--version"],
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}

/** The program for runtimes that read no TypeScript. */
async function bundle(folder: string): Promise<string> {
  await build({
    entryPoints: [PROGRAM],
    bundle: true,
    format: "esm",
    splitting: true,
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    // Reached by getClaims() alone.
    external: ["jose/*"],
  });
  await stop();
  return `${folder}/exit_program.mjs`;
}

/** Runs the program to its end; kills it when there is none. */
async function run(command: readonly string[], task: Task) {
  const child = new Deno.Command(command[0]!, {
    args: [...command.slice(1), JSON.stringify(task)],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), DEADLINE_MS);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const decoder = new TextDecoder();
  return { code, said: decoder.decode(stdout), why: decoder.decode(stderr) };
}

/** The same, with an auth server on a port. */
async function runAgainst(
  command: readonly string[],
  scenario: string,
  answer: ResponseInit | undefined,
) {
  const emulator = createEmulator();
  await emulator.users.seed(USER);
  await using server = serve(emulator, answer);
  const url = `http://localhost:${server.addr.port}`;
  const { anonKey: key } = emulator;
  return await run(command, { scenario, url, key, ...USER });
}

function serve(
  emulator: Emulator,
  answer: ResponseInit | undefined,
): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve(
    { hostname: "localhost", port: 0, onListen: () => {} },
    async ({ url, method, headers, body }) => {
      const { pathname, search } = new URL(url);
      if (answer && search === "?grant_type=refresh_token") {
        await body?.cancel();
        return new Response("{}", answer);
      }
      const text = body && await new Response(body).text();
      return await emulator.fetch(emulator.url + pathname + search, {
        method,
        headers,
        body: text,
      });
    },
  );
}

for (const name of Object.keys(RUNTIMES)) {
  Deno.test({
    name: `a program in ${name} ends by itself when its work is done`,
    ignore: !available.includes(name),
    fn: async (t) => {
      const folder = await Deno.makeTempDir();
      const command = name === "Deno"
        ? RUNTIMES[name]!
        : [...RUNTIMES[name]!, await bundle(folder)];
      for (const [scenario, answer] of Object.entries(SCENARIOS)) {
        await t.step(scenario, async () => {
          const { code, said, why } = await runAgainst(
            command,
            scenario,
            answer,
          );
          assertEquals([code, said], [0, "done\n"], why);
        });
      }
      await Deno.remove(folder, { recursive: true });
    },
  });
}
