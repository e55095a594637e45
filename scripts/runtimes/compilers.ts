/**
 * Compiles a user's program against the package's types with several
 * versions of TypeScript, every way of resolving modules, and without
 * `skipLibCheck`.
 */
import { readDenoJson, ROOT } from "../sources.ts";
import { runCommand } from "./command.ts";
import type { Installation, SuiteResult } from "./installation.ts";

const RESOLUTIONS = [
  { module: "ESNext", moduleResolution: "bundler" },
  { module: "Node16", moduleResolution: "node16" },
  { module: "NodeNext", moduleResolution: "nodenext" },
];
/** A page's libraries, or Node's types instead. */
const PLATFORMS = [
  { lib: ["ES2022", "DOM", "DOM.Iterable"], types: [] },
  { lib: ["ES2022"], types: ["node"] },
];
const NODE_TYPES = "@types/node@22";

/** Checks with these versions of TypeScript. */
export function checkTypes(
  versions: readonly string[],
): (installed: Installation) => Promise<SuiteResult> {
  return async (installed) => {
    await writeProgram(installed);
    const lines: string[] = [];
    let passed = 0;
    for (const version of versions) {
      for (const options of await writeConfigs(installed, version)) {
        const complaint = await compile(installed, version, options);
        if (complaint) lines.push(complaint);
        else passed++;
      }
    }
    return { passed, failed: lines.length, lines };
  };
}

/** Imports every entry, and uses the types as the README does. */
async function writeProgram({ folder }: Installation): Promise<void> {
  const { name, exports } = readDenoJson();
  const imports = Object.keys(exports).map((entry, at) =>
    `import * as entry${at} from "${name}${entry.slice(1)}";\n` +
    `export const used${at}: object = entry${at};\n`
  );
  const usage = await Deno.readTextFile(`${ROOT}/tests/runtimes/types.ts`);
  await Deno.writeTextFile(`${folder}/program.ts`, imports.join("") + usage);
}

async function writeConfigs(
  { folder }: Installation,
  version: string,
): Promise<string[]> {
  await runCommand("npm", [
    "install",
    "--no-save",
    "--no-audit",
    "--no-fund",
    `typescript@${version}`,
    NODE_TYPES,
  ], folder);
  const all = RESOLUTIONS.flatMap((resolution) =>
    PLATFORMS.map((platform) => ({ ...resolution, ...platform }))
  );
  return all.map((options, at) => {
    const path = `tsconfig.${at}.json`;
    Deno.writeTextFileSync(
      `${folder}/${path}`,
      JSON.stringify({
        files: ["program.ts"],
        compilerOptions: {
          target: "ES2022",
          strict: true,
          noEmit: true,
          skipLibCheck: false,
          ...options,
        },
      }),
    );
    return path;
  });
}

async function compile(
  { folder }: Installation,
  version: string,
  config: string,
): Promise<string | undefined> {
  try {
    await runCommand("node_modules/.bin/tsc", ["-p", config], folder);
    return undefined;
  } catch (error) {
    const options = await Deno.readTextFile(`${folder}/${config}`);
    return `TypeScript ${version} ${options}\n${error}`;
  }
}
