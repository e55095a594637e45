// What a process holds after it has refused many requests: only a whole process can tell.
import { assert, assertEquals } from "@std/assert";

const REFUSER = new URL("./refuse_many.ts", import.meta.url).pathname;
/** What a process itself varies by; the smallest record kept of each request would be more. */
const SLACK = 400_000;

Deno.test("emulator holds nothing of requests that it refused", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--v8-flags=--expose-gc", REFUSER],
    stdout: "piped",
  }).output();
  assertEquals(code, 0);
  const { count, bytes } = JSON.parse(new TextDecoder().decode(stdout));
  assert(bytes < SLACK, `${bytes} bytes after ${count} refused requests`);
});
