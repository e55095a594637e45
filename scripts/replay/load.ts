/**
 * Reads a directory of recorded exchanges.
 *
 * @module
 */
import type { Constants, Entry, Flow, Instance, Transcripts } from "./types.ts";

/** Reads all groups of a directory (a path or a `file:` URL); flows come in the order in which they were recorded. */
export async function loadTranscripts(
  directory: string | URL,
): Promise<Transcripts> {
  const base = directory instanceof URL ? directory : toUrl(directory);
  const entries: Entry[] = [];
  for await (const file of Deno.readDir(base)) {
    if (!file.isFile || !/^[^_].*\.json$/.test(file.name)) continue;
    const group = await readJson(base, file.name) as { exchanges: Entry[] };
    entries.push(...group.exchanges);
  }
  const { flowOrder } = await readJson(base, "_index.json") as {
    flowOrder: string[];
  };
  return {
    flows: groupFlows(entries, flowOrder),
    instances: await readJson(base, "_instances.json") as Record<
      string,
      Instance
    >,
    constants: await readJson(base, "_constants.json") as Constants,
  };
}

function toUrl(directory: string): URL {
  const absolute = directory.startsWith("/")
    ? directory
    : `${Deno.cwd()}/${directory}`;
  const path = encodeURI(absolute).replaceAll("#", "%23").replaceAll(
    "?",
    "%3F",
  );
  return new URL(`file://${path}${path.endsWith("/") ? "" : "/"}`);
}

async function readJson(base: URL, name: string): Promise<unknown> {
  return JSON.parse(await Deno.readTextFile(new URL(name, base)));
}

/** Flows in the given order; flows that it does not name come last. */
export function groupFlows(
  entries: readonly Entry[],
  order: readonly string[],
): Flow[] {
  const flows = new Map<string, Flow>(
    order.map((name) => [name, { name, group: "", entries: [] }]),
  );
  for (const entry of entries) {
    let flow = flows.get(entry.flow);
    if (flow === undefined) {
      flows.set(
        entry.flow,
        flow = { name: entry.flow, group: entry.group, entries: [] },
      );
    }
    flow.group = entry.group;
    flow.entries.push(entry);
  }
  for (const flow of flows.values()) {
    flow.entries.sort((a, b) => a.step - b.step);
  }
  return [...flows.values()].filter((flow) => flow.entries.length > 0);
}
