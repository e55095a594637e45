/** Measures the client in this process. */
import { memoryStorage } from "../../../mod.ts";
import {
  measureInTurns,
  type MeasureOptions,
  type Meter,
} from "../jwt/measure.ts";
import { type Case, createPairs, makeClient } from "./cases.ts";

/** What one case costs over the bare operation. */
export interface Result {
  readonly name: string;
  /** What was subtracted. */
  readonly bareName: string;
  /** Microseconds; medians of the time that passed. */
  readonly oursUs: number;
  readonly bareUs: number;
  readonly maxUs: number;
  /** Whether it makes a request. */
  readonly isRequest: boolean;
}

/** All figures of a run. */
export interface Report {
  readonly results: readonly Result[];
  /** Bytes for one client, not yet used. */
  readonly clientBytes: number;
}

interface Host {
  /** Only where it is exposed. */
  readonly gc: () => void;
  readonly process: { memoryUsage(): { readonly heapUsed: number } };
}

const METER: Meter<Case> = {
  async measure({ run }, count) {
    const start = performance.now();
    await run(count);
    const wall = (performance.now() - start) * 1000;
    return { wall, cpu: wall };
  },
};

/** Measures everything; cases take turns. */
export async function runInProcess(options: MeasureOptions): Promise<Report> {
  const pairs = await createPairs();
  const cases = pairs.flatMap(({ ours, bare }) => [ours, bare]);
  const figures = await measureInTurns(cases, METER, options);
  const results = pairs.map(({ ours, bare, maxUs, isRequest = false }, i) => ({
    name: ours.name,
    bareName: bare.name,
    oursUs: figures[2 * i]?.medianWall ?? NaN,
    bareUs: figures[2 * i + 1]?.medianWall ?? NaN,
    maxUs,
    isRequest,
  }));
  return { results, clientBytes: measureClient() };
}

/** The heap before and after making many. */
function measureClient(): number {
  const { gc, process } = globalThis as unknown as Host;
  const count = 20_000;
  const storage = memoryStorage();
  const clients: unknown[] = new Array(count).fill(null);
  clients[0] = makeClient(storage);
  gc();
  const before = process.memoryUsage().heapUsed;
  for (let i = 1; i < count; i++) clients[i] = makeClient(storage);
  gc();
  const bytes = process.memoryUsage().heapUsed - before;
  return clients.length === count ? bytes / (count - 1) : NaN;
}
