/**
 * Runs clients, tabs, storages and a server in virtual time, a world for each
 * seed, and holds the promises about sessions after every step.
 *
 *   deno task simulate --seeds 5000            seeds 1 to 5000
 *   deno task simulate --seed 42               one seed, with its trace
 */
import { runSeed } from "../tests/simulation/run.ts";
import { shrink } from "../tests/simulation/shrink.ts";

const single = numberAfter("--seed");
const seeds = numberAfter("--seeds") ?? 1_000;
const first = single ?? 1;
const last = single ?? seeds;

const started = performance.now();
let failed = 0;
for (let seed = first; seed <= last; seed++) {
  const isTraced = single !== undefined;
  const result = await runSeed(seed, { isTraced });
  const { violation, step } = result;
  if (!violation) {
    if (isTraced) console.log(result.trace.join("\n"));
    continue;
  }
  failed++;
  console.log(`seed ${seed}, step ${step}: ${JSON.stringify(violation)}`);
  console.log((await shrink(result)).trace.join("\n"));
}
const count = last - first + 1;
const seconds = (performance.now() - started) / 1000;
console.log(`${Math.round(count / seconds)} seeds a second`);
console.log(`${count - failed} passed, ${failed} failed`);
Deno.exit(failed > 0 ? 1 : 0);

function numberAfter(flag: string): number | undefined {
  const at = Deno.args.indexOf(flag);
  if (at < 0) return undefined;
  const value = Number(Deno.args[at + 1]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`${flag} needs a number`);
  Deno.exit(2);
}
