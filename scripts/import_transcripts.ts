/**
 * Copies a directory of recorded exchanges into `tests/transcripts/data/`, so that the tests run on a machine that has only
 * this repository. Nothing is left out but white space; files that are not JSON (drawings, notes) are not copied.
 *
 * Usage: `deno run -R -W scripts/import_transcripts.ts DIR`
 *
 * @module
 */

/** What must not get into the repository: places that exist only on the machine of the recording. */
const PRIVATE = /(?:^|[\s"'(])\/(?:home|root|work|opt|tmp|Users)\/[\w.-]/;

/** The text of a JSON file without white space; throws where it names a private path. */
export function compact(text: string): string {
  const json = JSON.stringify(JSON.parse(text));
  const found = PRIVATE.exec(json);
  if (found !== null) {
    throw new Error(`A private path in the data: ${found[0]}`);
  }
  return json + "\n";
}

async function importDirectory(from: string, to: URL): Promise<number> {
  await Deno.mkdir(to, { recursive: true });
  let count = 0;
  for await (const entry of Deno.readDir(from)) {
    if (!entry.isFile || !entry.name.endsWith(".json")) continue;
    const text = await Deno.readTextFile(`${from}/${entry.name}`);
    await Deno.writeTextFile(new URL(entry.name, to), compact(text));
    count++;
  }
  return count;
}

if (import.meta.main) {
  const [from] = Deno.args;
  if (from === undefined) {
    console.error("Usage: import_transcripts.ts DIR");
    Deno.exit(2);
  }
  const count = await importDirectory(
    from,
    new URL("../tests/transcripts/data/", import.meta.url),
  );
  console.log(`${count} files`);
}
