/**
 * Bundles tests into one module that runs them in any runtime against the
 * built package, so that what is tested is what users install.
 *
 * What a test imports of the library is taken from the package; `@std` is
 * taken from the stand-ins, which need nothing but web standards; `Deno`
 * becomes the few lines of `runtimes/test_shim.js`. The bundle exports `run()`.
 */
import { build, type BuildOptions, type Plugin, stop } from "esbuild";
import { globSync } from "node:fs";
import { listSources, readDenoJson, readText, ROOT } from "./sources.ts";

const STD = `${ROOT}/scripts/offline/@std`;
const SHIM = `${ROOT}/scripts/runtimes/test_shim.js`;

const RETRY = "looked for in the package";

/**
 * Of these folders the tests need Deno itself, a global of pages, or packages
 * that only the emulator uses. The contract is run against the packed package.
 */
const DENO_TESTS =
  /^tests\/(bench|browser|contract|emulator|integration|offline|processes|replay|runtimes|scripts|simulation)\//;
/** An import of a package that the library does not install. */
const FOREIGN_IMPORT = /from "(?!\.|@std\/|@gotrue\/|jose)/;

/** The tests that need nothing but web standards. */
export function listNeutralTests(): string[] {
  return listSources("tests").filter((path) =>
    path.endsWith("_test.ts") && !DENO_TESTS.test(path) &&
    !FOREIGN_IMPORT.test(readText(path))
  );
}

/** What to bundle, and against which package. */
export interface BundleOptions {
  /** Glob patterns of test files. */
  readonly patterns: readonly string[];
  /** The folder of the built or installed package. */
  readonly packageFolder: string;
  readonly outfile: string;
  /** Whether the package stays outside, to be imported from its folder. */
  readonly external: boolean;
  readonly esbuild?: BuildOptions;
}

export async function bundleTests(options: BundleOptions): Promise<void> {
  const files = options.patterns
    .flatMap((pattern) => globSync(pattern, { cwd: ROOT })).sort();
  if (files.length === 0) throw new Error("No test matches");
  await build({
    stdin: { contents: toEntry(files), resolveDir: ROOT, sourcefile: "run.js" },
    outfile: options.outfile,
    absWorkingDir: ROOT,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    mainFields: ["module", "main"],
    inject: [SHIM],
    plugins: [resolver(options)],
    logLevel: "error",
    ...options.esbuild,
  });
  await stop();
}

/** Imports file after file, so that each failure can name its file. */
function toEntry(files: string[]): string {
  const imports = files.map((file) =>
    `  startFile("${file}");\n  await import("./${file}");\n`
  );
  return `import { runAll, startFile } from "${SHIM}";\n` +
    `export async function run() {\n${imports.join("")}  return runAll();\n}\n`;
}

function resolver(options: BundleOptions): Plugin {
  const { name, exports } = readDenoJson();
  const built = (path: string, search = "") => ({
    path: `${options.packageFolder}/esm/${toScript(path)}` +
      (options.external ? search : ""),
    // A query makes another copy of a module.
    suffix: options.external ? "" : search,
    external: options.external,
  });
  return {
    name: "built package",
    setup(run) {
      run.onResolve({ filter: /^(jsr:)?@std\// }, ({ path }) => standIn(path));
      run.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
        const source = new URL(path, `file://${resolveDir}/`);
        const own = source.pathname.slice(ROOT.length + 1);
        return /^(lib\/|mod\.ts$)/.test(own)
          ? built(own, source.search)
          : undefined;
      });
      run.onResolve({ filter: new RegExp(`^${name}(/|$)`) }, ({ path }) => {
        const entry = exports["." + path.slice(name.length)];
        return entry ? built(entry) : undefined;
      });
      // Other packages are where the package has them; esbuild itself knows
      // what to do about an optional one that is missing.
      run.onResolve(
        { filter: /^[@a-z]/ },
        async ({ path, kind, pluginData }) => {
          if (pluginData === RETRY) return undefined;
          const found = await run.resolve(path, {
            kind,
            resolveDir: options.packageFolder,
            pluginData: RETRY,
          });
          return found.errors.length === 0 ? found : undefined;
        },
      );
    },
  };
}

function toScript(path: string): string {
  return path.replace(/^\.\//, "").replace(/\.ts$/, ".js");
}

/** The file of a stand-in, e.g. for `@std/testing/mock`. */
function standIn(specifier: string): { path: string } {
  const [, name, subpath] = /^(?:jsr:)?@std\/([a-z]+)(?:@[^/]*)?(?:\/(.*))?$/
    .exec(specifier)!;
  const [version] = [...Deno.readDirSync(`${STD}/${name}`)]
    .filter((entry) => entry.isDirectory);
  return { path: `${STD}/${name}/${version!.name}/${subpath ?? "mod"}.ts` };
}
