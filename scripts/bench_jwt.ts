/**
 * Measures what verifying a token costs, beside other libraries and the
 * platform's bare signature check, in Deno, Node, Bun and workerd.
 *
 *   deno task bench:jwt                      all runtimes
 *   deno task bench:jwt --quick node deno    some, only to see that it works
 *
 * Each runtime runs in a fresh process, and cases take turns in it. Figures
 * are microseconds for one token: CPU time of all threads (the tenth part of
 * the runs that took least, which depends least on the machine's other work),
 * and the median of the time that passed. Closes with the budgets of the
 * design, and fails when one is exceeded.
 */
import { build, stop } from "esbuild";
import { HITS, STUBBED } from "../tests/bench/jwt/cases.ts";
import type { Result } from "../tests/bench/jwt/main.ts";
import {
  measureInTurns,
  type MeasureOptions,
  type Meter,
} from "../tests/bench/jwt/measure.ts";
import { findPort, runCommand } from "./runtimes/command.ts";
import { ROOT } from "./sources.ts";

const PACKAGES = [
  "jose@6.2.18",
  "hono@4.13.19",
  "fast-jwt@6.3.6",
  "@supabase/auth-js@2.119.1",
  "bun@1.4.5",
  "workerd@1.20260426.1",
];
const PEERS = `import * as jose from "jose";
import * as hono from "hono/jwt";
import * as authJs from "@supabase/auth-js";
`;
const WORKER_CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .bench)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const bench :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-04-01",
);
`;
const FULL: MeasureOptions = { rounds: 21, sliceMs: 25 };
const QUICK: MeasureOptions = { rounds: 3, sliceMs: 5 };
const MAX_WORK_US = 2;
const MAX_HIT_US = 0.5;

const isQuick = Deno.args.includes("--quick");
const options = isQuick ? QUICK : FULL;
const RUNTIMES: Record<string, (folder: string) => Promise<Result[]>> = {
  deno: (folder) =>
    runShell(folder, Deno.execPath(), [
      "run",
      "-A",
      "--no-config",
      "--node-modules-dir=manual",
      "main.js",
    ]),
  node: (folder) => runShell(folder, "node", ["main.js"]),
  bun: (folder) => runShell(folder, "node_modules/.bin/bun", ["main.js"]),
  workerd: runWorkerd,
};

const names = Deno.args.filter((name) => name !== "--quick");
const wanted = names.length > 0 ? names : Object.keys(RUNTIMES);
const folder = await Deno.makeTempDir({ prefix: "bench-" });
let failed = 0;
try {
  await prepare(folder);
  console.log(await describeMachine());
  for (const name of wanted) {
    const results = await RUNTIMES[name]?.(folder);
    if (!results) throw new Error(`There is no runtime ${name}`);
    console.log(formatTable(name, results));
    failed += judge(results);
  }
} finally {
  await stop();
  await Deno.remove(folder, { recursive: true });
}
Deno.exit(failed > 0 && !isQuick ? 1 : 0);

/** Installs the peers and writes the programs. */
async function prepare(folder: string): Promise<void> {
  await Deno.writeTextFile(
    `${folder}/package.json`,
    '{ "private": true, "type": "module" }\n',
  );
  const flags = ["--no-audit", "--no-fund"];
  await runCommand("npm", ["install", ...flags, ...PACKAGES], folder);
  await build({
    entryPoints: [`${ROOT}/tests/bench/jwt/main.ts`],
    outfile: `${folder}/bench.js`,
    bundle: true,
    format: "esm",
    target: "es2022",
    // Ours and the peer are measured with the same jose.
    nodePaths: [`${folder}/node_modules`],
    logLevel: "error",
  });
  const write = (name: string, text: string) =>
    Deno.writeTextFile(`${folder}/${name}`, PEERS + text);
  await write(
    "main.js",
    `import * as fastJwt from "fast-jwt";
import { runInProcess } from "./bench.js";
const peers = { jose, hono, authJs, fastJwt };
const results = await runInProcess(peers, ${JSON.stringify(options)});
console.log(JSON.stringify(results));
`,
  );
  await write(
    "worker_source.js",
    `import { createHandler } from "./bench.js";
