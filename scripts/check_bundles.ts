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

/** Bytes (a KB is 1000) that an entry loads at once, at most. */
const ENTRY_BUDGETS: Record<string, number> = { ".": 12_000 };
/** Of `createVerifier` of `./jwt` alone, with all that it loads later: jose. */
const VERIFIER_BUDGET = 7_000;
const ENDPOINT_BUDGET = 2_200;
/** Of functions whose answers hold points in time: users, sessions, passkeys. */
const RECORD_BUDGET = 2_800;

const ADMIN_PATH_ENTRIES = ["./admin", "./compat", "./emulator"];
const JOSE_ENTRIES = ["./server", "./emulator"];

/** Loaded at the first request for it. */
const PAGE = "lib/emulator/page/";

interface Bundle {
  readonly size: number;
  /** With what is loaded later. */
  readonly wholeSize: number;
  readonly eagerInputs: string[];
  readonly allInputs: string[];
  readonly exports: string[];
  readonly text: string;
}

const config = readDenoJson();
const problems: string[] = [];
const sizes: string[] = [];
// One version, so that no release of jose fails a change of ours.
const nodePaths = await linkPackages(["jose"], { jose: "6.2.18" });

for (const [name, path] of Object.entries(config.exports)) {
  await checkEntry(name, path);
}
if (config.exports["./api"]) await checkEndpoints(config.exports["./api"]);
if (config.exports["./jwt"]) await checkVerifier(config.exports["./jwt"]);
await stop();
report("bundles", problems, sizes.join(", "));

async function checkEntry(name: string, path: string): Promise<void> {
  const bundle = await bundleModule(`export * from "${path}";`);
  sizes.push(`${name} ${bundle.size}`);
  checkSize(name, bundle, ENTRY_BUDGETS[name]);
  checkContents(name, bundle);
}

/** Each function of `./api` as the only one that an application uses. */
async function checkEndpoints(path: string): Promise<void> {
  const { exports } = await bundleModule(`export * from "${path}";`);
  let [plain, record] = [0, 0];
  for (const name of exports) {
    const bundle = await bundleModule(`export { ${name} } from "${path}";`);
    const isRecord = bundle.eagerInputs.includes("lib/wire/source.ts");
    checkSize(
      `./api ${name}`,
      bundle,
      isRecord ? RECORD_BUDGET : ENDPOINT_BUDGET,
    );
    if (isRecord) record = Math.max(record, bundle.size);
    else plain = Math.max(plain, bundle.size);
  }
  sizes.push(`an endpoint up to ${plain}, with dates up to ${record}`);
}

function checkSize(
  name: string,
  { size }: Pick<Bundle, "size">,
  budget: number | undefined,
): void {
  if (budget === undefined || size <= budget) return;
  problems.push(`${name}: ${size} bytes gzipped, at most ${budget}`);
}

/** Who only verifies must not pay for guards, responses and stores of keys. */
async function checkVerifier(path: string): Promise<void> {
  const name = "createVerifier";
  const bundle = await bundleModule(`export { ${name} } from "${path}";`);
  const { wholeSize: size } = bundle;
  sizes.push(`./jwt ${name} ${size}`);
  checkSize(`./jwt ${name}`, { size }, VERIFIER_BUDGET);
  const others = /\/jwt\/(guards|key_caches|resource|responses)\.ts$/;
  for (const input of bundle.eagerInputs.filter((each) => others.test(each))) {
    problems.push(`./jwt ${name}: contains ${input}`);
  }
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

async function bundleModule(contents: string): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT, sourcefile: "entry.js" },
    absWorkingDir: ROOT,
    bundle: true,
    splitting: true,
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
  const all = Object.keys(metafile.outputs);
  const sizeOf = (paths: string[]): number =>
    gzipSync(paths.map(textOf).join(""), { level: 9 }).length;
  return {
    size: sizeOf(eager),
    wholeSize: sizeOf(all),
    eagerInputs: inputsOf(metafile, eager),
    allInputs: inputsOf(metafile, all),
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
