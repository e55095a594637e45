// Stands in for jsr:@deno/dnt where JSR is out of reach: makes the same npm
// package from the same options, by `deno pack`. ES modules only. Like the
// original it type-checks what it made and runs the tests against it in Node.
// For development; not part of any published package.
import { packFiles } from "./pack.ts";
import { runNodeTests } from "./tests.ts";
import { checkTypes } from "./types.ts";

/** What is read of the original's options; others are refused. */
export interface BuildOptions {
  entryPoints: { name: string; path: string }[];
  outDir: string;
  esModule?: true;
  scriptModule: false;
  declaration?: "inline";
  skipSourceOutput?: boolean;
  shims: { deno?: { test?: "dev" } };
  typeCheck?: "both" | "single" | false;
  test?: boolean;
  testPattern?: string;
  compilerOptions?: { target?: string; lib?: string[] };
  filterDiagnostic?: (diagnostic: { file?: { fileName: string } }) => boolean;
  mappings?: Record<
    string,
    { name: string; version: string; peerDependency?: boolean }
  >;
  package: PackageJson;
  postBuild?: () => void | Promise<void>;
}

interface PackageJson {
  name: string;
  version: string;
  exports?: unknown;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  // deno-lint-ignore no-explicit-any
  [member: string]: any;
}

/** Empties a folder, or makes it. */
export async function emptyDir(dir: string): Promise<void> {
  await Deno.remove(dir, { recursive: true }).catch(() => {});
  await Deno.mkdir(dir, { recursive: true });
}

/** Builds the npm package of the project in the working directory. */
export async function build(options: BuildOptions): Promise<void> {
  const { outDir } = options;
  const files = await packFiles();
  const packed: PackageJson = JSON.parse(files.get("package.json")!);
  await writeModules(files, outDir);
  await writePackageJson(options, packed.dependencies ?? {});
  await npmInstall(outDir);
  await options.postBuild?.();
  if (options.typeCheck !== false) {
    const paths = options.entryPoints.map(({ path }) => declarationOf(path));
    checkTypes(outDir, paths, options.compilerOptions ?? {});
  }
  if (options.test) await runNodeTests(outDir, options.testPattern!);
}

async function writeModules(
  files: Map<string, string>,
  outDir: string,
): Promise<void> {
  for (const [name, text] of files) {
    if (!/\.(js|d\.ts)$/.test(name)) continue;
    const to = `${outDir}/esm/${name}`;
    await Deno.mkdir(to.replace(/\/[^/]+$/, ""), { recursive: true });
    await Deno.writeTextFile(to, text);
  }
  await Deno.writeTextFile(`${outDir}/esm/package.json`, '{"type":"module"}\n');
  await Deno.writeTextFile(`${outDir}/.npmignore`, ".tests\n");
}

function declarationOf(path: string): string {
  return `esm/${path.replace(/^\.\//, "").replace(/\.ts$/, ".d.ts")}`;
}

async function writePackageJson(
  options: BuildOptions,
  packed: Record<string, string>,
): Promise<void> {
  const peers = options.package.peerDependencies ?? {};
  const own = Object.entries({ ...packed, ...options.package.dependencies })
    .filter(([name]) => !(name in peers));
  const manifest = {
    ...options.package,
    dependencies: Object.fromEntries(own),
  };
  await Deno.writeTextFile(
    `${options.outDir}/package.json`,
    JSON.stringify(manifest, null, 2) + "\n",
  );
}

async function npmInstall(cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("npm", {
    args: [
      "install",
      "--ignore-scripts",
      "--omit=peer",
      "--no-audit",
      "--no-fund",
      "--no-package-lock",
    ],
    cwd,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
