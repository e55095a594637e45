/** Reads and applies the patches of the mutants: strictly, by what they replace. */

/** Some lines in the place of others. */
interface Hunk {
  readonly before: string;
  readonly after: string;
}

/** A patch to one file. */
export interface Patch {
  readonly name: string;
  /** What it breaks, in a sentence. */
  readonly what: string;
  /** The promise that is to catch it. */
  readonly promise: number;
  readonly path: string;
  readonly hunks: readonly Hunk[];
}

/**
 * Reads a patch: a sentence, the promise, a unified diff of one file.
 *
 * @param name Its file's name; begins with the promise, as in `p01_`.
 * @param text Its file's text.
 * @throws {Error} When it is none.
 */
export function parsePatch(name: string, text: string): Patch {
  const [head = "", ...parts] = text.split(/^@@.*\n/m);
  const [, what = "", promise, path = ""] =
    /^(.+\.)\nCaught by promise (\d+)\.\n\n--- a\/(.+)\n\+\+\+ b\/\3\n$/
      .exec(head) ?? [];
  const isNamed = name.startsWith(`p${String(promise).padStart(2, "0")}_`);
  if (!isNamed || parts.length === 0) throw new Error(`${name} is no patch`);
  const hunks = parts.map((part) => ({
    before: side(part, "-"),
    after: side(part, "+"),
  }));
  return { name, what, promise: Number(promise), path, hunks };
}

/** The lines of a hunk that are on one side, or on both. */
function side(hunk: string, sign: "-" | "+"): string {
  return hunk.split("\n").slice(0, -1)
    .filter((line) => line.startsWith(" ") || line.startsWith(sign))
    .map((line) => `${line.slice(1)}\n`).join("");
}

/**
 * Applies a patch.
 *
 * @param patch The patch.
 * @param text The file as it is.
 * @returns The file as it is to be.
 * @throws {Error} When the lines to replace are not there, or more than once.
 */
export function applyPatch({ name, path, hunks }: Patch, text: string): string {
  for (const { before, after } of hunks) {
    const parts = text.split(before);
    if (parts.length !== 2 || before === after) {
      throw new Error(`${name} no longer applies to ${path}`);
    }
    text = parts.join(after);
  }
  return text;
}

/** All patches, by name. */
export async function readPatches(folder: URL): Promise<readonly Patch[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".patch")) names.push(name);
  }
  return await Promise.all(
    names.sort().map(async (name) => {
      const text = await Deno.readTextFile(new URL(name, folder));
      return parsePatch(name.replace(".patch", ""), text);
    }),
  );
}
