/** Runs seeds for `simulate.ts` on a processor of its own. */
/// <reference lib="deno.worker" />
import { addCounts, type Counts } from "../tests/simulation/coverage.ts";
import { type RunResult, runSeed } from "../tests/simulation/run.ts";

/** Seeds to run. */
export interface Chunk {
  readonly first: number;
  readonly last: number;
  /** Whether the first broken promise is enough. */
  readonly isStopping: boolean;
  /** The only promise to heed; all if undefined. */
  readonly promise: number | undefined;
  /** How many steps each seed has; the seed decides if undefined. */
  readonly steps: number | undefined;
}

/** What became of them. */
export interface ChunkResult {
  readonly chunk: Chunk;
  readonly failures: readonly RunResult[];
  readonly counts: Counts;
}

self.onmessage = async ({ data }: MessageEvent<Chunk>) =>
  self.postMessage(await runChunk(data));

async function runChunk(chunk: Chunk): Promise<ChunkResult> {
  const failures: RunResult[] = [];
  const counts: Counts = new Map();
  const { steps } = chunk;
  for (let seed = chunk.first; seed <= chunk.last; seed++) {
    const result = await runSeed(seed, { steps });
    addCounts(counts, result.counts);
    const { promise } = result.violation ?? {};
    if (!promise || promise !== (chunk.promise ?? promise)) continue;
    failures.push(result);
    if (chunk.isStopping) break;
  }
  return { chunk, failures, counts };
}
