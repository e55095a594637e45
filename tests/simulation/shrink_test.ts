import { assertEquals } from "@std/assert";
import type { RunOptions, RunResult } from "./run.ts";
import { shrink } from "./shrink.ts";

const VIOLATION = { promise: 1, check: "kept", message: "" } as const;

/** A seed that breaks a promise where some steps are all taken. */
function runBreaking(needed: readonly number[], isOther = false) {
  const runs: RunOptions[] = [];
  const run = (seed: number, options: RunOptions = {}): Promise<RunResult> => {
    runs.push(options);
    const isBroken = needed.every((step) => !options.without?.has(step));
    const other = isOther ? { ...VIOLATION, check: "other" } : undefined;
    const violation = isBroken ? VIOLATION : other;
    const step = needed.at(-1)!;
    return Promise.resolve({
      seed,
      violation,
      step,
      trace: [],
      counts: new Map(),
    });
  };
  return { run, runs };
}

function taken({ without }: RunOptions, steps: number): readonly number[] {
  return Array.from({ length: steps }, (_, step) => step)
    .filter((step) => !without?.has(step));
}

for (const isOther of [false, true]) {
  const name = isOther ? "breaks another promise" : "keeps all promises";
  Deno.test(`shrink() keeps what matters where the rest ${name}`, async () => {
    const { run, runs } = runBreaking([17, 80], isOther);
    const failed = await run(7);
    const shrunk = await shrink(failed, 100, run);
    assertEquals(shrunk.violation, VIOLATION);
    const last = runs.at(-1)!;
    assertEquals(last.isTraced, true);
    assertEquals(taken(last, 100), [17, 80]);
  });
}

Deno.test("shrink() of what one step breaks leaves that one", async () => {
  const { run, runs } = runBreaking([0]);
  await shrink(await run(7), 100, run);
  assertEquals(taken(runs.at(-1)!, 100), [0]);
});
