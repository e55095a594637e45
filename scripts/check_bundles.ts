/**
 * Fails when what a user downloads grows beyond its budget, or holds what it
 * must not.
 *
 * Sizes are of the minified, gzipped modules that an import loads at once,
 * bundled from the sources (without the `sideEffects` flag of the npm package,
 * so that the figures hold for everybody). What is loaded by `import()` when
 * it is needed does not count, but is searched for forbidden text too.
 */
import { build, type Metafile, stop } from "esbuild";
import { gzipSync } from "node:zlib";
import { EMULATOR_PACKAGES } from "./emulator_packages.ts";
import { linkPackages } from "./npm_cache.ts";
import { readDenoJson, report, ROOT } from "./sources.ts";

/**
 * Bytes (a KB is 1000) of an entry's eager part, and what it is meant to come
 * down to. Growth beyond the first fails; the second is printed beside it.
 */
interface Budget {
  readonly most: number;
  readonly goal: number;
}

const ENTRY_BUDGETS: Record<string, Budget> = {
  ".": { most: 12_500, goal: 12_000 },
};
/** Of `createVerifier` of `./jwt` alone, jose included. */
const VERIFIER_BUDGET: Budget = { most: 10_700, goal: 7_000 };
const ENDPOINT_BUDGET: Budget = { most: 2_500, goal: 2_200 };
/** Of functions that answer with a user. */
const USER_BUDGET: Budget = { most: 2_860, goal: 2_800 };
/** Of functions that answer with a session. */
const SIGN_IN_BUDGET: Budget = { most: 3_180, goal: 2_800 };

const ADMIN_PATH_ENTRIES = ["./admin", "./compat", "./emulator"];
const JOSE_ENTRIES = ["./server", "./emulator"];

/** Loaded at the first request for it. */
const PAGE = "lib/emulator/page/";

interface Bundle {
  readonly size: number;
  readonly eagerInputs: string[];
  readonly allInputs: string[];
  readonly exports: string[];
  readonly text: string;
}

const config = readDenoJson();
const problems: string[] = [];
const sizes: string[] = [];
const nodePaths = await linkPackages(["jose"]);

for (const [name, path] of Object.entries(config.exports)) {
  await checkEntry(name, path);
}
if (config.exports["./api"]) await checkEndpoints(config.exports["./api"]);
if (config.exports["./jwt"]) await checkVerifier(config.exports["./jwt"]);
await stop();
report("bundles", problems, sizes.join(", "));

async function checkEntry(name: string, path: string): Promise<void> {
  const bundle = await bundleModule(`export * from "${path}";`);
  const budget = ENTRY_BUDGETS[name];
  const goal = budget === undefined ? "" : ` (goal ${budget.goal})`;
  sizes.push(`${name} ${bundle.size}${goal}`);
  if (budget !== undefined && bundle.size > budget.most) {
    problems.push(
      `${name}: ${bundle.size} bytes gzipped, at most ${budget.most}`,
    );
  }
  checkContents(name, bundle);
}

/** Each function of `./api` as the only one that an application uses. */
async function checkEndpoints(path: string): Promise<void> {
  const { exports } = await bundleModule(`export * from "${path}";`);
  let largest = { name: "", size: 0 };
  for (const name of exports) {
    const bundle = await bundleModule(`export { ${name} } from "${path}";`);
    const { most } = budgetOf(bundle);
    if (bundle.size > most) {
      problems.push(
        `./api ${name}: ${bundle.size} bytes gzipped, at most ${most}`,
      );
    }
    if (bundle.size > largest.size) largest = { name, size: bundle.size };
  }
  sizes.push(`largest endpoint ${largest.name} ${largest.size}`);
}

/** Who only verifies must not pay for guards, responses and stores of keys. */
async function checkVerifier(path: string): Promise<void> {
  const name = "createVerifier";
  const { size, eagerInputs } = await bundleModule(
    `export { ${name} } from "${path}";`,
    false,
  );
  const { most, goal } = VERIFIER_BUDGET;
  sizes.push(`./jwt ${name} ${size} (goal ${goal})`);
  if (size > most) {
    problems.push(`./jwt ${name}: ${size} bytes gzipped, at most ${most}`);
  }
  const others = /\/jwt\/(guards|key_caches|resource|responses)\.ts$/;
  for (const input of eagerInputs.filter((each) => others.test(each))) {
    problems.push(`./jwt ${name}: contains ${input}`);
  }
}

function budgetOf({ eagerInputs }: Bundle): Budget {
  if (eagerInputs.includes("lib/wire/session.ts")) return SIGN_IN_BUDGET;
  return eagerInputs.includes("lib/wire/user.ts")
    ? USER_BUDGET
    : ENDPOINT_BUDGET;
}

function checkContents(name: string, bundle: Bundle): void {
  const isEmulator = name.startsWith("./emulator");
  const isOneOf = (list: string[]): boolean =>
    list.some((entry) => name === entry || name.startsWith(`${entry}/`));
  if (!isOneOf(ADMIN_PATH_ENTRIES) && bundle.text.includes("/admin/")) {
    problems.push(`${name}: contains "/admin/"`);
  }
  if (name !== "./emulator/main" && /\bconsole\./.test(bundle.text)) {
    problems.push(`${name}: contains "console."`);
  }
  if (!isOneOf(JOSE_ENTRIES) && bundle.eagerInputs.some(isJose)) {
    problems.push(`${name}: loads jose at import`);
  }
  if (bundle.eagerInputs.some((path) => path.startsWith(PAGE))) {
    problems.push(`${name}: loads the emulator's page at import`);
  }
  const emulated = bundle.allInputs.find((p) => p.startsWith("lib/emulator/"));
  if (!isEmulator && emulated) problems.push(`${name}: contains ${emulated}`);
}

function isJose(path: string): boolean {
  return /(^|\/)jose\//.test(path);
}

/** Without splitting, what is loaded later is part of the size. */
async function bundleModule(
  contents: string,
  splitting = true,
): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT, sourcefile: "entry.js" },
    absWorkingDir: ROOT,
    bundle: true,
    splitting,
    write: false,
    metafile: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    conditions: ["worker", "browser"],
    mainFields: ["module", "main"],
    legalComments: "none",
    outdir: "out",
    nodePaths: [nodePaths],
    preserveSymlinks: true,
    external: ["node:*", ...EMULATOR_PACKAGES],
    logLevel: "error",
  });
  const texts = new Map(outputFiles.map((file) => [file.path, file.text]));
  const eager = eagerOutputs(metafile, "out/stdin.js");
  const textOf = (path: string): string => texts.get(`${ROOT}/${path}`) ?? "";
  return {
    size: gzipSync(eager.map(textOf).join(""), { level: 9 }).length,
    eagerInputs: inputsOf(metafile, eager),
    allInputs: inputsOf(metafile, Object.keys(metafile.outputs)),
    exports: metafile.outputs["out/stdin.js"]!.exports,
    text: [...texts.values()].join("\n"),
  };
}

/** The entry and everything that it imports statically. */
function eagerOutputs(metafile: Metafile, entry: string): string[] {
  const found = new Set([entry]);
  for (const path of found) {
    for (const each of metafile.outputs[path]!.imports) {
      if (each.kind === "import-statement" && !each.external) {
        found.add(each.path);
      }
    }
  }
  return [...found];
}

function inputsOf(metafile: Metafile, outputs: string[]): string[] {
  return outputs.flatMap((path) =>
    Object.entries(metafile.outputs[path]!.inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([input]) => input)
  );
}
