/**
 * Measures what the client adds to the bare operation: to building an object,
 * reading storage, and a request whose answer is parsed.
 *
 *   deno task bench                    Deno, Bun, Node 24 and the Node at hand
 *   deno task bench --quick deno       one, only to see that it works
 *
 * Each runtime runs in a fresh process. A case and its bare operation take
 * turns in it, so that what else the machine does disturbs both alike. Closes
 * with the budgets of the design, and fails when one is exceeded; that of
 * requests holds where the platform's own `fetch` is not the most of it, and an
 * older Node is only shown.
 */
import { build, stop } from "esbuild";
import type { Report } from "../tests/bench/client/main.ts";
import type { MeasureOptions } from "../tests/bench/jwt/measure.ts";
import { runCommand } from "./runtimes/command.ts";
import { ROOT } from "./sources.ts";

const FULL: MeasureOptions = { rounds: 41, sliceMs: 20 };
const QUICK: MeasureOptions = { rounds: 5, sliceMs: 5 };
const MAX_CLIENT_BYTES = 450;

interface Runtime {
  readonly command: string;
  readonly args: readonly string[];
  /** The npm package that brings it. */
  readonly bringer?: string;
  /** Whether the budgets of requests are not for it. */
  readonly isOld?: boolean;
}

const RUNTIMES: Record<string, Runtime> = {
  deno: {
    command: Deno.execPath(),
    args: ["run", "-A", "--no-config", "--v8-flags=--expose-gc"],
  },
  bun: {
    command: "node_modules/.bin/bun",
    args: ["--expose-gc"],
    bringer: "bun@1.4.5",
  },
  node24: {
    command: "node_modules/node/bin/node",
    args: ["--expose-gc"],
    bringer: "node@24",
  },
  node: { command: "node", args: ["--expose-gc"], isOld: true },
};

const isQuick = Deno.args.includes("--quick");
const options = isQuick ? QUICK : FULL;
const names = Deno.args.filter((name) => name !== "--quick");
const wanted = names.length > 0 ? names : Object.keys(RUNTIMES);
const folder = await Deno.makeTempDir({ prefix: "bench-" });
let failed = 0;
try {
  await prepare();
  for (const name of wanted) {
    const runtime = RUNTIMES[name];
    if (!runtime) throw new Error(`There is no runtime ${name}`);
    const output = await run(runtime);
    console.log(`\n### ${name}\n`);
    const report = JSON.parse(output.trim().split("\n").at(-1) ?? "");
    failed += judge(report, runtime);
  }
} finally {
  await stop();
  await Deno.remove(folder, { recursive: true });
}
Deno.exit(failed > 0 && !isQuick ? 1 : 0);

async function prepare(): Promise<void> {
  await Deno.writeTextFile(`${folder}/package.json`, '{ "type": "module" }\n');
  await build({
    stdin: {
      contents: `import { runInProcess } from "./tests/bench/client/main.ts";
console.log(JSON.stringify(await runInProcess(${JSON.stringify(options)})));
`,
      resolveDir: ROOT,
      sourcefile: "main.js",
    },
    outdir: folder,
    entryNames: "main",
    bundle: true,
    // What is loaded when it is needed must not be needed here.
    splitting: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    external: ["jose", "jose/*"],
    logLevel: "error",
  });
}

/** Runs the program in a fresh process. */
async function run({ command, args, bringer }: Runtime): Promise<string> {
  if (!bringer) return await runCommand(command, [...args, "main.js"], folder);
  const flags = ["--no-audit", "--no-fund", "--no-save"];
  await runCommand("npm", ["install", ...flags, bringer], folder);
  const path = `${folder}/${command}`;
  return await runCommand(path, [...args, "main.js"], folder);
}

/** Prints the table and returns how many budgets are exceeded. */
function judge({ results, clientBytes }: Report, { isOld }: Runtime): number {
  console.log("| what | µs | over | µs | adds | at most | ratio |");
  console.log("|---|---:|---|---:|---:|---:|---:|");
  let exceeded = 0;
  for (const { name, bareName, oursUs, bareUs, maxUs, isRequest } of results) {
    const added = oursUs - bareUs;
    const isKept = added <= maxUs || isOld === true && isRequest;
    if (!isKept) exceeded++;
    const cells = [
      `${isKept ? "" : "EXCEEDED "}${name}`,
      oursUs.toFixed(3),
      bareName,
      bareUs.toFixed(3),
      added.toFixed(3),
      maxUs,
      (oursUs / bareUs).toFixed(2),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
  const isSmall = clientBytes <= MAX_CLIENT_BYTES;
  const mark = isSmall ? "kept" : "EXCEEDED";
  console.log(
    `\n${mark}: ${
      clientBytes.toFixed(0)
    } bytes for a client, at most ${MAX_CLIENT_BYTES}`,
  );
  return exceeded + (isSmall ? 0 : 1);
}
