/**
 * Sends the emulator random requests under all settings and prints each fault
 * with what repeats it. The tests do the same with fixed seeds.
 *
 *   deno task fuzz --seeds 50              seeds 1 to 50
 *   deno task fuzz --seed 1000 --seeds 50  seeds 1000 to 1049
 *   deno task fuzz --steps 2000            longer runs (209 requests by default)
 */
import { Run } from "../tests/emulator/fuzz_run.ts";
import { SETTINGS } from "../tests/emulator/fuzz_settings.ts";

const first = numberAfter("--seed") ?? 1;
const seeds = numberAfter("--seeds") ?? 16;
const steps = numberAfter("--steps") ?? 209;

let failed = 0;
let requests = 0;
for (let seed = first; seed < first + seeds; seed++) {
  for (const name of Object.keys(SETTINGS)) {
    let faults = 0;
    await new Run(name, seed).go(steps, (fault) => {
      faults++;
      console.log(`${fault}\n`);
    });
    requests += steps;
    if (faults > 0) failed++;
  }
}
const runs = seeds * Object.keys(SETTINGS).length;
console.log(`${requests} requests`);
console.log(`${runs - failed} passed, ${failed} failed`);
Deno.exit(failed > 0 ? 1 : 0);

function numberAfter(flag: string): number | undefined {
  const at = Deno.args.indexOf(flag);
  if (at < 0) return undefined;
  const value = Number(Deno.args[at + 1]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`${flag} needs a number`);
  Deno.exit(2);
}
