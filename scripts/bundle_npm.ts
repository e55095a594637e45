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
 * A module that several entries or lazy parts need goes to the chunk named
 * after the first entry that loads it: an entry is there with a few files,
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
  const lazy = new Set(
    entries.flatMap((ids) => [...ids])
      .flatMap((id) => getModuleInfo(id)!.dynamicallyImportedIds)
      .filter(isOwn),
  );
  const parts = [
    ...entries,
    ...[...lazy].map((id) => loadedAtOnce(id, getModuleInfo)),
  ];
  entries.forEach((ids, index) => {
    for (const id of ids) {
      if (chunks.has(id) || lazy.has(id)) continue;
      if (parts.filter((each) => each.has(id)).length < 2) continue;
      chunks.set(id, chunkName(inputs[index]!));
    }
  });
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

function chunkName(entry: string): string {
  const words = entry.split("/").filter((word) => word !== "lib");
  return words.length === 1 ? "core" : words[0]!;
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
