/**
 * Joins the modules of the built npm package into one file per entry and one
 * that they share: importing a hundred small files costs more than
 * everything in them.
 *
 * Names stay, comments go; the declarations keep both. What the library loads
 * by `import()` stays apart.
 */
import { type GetModuleInfo, type Plugin, rollup } from "@rollup/wasm-node";
import { stop, transform } from "esbuild";
import { resolve } from "node:path";

const PROGRAM = "lib/emulator/main";

/** Bundles `esm/` of the package in a folder; entries as paths from there. */
export async function bundlePackage(
  folder: string,
  entries: Record<string, string>,
): Promise<void> {
  const root = resolve(folder, "esm");
  const inputs = Object.values(entries)
    .map((path) => path.replace(/^\.\//, "").replace(/\.ts$/, ""));
  const chunks = new Map<string, string>();
  const bundle = await rollup({
    input: Object.fromEntries(
      inputs.map((name) => [name, `${root}/${name}.js`]),
    ),
    external: (id) => !isOwn(id),
    treeshake: { moduleSideEffects: false },
    // Lazy parts take from an entry's file more than it declares, under names
    // of one letter.
    preserveEntrySignatures: "allow-extension",
    plugins: [withoutComments()],
  });
  const { output } = await bundle.generate({
    format: "es",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
    hoistTransitiveImports: false,
    manualChunks: (id, { getModuleInfo }) => {
      if (chunks.size === 0) assignChunks(chunks, root, inputs, getModuleInfo);
      return chunks.get(id);
    },
  });
  await bundle.close();
  await stop();
  await removeModules(root);
  await Deno.mkdir(`${root}/chunks`);
  for (const file of output) {
    if (file.type !== "chunk") throw new Error(`Unexpected ${file.fileName}`);
    await Deno.writeTextFile(`${root}/${file.fileName}`, file.code);
  }
}

/**
 * What several entries load goes to one chunk, and what only one entry loads
 * into its own file, whatever lazy parts use of it: an entry is there with two
 * files. The program is left to the bundler: nobody imports it, and what a
 * lazy part shares with it must not start it.
 */
function assignChunks(
  chunks: Map<string, string>,
  root: string,
  inputs: readonly string[],
  getModuleInfo: GetModuleInfo,
): void {
  const entries = inputs.map((name) =>
    loadedAtOnce(`${root}/${name}.js`, getModuleInfo)
  );
  for (const id of entries.flatMap((ids) => [...ids])) {
    const loaders = inputs.filter((_, index) => entries[index]!.has(id));
    if (loaders.length > 1) chunks.set(id, sharedName(loaders));
    else if (loaders[0] !== PROGRAM) chunks.set(id, loaders[0]!);
  }
}

/** A module and everything that it imports statically. */
function loadedAtOnce(
  entry: string,
  getModuleInfo: GetModuleInfo,
): Set<string> {
  const found = new Set([entry]);
  for (const id of found) {
    for (const imported of getModuleInfo(id)!.importedIds) {
      if (isOwn(imported)) found.add(imported);
    }
  }
  return found;
}

function isOwn(id: string): boolean {
  return /^[./]/.test(id);
}

/** The emulator's own goes to no chunk of the client; its program imports it. */
function sharedName(loaders: readonly string[]): string {
  return loaders.every((name) => name.startsWith("lib/emulator/"))
    ? "lib/emulator/mod"
    : "core";
}

function withoutComments(): Plugin {
  return {
    name: "without-comments",
    async renderChunk(code) {
      const { code: bare } = await transform(code, {
        format: "esm",
        target: "es2022",
        legalComments: "none",
      });
      return { code: bare, map: null };
    },
  };
}

/** Declarations stay where the exports map says. */
async function removeModules(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) await removeModules(`${folder}/${name}`);
    else if (name.endsWith(".js")) await Deno.remove(`${folder}/${name}`);
  }
}
