// Runs the tests of the project in Node against the built package.
//
// Each test file is bundled with its helpers and with the stand-ins of @std;
// what it imports of the library stays an import of the built module, and
// `Deno` becomes the few lines of node_test.js.
import { build, type Plugin, stop } from "npm:esbuild@0.28.2";
import { globSync } from "node:fs";

const STD = new URL("../../../@std/", import.meta.url);

interface Project {
  readonly name: string;
  readonly exports: Record<string, string>;
  readonly imports: Record<string, string>;
}

/** Throws when a test fails. */
export async function runNodeTests(
  outDir: string,
  pattern: string,
): Promise<void> {
  const out = await Deno.realPath(outDir);
  const project: Project = JSON.parse(await Deno.readTextFile("deno.json"));
  const tests = globSync(pattern).map((path) => path.replaceAll("\\", "/"));
  if (tests.length === 0) throw new Error(`no test matches ${pattern}`);
  await writeShim(out);
  await bundleTests(out, tests, project);
  await writeRunner(out, tests.sort());
  const { success } = await new Deno.Command("node", {
    args: ["--no-warnings", `${out}/.tests/run.js`],
  }).spawn().status;
  if (!success) throw new Error("tests fail in Node");
}

async function writeShim(out: string): Promise<void> {
  await Deno.mkdir(`${out}/.tests`, { recursive: true });
  const shim = await fetch(new URL("node_test.js", import.meta.url));
  await Deno.writeTextFile(`${out}/.tests/node_test.js`, await shim.text());
}

async function bundleTests(
  out: string,
  tests: string[],
  project: Project,
): Promise<void> {
  await build({
    entryPoints: tests,
    outdir: `${out}/.tests`,
    outbase: ".",
    bundle: true,
    format: "esm",
    target: "node20",
    platform: "node",
    banner: { js: `import { Deno } from "${out}/.tests/node_test.js";` },
    plugins: [resolver(out, Deno.cwd(), project)],
    logLevel: "error",
  });
  await stop();
}

function resolver(out: string, root: string, project: Project): Plugin {
  const built = (path: string): string =>
    `${out}/esm/${path.replace(/^\.\//, "").replace(/\.ts$/, ".js")}`;
  return {
    name: "built package",
    setup(run) {
      run.onResolve({ filter: /^(jsr:)?@std\// }, ({ path }) => ({
        path: standIn(path),
      }));
      run.onResolve(
        { filter: /^\.\.?\// },
        ({ path, importer, resolveDir }) => {
          const target = new URL(path, `file://${resolveDir}/`).pathname;
          const inProject = target.slice(root.length + 1);
          if (
            !importer || !/^(lib\/|mod\.ts$)/.test(inProject)
          ) return undefined;
          return { path: built(inProject), external: true };
        },
      );
      run.onResolve({ filter: /^[^./]/ }, ({ path }) => {
        if (path !== project.name && !path.startsWith(`${project.name}/`)) {
          return path in project.imports || path.includes(":")
            ? { path, external: true }
            : undefined;
        }
        const entry = project.exports["." + path.slice(project.name.length)];
        return entry ? { path: built(entry), external: true } : undefined;
      });
    },
  };
}

/** The file of a stand-in, e.g. for `@std/testing/mock` or with a version. */
function standIn(specifier: string): string {
  const [, name, subpath] = /^(?:jsr:)?@std\/([a-z]+)(?:@[^/]*)?(?:\/(.*))?$/
    .exec(specifier)!;
  return new URL(`${name}/1.0.99/${subpath ?? "mod"}.ts`, STD).pathname;
}

async function writeRunner(out: string, tests: string[]): Promise<void> {
  const imports = tests.map((path) => {
    const file = path.replace(/\.ts$/, ".js");
    return `startFile("${path}");\nawait import("./${file}");\n`;
  });
  await Deno.writeTextFile(
    `${out}/.tests/run.js`,
    `import { runAll, startFile } from "./node_test.js";\n\n` +
      `${imports.join("")}await runAll();\n`,
  );
}
