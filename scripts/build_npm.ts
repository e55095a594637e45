/**
 * Builds the npm package into `npm/`, checks its types and runs the
 * platform-neutral tests against it in Node.
 *
 *   deno task build:npm
 *
 * `@deno/dnt` does the work, or its stand-in where JSR is out of reach. Entries,
 * version and dependencies come from `deno.json`.
 */
import { build, emptyDir } from "@deno/dnt";
import { bundlePackage } from "./bundle_npm.ts";
import { listNeutralTests } from "./bundle_tests.ts";
import {
  BIN_FILE,
  BIN_TEXT,
  emulatorPeers,
  hasProgram,
  npmManifest,
} from "./npm_manifest.ts";
import { readDenoJson, ROOT } from "./sources.ts";

const OUT = "npm";
const ALL_TESTS = ".cache/neutral_test.ts";

Deno.chdir(ROOT);
const config = readDenoJson();
await emptyDir(OUT);
await writeTestFile();
await build({
  entryPoints: Object.entries(config.exports)
    .map(([name, path]) => ({ name, path })),
  outDir: OUT,
  esModule: true,
  scriptModule: false,
  declaration: "inline",
  skipSourceOutput: true,
  shims: { deno: { test: "dev" } },
  typeCheck: "both",
  test: true,
  testPattern: ALL_TESTS,
  compilerOptions: {
    target: "ES2022",
    lib: ["ESNext", "DOM", "DOM.Iterable"],
  },
  // The tests bring @std in as source, which is not written for these options.
  filterDiagnostic: (diagnostic) =>
    !/\/deps\/.*@std\//.test(diagnostic.file?.fileName ?? ""),
  mappings: Object.fromEntries(
    emulatorPeers(config).map(({ name, specifier, range }) => [
      specifier,
      { name, version: range, peerDependency: true },
    ]),
  ),
  package: npmManifest(config),
  postBuild: writeExtras,
});
await bundlePackage(OUT, config.exports);

/** Adds what no compiler makes. */
async function writeExtras(): Promise<void> {
  for (const file of ["LICENSE", "README.md", "CHANGELOG.md"]) {
    await Deno.copyFile(file, `${OUT}/${file}`);
  }
  await adaptDeclarations(`${OUT}/esm`);
  if (!hasProgram()) return;
  await Deno.mkdir(`${OUT}/bin`, { recursive: true });
  await Deno.writeTextFile(`${OUT}/${BIN_FILE}`, BIN_TEXT);
  await Deno.chmod(`${OUT}/${BIN_FILE}`, 0o755);
}

/**
 * Lets declarations hold for older compilers and whatever libraries they are
 * told to take: `Symbol.asyncDispose` names the library that has it, and
 * typed arrays, generic since TypeScript 5.7, are left plain.
 */
async function adaptDeclarations(folder: string): Promise<void> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) await adaptDeclarations(path);
    if (!path.endsWith(".d.ts")) continue;
    const text = await Deno.readTextFile(path);
    const library = text.includes("Symbol.asyncDispose")
      ? '/// <reference lib="esnext.disposable" />\n'
      : "";
    const plain = text.replaceAll("Uint8Array<ArrayBuffer>", "Uint8Array");
    await Deno.writeTextFile(path, library + plain);
  }
}

/** One file that imports all tests: no pattern says which those are. */
async function writeTestFile(): Promise<void> {
  const imports = listNeutralTests().map((path) => `import "../${path}";\n`);
  await Deno.mkdir(".cache", { recursive: true });
  await Deno.writeTextFile(ALL_TESTS, imports.join(""));
}
