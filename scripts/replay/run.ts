/**
 * Runs the flows of a recording: once as recorded, once more over fresh stores without the API version header.
 *
 * @module
 */
import { FlowRun, type StepResult } from "./flow_run.ts";
import { createIssuer, type Issuer } from "./issuer.ts";
import type { Report } from "./report.ts";
import type { System } from "./system.ts";
import type { Flow, Transcripts } from "./types.ts";

/** Which flows are run. */
export interface Selection {
  flow?: string | undefined;
  group?: string | undefined;
}

/** The chosen flows, in the order of the recording. */
export function selectFlows(
  flows: readonly Flow[],
  { flow, group }: Selection,
): Flow[] {
  return flows.filter(({ name, group: own }) =>
    (flow ?? name) === name && (group ?? own) === own
  );
}

/** The flows that one server can answer: those of the instance of the first one. */
export function flowsOfOneInstance(
  flows: readonly Flow[],
): { flows: Flow[]; notes: string[] } {
  const config = flows[0]?.entries[0]?.config;
  const fit = flows.filter((flow) =>
    flow.entries.every((entry) => entry.config === config)
  );
  const left = flows.filter((flow) => !fit.includes(flow)).map(({ name }) =>
    name
  );
  const note = `Only flows of the instance ${config} are run; left out: ${
    left.join(", ")
  }`;
  return { flows: fit, notes: left.length === 0 ? [] : [note] };
}

/** Replays flows against systems made by `createSystem`, one for each pass; `isFresh` false: only once, as recorded. */
export async function replay(
  transcripts: Transcripts,
  flows: readonly Flow[],
  createSystem: (issuer: Issuer) => System,
  isFresh = true,
): Promise<Report> {
  const issuer = await createIssuer(transcripts.constants.idpPublicKey);
  const pass = async (plain: boolean): Promise<StepResult[]> => {
    const system = createSystem(issuer);
    const results: StepResult[] = [];
    for (const flow of flows) {
      results.push(
        ...await new FlowRun(flow, { transcripts, system, issuer, plain })
          .run(),
      );
    }
    return results;
  };
  const main = await pass(false);
  if (isFresh) return { main, plain: await pass(true), notes: [] };
  return {
    main,
    plain: [],
    notes: [
      "The pass without the API version header needs a fresh database: left out",
    ],
  };
}
