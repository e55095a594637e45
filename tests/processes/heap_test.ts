/** Clients that are no longer used leave nothing behind in the process. */
import { assert } from "@std/assert";

const PROGRAM = new URL("./heap_program.ts", import.meta.url).pathname;
/** 10,000 clients that were kept would come to more than ten times as much. */
const MOST_BYTES = 3_000_000;

async function measureGrowth(how: string): Promise<number> {
  const flags = ["--v8-flags=--expose-gc", "--no-check"];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", ...flags, PROGRAM, how],
  }).output();
  const decoder = new TextDecoder();
  assert(success, decoder.decode(stderr));
  return Number(decoder.decode(stdout));
}

for (const how of ["disposed", "dropped"]) {
  Deno.test(`10,000 clients that are used and ${how} leave the heap flat`, async () => {
    const growth = await measureGrowth(how);
    assert(growth < MOST_BYTES, `The heap has grown by ${growth} bytes`);
  });
}
