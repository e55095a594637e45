/**
 * Installs the built package as a user would: packed, in an empty folder
 * that knows nothing of the repository, with the test programs beside it.
 */
import type { BuildOptions } from "esbuild";
import { bundleTests } from "../bundle_tests.ts";
import { readDenoJson, ROOT } from "../sources.ts";
import { runCommand } from "./command.ts";

/** `smoke_test.ts` uses nothing but the public entries. */
const SUITES = [
  "tests/runtimes/smoke_test.ts",
  "tests/contract/**/*_test.ts",
];
const CLI = `import { run } from "./suites.js";
console.log(JSON.stringify(await run()));
`;

/** Where the package and the test programs are. */
export interface Installation {
  readonly folder: string;
  readonly packageFolder: string;
  /** The packed package. */
  readonly archive: string;
  /** The paths in the archive. */
  readonly files: readonly string[];
}

/** What a run of the suites comes to. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly lines: readonly string[];
}

/** Of the emulator's optional packages, those that the contract needs. */
const OPTIONAL = [
  "@noble/curves@2",
  "@noble/hashes@2",
  "@simplewebauthn/server@14",
  "fast-xml-parser@5",
];

export async function installPackage(): Promise<Installation> {
  const folder = await Deno.makeTempDir({ prefix: "installed-" });
  const [{ filename, files }] = JSON.parse(
    await runCommand("npm", ["pack", "--json", `${ROOT}/npm`], folder),
  );
  await Deno.writeTextFile(
    `${folder}/package.json`,
    '{ "private": true, "type": "module" }\n',
  );
  await runCommand(
    "npm",
    ["install", "--no-audit", "--no-fund", `./${filename}`, ...OPTIONAL],
    folder,
  );
  const packageFolder = `${folder}/node_modules/${readDenoJson().name}`;
  await Deno.writeTextFile(`${folder}/cli.js`, CLI);
  await bundleSuites(folder, packageFolder, "suites.js", true);
  return {
    folder,
    packageFolder,
    archive: `${folder}/${filename}`,
    files: files.map((file: { path: string }) => file.path),
  };
}

/** Bundles the suites together with the package, for runtimes without files. */
export async function bundleWithPackage(
  { folder, packageFolder }: Installation,
  name: string,
  esbuild: BuildOptions,
): Promise<void> {
  await bundleSuites(folder, packageFolder, name, false, esbuild);
}

async function bundleSuites(
  folder: string,
  packageFolder: string,
  name: string,
  external: boolean,
  esbuild: BuildOptions = {},
): Promise<void> {
  await bundleTests({
    patterns: SUITES,
    packageFolder,
    outfile: `${folder}/${name}`,
    external,
    esbuild,
  });
}
