/** Finds out which steps of a failing seed matter. */
import { type RunResult, runSeed, stepsOf } from "./run.ts";

/** Runs are cheap, but not for nothing. */
const MAX_RUNS = 150;

/**
 * Leaves out steps as long as the same check fails.
 *
 * @param failed The run that broke a promise.
 * @param steps How many steps it had.
 * @param run Runs the seed again.
 * @returns The smallest run that was found, with its trace.
 */
export async function shrink(
  failed: RunResult,
  steps: number = stepsOf(failed.seed),
  run: typeof runSeed = runSeed,
): Promise<RunResult> {
  const { seed, violation } = failed;
  const without = new Set<number>();
  for (let i = failed.step + 1; i < steps; i++) without.add(i);
  let runs = 0;
  for (let size = failed.step >> 1 || 1; size > 0; size >>= 1) {
    for (let start = 0; start <= failed.step; start += size) {
      const more = new Set(without);
      for (let i = start; i < start + size && i <= failed.step; i++) {
        more.add(i);
      }
      if (more.size === without.size || runs++ > MAX_RUNS) continue;
      const result = await run(seed, { steps, without: more });
      if (result.violation?.check !== violation?.check) continue;
      for (const step of more) without.add(step);
    }
  }
  return await run(seed, { steps, without, isTraced: true });
}
