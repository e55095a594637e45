import { assertEquals } from "@std/assert";
import { unusedListings } from "./fuzz_listed.ts";
import { Run } from "./fuzz_run.ts";
import { SETTINGS } from "./fuzz_settings.ts";

/** 20,000 requests in all. */
const RUNS = 16;
const STEPS = 209;

const done = new Map<string, Promise<void>>();

/** Sends the requests of all seeds with some settings, once. */
function send(name: string): Promise<void> {
  const running = done.get(name) ?? sendAll(name);
  done.set(name, running);
  return running;
}

async function sendAll(name: string): Promise<void> {
  for (let seed = 1; seed <= RUNS; seed++) {
    await new Run(name, seed).go(STEPS, (fault) => {
      throw new Error(fault);
    });
  }
}

// A promise that is rejected and that nobody waits for fails the test by itself.
for (const name of Object.keys(SETTINGS)) {
  Deno.test(`emulator answers whatever is sent to it with ${name}`, async () => {
    await send(name);
  });
}

Deno.test("emulator really does all that is listed as what it may do", async () => {
  for (const name of Object.keys(SETTINGS)) await send(name);
  assertEquals(unusedListings(), []);
});
