/**
 * Looks at the package itself: what the archive holds, what its manifest
 * says, and whether tools find its modules and types.
 */
import { npmManifest } from "../npm_manifest.ts";
import { readDenoJson, ROOT } from "../sources.ts";
import { runCommand } from "./command.ts";
import type { Installation, SuiteResult } from "./installation.ts";

const EXPECTED_FILES =
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|bin\/.+\.js|esm\/package\.json|esm\/(mod|lib\/.+)\.(js|d\.ts)|esm\/chunks\/\w+\.js)$/;
const CHECKS = 6;

/** What no module may ask the platform for while it is loaded. */
const PLATFORM = [
  "fetch",
  "Headers",
  "Request",
  "Response",
  "crypto",
  "setTimeout",
  "setInterval",
  "navigator",
  "localStorage",
  "sessionStorage",
  "document",
  "BroadcastChannel",
  "Date.now",
  "process.env",
  "Deno",
];

export async function checkPackaging(
  installed: Installation,
): Promise<SuiteResult> {
  const lines = [
    ...checkFiles(installed.files),
    ...await checkManifest(installed),
    ...await checkImports(installed),
    ...await checkTouches(installed),
    ...await complaintsOf("publint@0.3", ["--strict", `${ROOT}/npm`]),
    ...await complaintsOf("@arethetypeswrong/cli@0.18", [
      "--pack",
      `${ROOT}/npm`,
      "--profile",
      "esm-only",
      "--quiet",
    ]),
  ];
  return { passed: CHECKS - lines.length, failed: lines.length, lines };
}

function checkFiles(files: readonly string[]): string[] {
  const strange = files.filter((path) => !EXPECTED_FILES.test(path));
  const missing = ["README.md", "LICENSE"].filter((f) => !files.includes(f));
  return strange.length + missing.length === 0
    ? []
    : [`archive: strange ${strange}; missing ${missing}`];
}

/** Entries as in `deno.json`; no package of the emulator as a dependency. */
async function checkManifest(
  { packageFolder }: Installation,
): Promise<string[]> {
  const manifest = JSON.parse(
    await Deno.readTextFile(`${packageFolder}/package.json`),
  );
  const wanted = npmManifest(readDenoJson());
  const differing = Object.keys(wanted).filter((member) =>
    JSON.stringify(manifest[member]) !== JSON.stringify(wanted[member])
  );
  const dependencies = Object.keys(manifest.dependencies ?? {});
  const undue = dependencies.filter((name) => name !== "jose");
  return differing.length + undue.length === 0
    ? []
    : [`package.json: differs in ${differing}; depends on ${undue}`];
}

/** Each entry by `import`, and by `require` where Node can. */
async function checkImports({ folder }: Installation): Promise<string[]> {
  const { name, exports } = readDenoJson();
  const specifiers = Object.keys(exports)
    .map((entry) => JSON.stringify(name + entry.slice(1)));
  const script = `const { createRequire } = await import("node:module");
    const require = createRequire(process.cwd() + "/x.js");
    for (const entry of [${specifiers}]) {
      const imported = await import(entry);
      if (!process.features.require_module) continue;
      if (require(entry) !== imported) throw new Error("Two copies: " + entry);
    }`;
  try {
    await runCommand("node", ["--input-type=module", "-e", script], folder);
    return [];
  } catch (error) {
    return [`import: ${error}`];
  }
}

/** Each entry in a process of its own, where every look at the platform throws. */
async function checkTouches({ folder }: Installation): Promise<string[]> {
  const { name, exports } = readDenoJson();
  const script = `for (const path of ${JSON.stringify(PLATFORM)}) {
      const names = path.split(".");
      const last = names.pop();
      const owner = names.reduce((object, key) => object[key], globalThis);
      const value = owner[last];
      Object.defineProperty(owner, last, {
        get() {
          const error = new Error("Touched at import: " + path);
          // What loads the modules may look.
          if (error.stack.includes("/${name}/")) throw error;
          return value;
        },
      });
    }
    await import(process.argv[1]);`;
  const lines: string[] = [];
  for (const entry of Object.keys(exports)) {
    const args = ["--input-type=module", "-e", script, name + entry.slice(1)];
    try {
      await runCommand("node", args, folder);
    } catch (error) {
      lines.push(`import: ${error}`);
    }
  }
  return lines.slice(0, 1);
}

async function complaintsOf(tool: string, args: string[]): Promise<string[]> {
  try {
    await runCommand("npx", ["-y", tool, ...args], ROOT);
    return [];
  } catch (error) {
    return [`${tool}: ${error}`];
  }
}
