/**
 * Bursts: the recorder sent a request until it was refused, wrote down only the refusal, and said in a note before it how many had been
 * accepted. The same number is sent again.
 *
 * @module
 */
import type { Entry, Flow } from "./types.ts";

const NOTE = /first 429 after (\d+) accepted requests \(unrecorded burst/;

/** How many times a step's request was sent and accepted before it was recorded. */
export function burstBefore(flow: Flow, entry: Entry): number {
  const before = flow.entries[flow.entries.indexOf(entry) - 1];
  const count = before?.kind === "note"
    ? NOTE.exec(before.description)?.[1]
    : undefined;
  return Number(count ?? 0);
}
