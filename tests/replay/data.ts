import { loadTranscripts } from "../../scripts/replay/load.ts";
import type { Entry, Flow, Transcripts } from "../../scripts/replay/types.ts";

/** The recorded exchanges that are kept in this repository. */
export function recorded(): Promise<Transcripts> {
  return loadTranscripts(new URL("../transcripts/data/", import.meta.url));
}

/** A flow by its name. */
export function flowNamed(transcripts: Transcripts, name: string): Flow {
  return transcripts.flows.find((flow) => flow.name === name)!;
}

/** An entry of a flow by its name. */
export function entryNamed(flow: Flow, name: string): Entry {
  return flow.entries.find((entry) => entry.name === name)!;
}
