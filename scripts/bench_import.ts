/**
 * Measures what importing an entry of the npm package costs over importing the
 * empty module of another package, from the installed archive
 * (`deno task build:npm` makes it): to find a package costs both the same.
 *
 *   deno task bench:import [rounds]
 *
 * Each figure comes from processes of its own, one per import, in turns over
 * runtimes and entries; printed is the difference of the medians. The program
 * is not an entry that others import, and left out.
 */
import { installPackage } from "./runtimes/installation.ts";
import { runCommand } from "./runtimes/command.ts";
import { readDenoJson } from "./sources.ts";

const BUDGET_MS = 3;
const ROUNDS = 15;
const PROGRAM = `await import("./first.js");
const start = performance.now();
await import(process.argv[2]);
console.log(performance.now() - start);
`;
const EMPTY_PACKAGE = JSON.stringify({
  name: "empty",
  version: "1.0.0",
  type: "module",
  sideEffects: false,
  exports: { ".": { types: "./empty.d.ts", default: "./empty.js" } },
});
const RUNTIMES: Record<string, string[]> = {
  Deno: [
    Deno.execPath(),
    "run",
    "-A",
    "--no-lock",
    "--no-config",
    "--node-modules-dir=manual",
  ],
  Node: ["node"],
  Bun: ["./node_modules/.bin/bun", "run"],
};

const rounds = Number(Deno.args[0] ?? ROUNDS);
const { folder } = await installPackage();
try {
  await prepare();
  const entries = listEntries();
  const times = await measure(["empty", ...entries]);
  Deno.exitCode = printTable(entries, times);
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function prepare(): Promise<void> {
  await runCommand(
    "npm",
    ["install", "--no-audit", "--no-fund", "bun@1"],
    folder,
  );
  const empty = `${folder}/node_modules/empty`;
  await Deno.mkdir(empty);
  await Deno.writeTextFile(`${empty}/package.json`, EMPTY_PACKAGE);
  for (const path of [`${folder}/first.js`, `${empty}/empty.js`]) {
    await Deno.writeTextFile(path, "export {};\n");
  }
  await Deno.writeTextFile(`${folder}/time.js`, PROGRAM);
}

function listEntries(): string[] {
  const { name, exports } = readDenoJson();
  return Object.keys(exports)
    .filter((entry) => entry !== "./emulator/main")
    .map((entry) => name + entry.slice(1));
}

/** Milliseconds by runtime and module. */
async function measure(modules: string[]): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>();
  for (let round = -1; round < rounds; round++) {
    for (const [runtime, [command, ...args]] of Object.entries(RUNTIMES)) {
      for (const module of modules) {
        const output = await runCommand(
          command!,
          [...args, "time.js", module],
          folder,
        );
        // The first round fills the caches of the runtime.
        if (round < 0) continue;
        const key = `${runtime} ${module}`;
        times.set(key, [...times.get(key) ?? [], Number(output)]);
      }
    }
  }
  return times;
}

/** Prints Markdown; gives the exit code. */
function printTable(entries: string[], times: Map<string, number[]>): number {
  const median = (key: string): number => {
    const sorted = times.get(key)!.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)]!;
  };
  const runtimes = Object.keys(RUNTIMES);
  console.log(`\n| entry | ${runtimes.join(" | ")} |`);
  console.log(`|---|${runtimes.map(() => "---:|").join("")}`);
  let isWithin = true;
  for (const entry of entries) {
    const costs = runtimes.map((runtime) =>
      median(`${runtime} ${entry}`) - median(`${runtime} empty`)
    );
    isWithin &&= costs.every((cost) => cost <= BUDGET_MS);
    const cells = costs.map((cost) => cost.toFixed(1)).join(" | ");
    console.log(`| \`${entry}\` | ${cells} |`);
  }
  const base = runtimes.map((name) => median(`${name} empty`).toFixed(1));
  console.log(`| empty module | ${base.join(" | ")} |`);
  console.log(`\nMilliseconds over an empty module, budget ${BUDGET_MS}`);
  return isWithin ? 0 : 1;
}
