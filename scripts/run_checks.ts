/**
 * Runs every check that needs no test: formatting, lint, types (ours and a
 * browser's), docs, the rules of the design, and a dry run of publishing.
 *
 *   deno task check                  everything
 *   deno task check layers sizes     some, by name
 */
import { readDenoJson, ROOT } from "./sources.ts";

const PARALLEL = Math.max(2, navigator.hardwareConcurrency);
const SCRIPTS = "scripts/*.ts";

type Check = readonly [name: string, args: string[]];

const config = readDenoJson();
const entries = Object.values(config.exports);

/** The slow ones first, so that the quick ones fill the gaps. */
const ALL: Check[] = [
  ["types", [
    "check",
    "-q",
    "mod.ts",
    "lib",
    "tests",
    "scripts/page",
    ...expand(SCRIPTS),
  ]],
  ["publish", ["publish", "--dry-run", "--allow-dirty", "-q"]],
  ["browser types", [
    "check",
    "-q",
    "-c",
    writeBrowserConfig(),
    "mod.ts",
    "lib",
  ]],
  ["doc", ["doc", "-q", "--lint", ...entries]],
  ["lint", ["lint", "-q"]],
  ["fmt", ["fmt", "-q", "--check"]],
  ...[
    "layers",
    "bundles",
    "sizes",
    "exports",
    "parity",
    "error_codes",
    "release",
    "page",
  ].map((
    name,
  ): Check => [name, ["run", "-A", `scripts/check_${name}.ts`]]),
];

const wanted = Deno.args.length > 0
  ? ALL.filter(([name]) => Deno.args.includes(name))
  : ALL;
const queue = [...wanted];
let failed = 0;
await Promise.all(Array.from({ length: PARALLEL }, work));
console.log(`${wanted.length - failed} passed, ${failed} failed`);
Deno.exit(failed > 0 || wanted.length === 0 ? 1 : 0);

async function work(): Promise<void> {
  for (let check = queue.shift(); check; check = queue.shift()) {
    if (!await runCheck(check)) failed++;
  }
}

async function runCheck([name, args]: Check): Promise<boolean> {
  const start = performance.now();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes))
    .join("").trim();
  console.log(`== ${name} ${success ? "ok" : "FAILED"} (${seconds} s)`);
  if (text && (!success || args[0] === "run")) console.log(text);
  return success;
}

function expand(pattern: string): string[] {
  const folder = pattern.split("/")[0]!;
  return [...Deno.readDirSync(`${ROOT}/${folder}`)]
    .filter((entry) => entry.name.endsWith(".ts"))
    .map((entry) => `${folder}/${entry.name}`);
}

/** Our compiler options with a browser's libraries only. */
function writeBrowserConfig(): string {
  const path = `${ROOT}/.cache/deno.browser.json`;
  const lib = ["esnext", "dom", "dom.iterable", "dom.asynciterable"];
  Deno.mkdirSync(`${ROOT}/.cache`, { recursive: true });
  Deno.writeTextFileSync(
    path,
    JSON.stringify({
      imports: { jose: config.imports.jose },
      lock: false,
      compilerOptions: { ...config.compilerOptions, lib },
    }),
  );
  return path;
}
