// Runs `deno pack` and reads the archive that it writes.

const BLOCK = 512;

/** The files of the package that Deno makes, by name. */
export async function packFiles(): Promise<Map<string, string>> {
  const archive = await Deno.makeTempFile({ suffix: ".tgz" });
  try {
    await pack(archive);
    const packed = (await Deno.open(archive)).readable
      .pipeThrough(new DecompressionStream("gzip"));
    return readTar(new Uint8Array(await new Response(packed).arrayBuffer()));
  } finally {
    await Deno.remove(archive);
  }
}

async function pack(archive: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    // Source maps would hold the absolute paths of this machine.
    args: ["pack", "--allow-dirty", "--no-source-maps", "-o", archive],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

function readTar(bytes: Uint8Array): Map<string, string> {
  const files = new Map<string, string>();
  const text = (start: number, length: number): string =>
    new TextDecoder().decode(bytes.subarray(start, start + length));
  const field = (start: number, length: number): string =>
    text(start, length).replace(/\0.*$/s, "");
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0;) {
    const size = parseInt(field(at + 124, 12), 8);
    const prefix = field(at + 345, 155);
    const name = (prefix ? `${prefix}/` : "") + field(at, 100);
    files.set(name.replace(/^package\//, ""), text(at + BLOCK, size));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
