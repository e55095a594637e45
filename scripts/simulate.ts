/**
 * Runs clients, tabs, storages and a server in virtual time, a world for each
 * seed, and holds the promises about sessions after every step. Whoever breaks
 * one is printed as seed, promise and the shortest trace that was found.
 *
 *   deno task simulate                         seeds 1 to 1000
 *   deno task simulate --seeds 5000            seeds 1 to 5000
 *   deno task simulate --seeds 100 --seed 7    seeds 7 to 106
 *   deno task simulate --seed 42               one seed, with its trace
 *
 *   --report       print what has occurred, and how often
 *   --promise N    heed this promise alone, and print no trace
 *   --steps N      have so many steps in every seed; the seed decides by default
 *   --stop         end at the first seed that breaks a promise
 *   --workers N    use so many processors; all of them by default
 */
import {
  addCounts,
  type Counts,
  KINDS,
  missingKinds,
} from "../tests/simulation/coverage.ts";
import { type RunResult, runSeed } from "../tests/simulation/run.ts";
import { shrink } from "../tests/simulation/shrink.ts";
import type { Chunk, ChunkResult } from "./simulate_worker.ts";

/** Few enough to end together, enough to hardly ever wait. */
const CHUNK = 25;
/** With so many seeds everything is to have occurred. */
const ENOUGH = 1_000;
/** More would tell nothing new. */
const MAX_TRACES = 3;

const seed = numberAfter("--seed");
const seeds = numberAfter("--seeds") ?? (seed === undefined ? 1_000 : 1);
const promise = numberAfter("--promise");
const steps = numberAfter("--steps");
const isTraced = seed !== undefined && seeds === 1;

const started = performance.now();
const counts: Counts = new Map();
const failures = isTraced ? await runOne(seed) : await runAll(seed ?? 1);
const seconds = (performance.now() - started) / 1000;
for (const failure of failures.slice(0, MAX_TRACES)) {
  describe(failure);
  if (!promise) console.log((await shrink(failure, steps)).trace.join("\n"));
}
if (Deno.args.includes("--report")) printCounts();
const missing = seeds < ENOUGH || failures.length > 0
  ? []
  : missingKinds(counts);
for (const kind of missing) console.log(`Never occurred: ${kind}`);
const failed = failures.length + missing.length;
console.log(`${Math.round(seeds / seconds)} seeds a second`);
console.log(`${seeds - failures.length} passed, ${failed} failed`);
Deno.exit(failed > 0 ? 1 : 0);

async function runOne(seed: number): Promise<readonly RunResult[]> {
  const result = await runSeed(seed, { isTraced, steps });
  addCounts(counts, result.counts);
  if (result.violation) return [result];
  console.log(result.trace.join("\n"));
  return [];
}

/** Lowest seed first, in whatever order the workers end. */
async function runAll(first: number): Promise<readonly RunResult[]> {
  const isStopping = Deno.args.includes("--stop");
  const chunks = splitUp(first, first + seeds - 1, {
    isStopping,
    promise,
    steps,
  });
  const failures: RunResult[] = [];
  const width = numberAfter("--workers") ?? navigator.hardwareConcurrency;
  const workers = Array.from({ length: width }, async () => {
    const url = new URL("./simulate_worker.ts", import.meta.url);
    const worker = new Worker(url, { type: "module" });
    for (const chunk of chunks) {
      const result = await ask(worker, chunk);
      addCounts(counts, result.counts);
      failures.push(...result.failures);
      // Lower seeds have all been given out.
      if (isStopping && failures.length > 0) break;
    }
    worker.terminate();
  });
  await Promise.all(workers);
  failures.sort((a, b) => a.seed - b.seed);
  return isStopping ? failures.slice(0, 1) : failures;
}

/** Shared by all workers: each chunk is given out once. */
function* splitUp(
  first: number,
  last: number,
  how: Pick<Chunk, "isStopping" | "promise" | "steps">,
): Generator<Chunk, void> {
  for (let at = first; at <= last; at += CHUNK) {
    yield { first: at, last: Math.min(at + CHUNK - 1, last), ...how };
  }
}

function ask(worker: Worker, chunk: Chunk): Promise<ChunkResult> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<ChunkResult>) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(chunk);
  });
}

function describe({ seed, step, violation }: RunResult): void {
  console.log(
    `seed ${seed}, step ${step}: promise ${violation?.promise} is broken, ` +
      `${violation?.check}: ${violation?.message}`,
  );
}

function printCounts(): void {
  for (const kind of KINDS) {
    console.log(`${String(counts.get(kind) ?? 0).padStart(9)} ${kind}`);
  }
}

function numberAfter(flag: string): number | undefined {
  const at = Deno.args.indexOf(flag);
  if (at < 0) return undefined;
  const value = Number(Deno.args[at + 1]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`${flag} needs a number`);
  Deno.exit(2);
}
