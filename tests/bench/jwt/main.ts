/** The two ways to run the cases: from within, and one by one by request. */
import { type Case, createCases } from "./cases.ts";
import {
  type Figures,
  measureInTurns,
  type MeasureOptions,
  type Meter,
} from "./measure.ts";
import type { Peers } from "./peers.ts";

/** A case and what it came to. */
export interface Result extends Pick<Case, "group" | "name"> {
  readonly figures: Figures;
}

interface ProcessLike {
  cpuUsage(): { readonly user: number; readonly system: number };
}

/** Measures all cases in this process. */
export async function runInProcess(
  peers: Peers,
  options: MeasureOptions,
): Promise<Result[]> {
  const cases = await createCases(peers);
  const { process } = globalThis as unknown as { process: ProcessLike };
  const readCpu = () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  };
  const meter: Meter<Case> = {
    async measure({ run }, count) {
      const [cpu, wall] = [readCpu(), performance.now()];
      await run(count);
      return {
        wall: (performance.now() - wall) * 1000,
        cpu: readCpu() - cpu,
      };
    },
  };
  const figures = await measureInTurns(cases, meter, options);
  return cases.map(({ group, name }, i) => ({
    group,
    name,
    figures: figures[i] as Figures,
  }));
}

/**
 * A Worker's handler: lists the cases, or runs one. Clocks stand still within
 * a Worker, so that whoever asks has to look at his own.
 */
export function createHandler(
  peers: Peers,
): (request: Request) => Promise<Response> {
  let cases: readonly Case[] | undefined;
  return async (request) => {
    cases ??= await createCases(peers);
    const { searchParams } = new URL(request.url);
    const index = searchParams.get("case");
    if (index === null) {
      return Response.json(cases.map(({ group, name }) => ({ group, name })));
    }
    await cases[Number(index)]?.run(Number(searchParams.get("count")));
    return new Response("done");
  };
}