export default { fetch: createHandler({ jose, hono, authJs }) };
`,
  );
  await build({
    entryPoints: [`${folder}/worker_source.js`],
    outfile: `${folder}/worker.js`,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["module", "main"],
    logLevel: "error",
  });
  await Deno.writeTextFile(`${folder}/worker.capnp`, WORKER_CONFIG);
}

async function runShell(
  folder: string,
  command: string,
  args: string[],
): Promise<Result[]> {
  const path = command.startsWith("node_modules")
    ? `${folder}/${command}`
    : command;
  const output = await runCommand(path, args, folder);
  return JSON.parse(output.trim().split("\n").at(-1) ?? "");
}

/** Reads the clocks outside, since those inside stand still. */
async function runWorkerd(folder: string): Promise<Result[]> {
  const address = `127.0.0.1:${findPort()}`;
  const server = new Deno.Command(`${folder}/node_modules/.bin/workerd`, {
    args: ["serve", "worker.capnp", `--socket-addr=http=${address}`],
    cwd: folder,
  }).spawn();
  const ask = async (query: string): Promise<string> => {
    const response = await fetch(`http://${address}/${query}`);
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text;
  };
  try {
    const cases = JSON.parse(await untilItListens(() => ask("")));
    const numbers: number[] = [...cases.keys()];
    const empty = await measureRequest(server.pid, () => ask("?case=-1"));
    const meter: Meter<number> = {
      async measure(i, count) {
        const query = `?case=${i}&count=${count}`;
        const { wall, cpu } = await measureRequest(
          server.pid,
          () => ask(query),
        );
        return { wall: wall - empty.wall, cpu: cpu - empty.cpu };
      },
    };
    const figures = await measureInTurns(numbers, meter, options);
    return numbers.map((i) => ({ ...cases[i], figures: figures[i] }));
  } finally {
    server.kill();
    await server.status;
  }
}

async function untilItListens<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0;; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TypeError) || tries > 200) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

async function measureRequest(
  pid: number,
  request: () => Promise<unknown>,
): Promise<{ wall: number; cpu: number }> {
  const [cpu, wall] = [readCpu(pid), performance.now()];
  await request();
  return {
    wall: (performance.now() - wall) * 1000,
    cpu: readCpu(pid) - cpu,
  };
}

/** CPU time of all threads, the launcher's child included, in microseconds. */
function readCpu(pid: number): number {
  let sum = 0;
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    const task = `/proc/${pid}/task/${name}`;
    const [spent] = Deno.readTextFileSync(`${task}/schedstat`).split(" ");
    sum += Number(spent) / 1000;
    const children = Deno.readTextFileSync(`${task}/children`).trim();
    for (const child of children ? children.split(" ") : []) {
      sum += readCpu(Number(child));
    }
  }
  return sum;
}

function formatTable(runtime: string, results: readonly Result[]): string {
  const lines = [
    `\n### ${runtime}\n`,
    "| tokens | library | µs CPU | µs wall | share of the signature |",
    "|---|---|---:|---:|---:|",
  ];
  for (const { group, name, figures } of results) {
    const { lowCpu, medianWall } = figures;
    const raw = find(results, group, "raw");
    const share = raw ? (raw / lowCpu).toFixed(2) : "";
    const cells = [group, name, round(lowCpu), round(medianWall), share];
    lines.push(`| ${cells.join(" | ")} |`);
  }
  return lines.join("\n");
}

/** Says whether the budgets are kept; returns how many are not. */
function judge(results: readonly Result[]): number {
  const cpu = (group: string, name: string) =>
    find(results, group, name) ?? NaN;
  const string = cpu(HITS, "the string alone");
  const jose = "jose, CryptoKey";
  const work = cpu(STUBBED, "ours") - cpu(STUBBED, jose);
  const hit = cpu(HITS, "ours, peek") - string;
  const [raw, ours, others] = ["raw", "ours", jose]
    .map((name) => cpu("ES256", name)) as [number, number, number];
  const share = (cpu: number): string => (raw / cpu).toFixed(2);
  const budgets: [what: string, isKept: boolean][] = [
    [
      `our work over jose's: ${round(work)} µs, at most ${MAX_WORK_US}`,
      work <= MAX_WORK_US,
    ],
    [
      `a remembered token: ${round(hit)} µs, at most ${MAX_HIT_US}`,
      hit <= MAX_HIT_US,
    ],
    // Judged as printed: less than a hundredth is noise.
    [
      `ES256, share of the signature: ours ${share(ours)}, jose ${
        share(others)
      }`,
      Number(share(ours)) >= Number(share(others)),
    ],
  ];
  for (const [what, isKept] of budgets) {
    console.log(`${isKept ? "kept    " : "EXCEEDED"} ${what}`);
  }
  return budgets.filter(([, isKept]) => !isKept).length;
}

function find(
  results: readonly Result[],
  group: string,
  name: string,
): number | undefined {
  return results.find((one) => one.group === group && one.name === name)
    ?.figures.lowCpu;
}

function round(value: number): string {
  return Math.abs(value) < 100 ? value.toPrecision(3) : value.toFixed(0);
}

async function describeMachine(): Promise<string> {
  const info = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  const model = /model name\s*: (.*)/.exec(info)?.[1] ?? Deno.build.arch;
  const cores = navigator.hardwareConcurrency;
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, ${model}, ${cores} cores, load ${
    Deno.loadavg()[0]?.toFixed(1)
  }; ${PACKAGES.join(", ")}`;
}
