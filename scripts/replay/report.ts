/**
 * The report of a replay: one line for each mismatch, sums by group, and the last line `N passed, N failed`.
 *
 * @module
 */
import type { StepResult } from "./flow_run.ts";

/** Results of both passes. */
export interface Report {
  /** All steps, with the API version header. */
  main: StepResult[];
  /** All steps of the pass without the API version header. */
  plain: StepResult[];
  /** Reasons why flows were not run at all. */
  notes: string[];
}

/** An exchange that may differ from the recording, and why. */
export interface KnownDifference {
  id: string;
  reason: string;
}

/** How many passed, failed and were skipped. */
export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/** Counts outcomes. */
export function count(results: readonly StepResult[]): Count {
  const sum: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const { outcome } of results) sum[outcome]++;
  return sum;
}

/** The HTTP exchanges of a pass. */
export function exchanges(results: readonly StepResult[]): StepResult[] {
  return results.filter(({ entry }) => entry.kind === "http");
}

/** The exchanges whose answer was also recorded without the API version header. */
export function plainExchanges(results: readonly StepResult[]): StepResult[] {
  return results.filter(({ entry }) =>
    entry.responseWithoutApiVersion !== undefined
  );
}

/** What is checked besides exchanges: mails, text messages, hook calls. */
export function deliveries(results: readonly StepResult[]): StepResult[] {
  return results.filter(({ entry }) =>
    ["mail", "sms", "hook", "computed"].includes(entry.kind)
  );
}

/** One line for each mismatch; known differences say so. */
export function mismatchLines(
  results: readonly StepResult[],
  known: readonly KnownDifference[] = [],
): string[] {
  const ids = new Set(known.map(({ id }) => id));
  return results.flatMap(({ entry: { id }, mismatches }) =>
    mismatches.map(({ path, expected, got }) =>
      `${id} ${path}: expected ${expected} got ${got}${
        ids.has(id) ? " (a known difference)" : ""
      }`
    )
  );
}

/** The ids of all exchanges that failed in one pass or the other. */
export function failedIds({ main, plain }: Report): string[] {
  const failed = [...exchanges(main), ...plainExchanges(plain)]
    .filter(({ outcome }) => outcome === "failed")
    .map(({ entry }) => entry.id);
  return [...new Set(failed)];
}

/** How a list of known differences disagrees with a replay: one line for each id that is missing or listed for nothing. */
export function outdated(
  known: readonly KnownDifference[],
  report: Report,
): string[] {
  const listed = known.map(({ id }) => id);
  const failed = failedIds(report);
  return [
    ...failed.filter((id) => !listed.includes(id)).map((id) =>
      `${id} differs and is not listed`
    ),
    ...listed.filter((id) => !failed.includes(id)).map((id) =>
      `${id} is listed and does not differ`
    ),
  ];
}

function line({ passed, failed }: Count): string {
  return `${passed} passed, ${failed} failed`;
}

function groupLines(results: readonly StepResult[]): string[] {
  const groups = new Map<string, StepResult[]>();
  for (const result of results) {
    const { group } = result.entry;
    groups.set(group, [...groups.get(group) ?? [], result]);
  }
  const width = Math.max(...[...groups.keys()].map((name) => name.length), 0);
  return [...groups].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, members]) =>
      `  ${name.padEnd(width)}  ${line(count(members))}`
    );
}

function skippedLines(results: readonly StepResult[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { entry, outcome, reason = "" } of results) {
    if (outcome === "skipped") {
      reasons.set(reason, [...reasons.get(reason) ?? [], entry.id]);
    }
  }
  return [...reasons].map(([reason, ids]) =>
    `Left out (${reason}): ${ids.join(", ")}`
  );
}

/** The whole report, line by line. */
export function reportLines(
  { main, plain, notes }: Report,
  known: readonly KnownDifference[] = [],
): string[] {
  return [
    ...mismatchLines(main, known),
    ...mismatchLines(plainExchanges(plain), known),
    ...notes,
    ...skippedLines(main),
    "Groups:",
    ...groupLines(exchanges(main)),
    `Mails, text messages, hook calls, values made anew: ${
      line(count(deliveries(main)))
    }`,
    `Without the API version header: ${line(count(plainExchanges(plain)))}`,
    line(count(exchanges(main))),
  ];
}
