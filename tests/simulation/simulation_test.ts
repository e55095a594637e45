/** The simulation itself, some hundred seeds of it; `deno task simulate` has more. */
import { assert, assertEquals } from "@std/assert";
import { addCounts, type Counts, missingKinds } from "./coverage.ts";
import { runSeed, stepsOf } from "./run.ts";

/** All of these are run, and more only as long as something has not occurred. */
const SEEDS = 200;
const MOST_SEEDS = 1_000;

Deno.test("simulation: all promises are kept, whatever occurs", async () => {
  const counts: Counts = new Map();
  const isDone = (seed: number) =>
    seed > MOST_SEEDS || seed > SEEDS && missingKinds(counts).length === 0;
  for (let seed = 1; !isDone(seed); seed++) {
    const result = await runSeed(seed);
    addCounts(counts, result.counts);
    assertEquals(result.violation, undefined, `seed ${seed}`);
  }
  assertEquals(missingKinds(counts), []);
});

Deno.test("runSeed() gives the same trace whatever was run before", async () => {
  const first = await runSeed(12, { isTraced: true });
  await runSeed(13);
  const second = await runSeed(12, { isTraced: true });
  assert(first.trace.length > 100);
  assertEquals(second.trace, first.trace);
  const other = await runSeed(14, { isTraced: true });
  assert(other.trace.join() !== first.trace.join());
});

Deno.test("runSeed() takes as many steps as its seed says, or as it is told", async () => {
  const lengths = Array.from({ length: 200 }, (_, seed) => stepsOf(seed));
  assertEquals([...new Set(lengths)].sort((a, b) => a - b), [20, 50, 150]);
  for (const length of [20, 50, 150]) {
    const seed = lengths.indexOf(length);
    assertEquals((await runSeed(seed)).step, length);
  }
  assertEquals((await runSeed(12, { steps: 7 })).step, 7);
});

Deno.test("runSeed() leaves the platform as it was", async () => {
  const { setTimeout, clearTimeout, Headers, Response } = globalThis;
  const { getRandomValues } = crypto;
  await runSeed(15, { steps: 5 });
  assertEquals(globalThis.setTimeout, setTimeout);
  assertEquals(globalThis.clearTimeout, clearTimeout);
  assertEquals(globalThis.Headers, Headers);
  assertEquals(globalThis.Response, Response);
  assertEquals(crypto.getRandomValues, getRandomValues);
});
