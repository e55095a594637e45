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
    const complaints: Complaint[] = [];
    let passed = 0;
    for (const version of versions) {
      for (const config of await prepare(installed, version)) {
        const text = await compile(installed, config);
        if (text === undefined) passed++;
        else complaints.push({ where: `${version} ${config}`, text });
      }
    }
    return { passed, failed: complaints.length, lines: summarize(complaints) };
  };
}

interface Complaint {
  readonly where: string;
  readonly text: string;
}

/** Says once what several compilers say. */
function summarize(complaints: Complaint[]): string[] {
  const places = new Map<string, string[]>();
  for (const { where, text } of complaints) {
    places.set(text, [...places.get(text) ?? [], where]);
  }
  return [...places].map(([text, where]) =>
    `TypeScript ${where.join(", ")}\n${text.trim()}`
  );
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

/** Installs a compiler; the names of the configurations to try. */
async function prepare(
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
  return RESOLUTIONS.flatMap((resolution) =>
    PLATFORMS.map((platform) =>
      writeConfig(folder, { ...resolution, ...platform })
    )
  );
}

function writeConfig(
  folder: string,
  options: typeof RESOLUTIONS[number] & typeof PLATFORMS[number],
): string {
  const platform = options.types[0] ?? "dom";
  const path = `${options.moduleResolution}-${platform}.json`;
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
}

/** What the compiler says, unless it is content. */
async function compile(
  { folder }: Installation,
  config: string,
): Promise<string | undefined> {
  const { success, stdout } = await new Deno.Command("node_modules/.bin/tsc", {
    args: ["-p", config],
    cwd: folder,
  }).output();
  return success ? undefined : new TextDecoder().decode(stdout);
}
