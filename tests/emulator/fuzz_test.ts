import { Run } from "./fuzz_run.ts";
import { SETTINGS } from "./fuzz_settings.ts";

/** 20,000 requests in all. */
const RUNS = 16;
const STEPS = 209;

// A promise that is rejected and that nobody waits for fails the test by itself.
for (const name of Object.keys(SETTINGS)) {
  Deno.test(`emulator answers whatever is sent to it with ${name}`, async () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      await new Run(name, seed).go(STEPS, (fault) => {
        throw new Error(fault);
      });
    }
  });
}
