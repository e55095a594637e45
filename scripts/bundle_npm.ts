/**
 * Joins the modules of the built npm package into one file per entry and one
 * per part that entries share: importing a hundred small files costs more than
 * everything in them.
 *
 * Names stay, comments go; the declarations keep both. What the library loads
 * by `import()` stays apart.
 */
import { type GetModuleInfo, type Plugin, rollup } from "@rollup/wasm-node";
import { stop, transform } from "esbuild";
import { resolve } from "node:path";

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
    preserveEntrySignatures: "strict",
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
 * What several entries load goes to one chunk, what only one entry and lazy
 * parts load to a chunk of that entry: an entry is there with three files,
 * whatever it shares.
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
  const lazy = new Map<string, Set<string>>();
  const addLazy = (ids: Set<string>): void => {
    for (const id of ids) {
      for (const part of getModuleInfo(id)!.dynamicallyImportedIds) {
        if (!isOwn(part) || lazy.has(part)) continue;
        const loaded = loadedAtOnce(part, getModuleInfo);
        lazy.set(part, loaded);
        addLazy(loaded);
      }
    }
  };
  entries.forEach(addLazy);
  for (const id of entries.flatMap((ids) => [...ids])) {
    const loaders = inputs.filter((_, index) => entries[index]!.has(id));
    if (loaders.length > 1) chunks.set(id, sharedName(loaders));
    else if ([...lazy.values()].some((ids) => ids.has(id))) {
      chunks.set(id, chunkName(loaders[0]!));
    }
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

/** The emulator's own goes to no chunk of the client. */
function sharedName(loaders: readonly string[]): string {
  return loaders.every((name) => name.startsWith("lib/emulator/"))
    ? "emulator"
    : "core";
}

/** `client` of `mod`, `api` of `lib/api/mod`, `emulator_main` of the program. */
function chunkName(entry: string): string {
  const [name, part] = entry.replace(/^lib\//, "").split("/");
  if (part === undefined) return "client";
  return part === "mod" ? name! : `${name}_${part}`;
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
