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

/** One line for each mismatch. */
export function mismatchLines(results: readonly StepResult[]): string[] {
  return results.flatMap(({ entry, mismatches }) =>
    mismatches.map(({ path, expected, got }) =>
      `${entry.id} ${path}: expected ${expected} got ${got}`
    )
  );
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
export function reportLines({ main, plain, notes }: Report): string[] {
  return [
    ...mismatchLines(main),
    ...mismatchLines(plainExchanges(plain)),
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
