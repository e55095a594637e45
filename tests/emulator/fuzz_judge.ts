/** Says what is wrong with an answer. */
import type { Change } from "../../lib/emulator/store.ts";
import { FAILURES, KEPT, noteUse, REPORTS } from "./fuzz_listed.ts";
import type { Loose } from "./helpers.ts";

/** What came of a request. */
export interface Outcome {
  /** The name of the settings. */
  readonly settings: string;
  /** Method and path. */
  readonly route: string;
  readonly status: number;
  readonly location: string;
  /** The body, when it is JSON. */
  readonly answer: Loose;
  /** The errors that the emulator told of. */
  readonly reports: readonly string[];
  /** Whether no other request was under way. */
  readonly isAlone: boolean;
}

/** The JSON of a response; undefined for what is none. Throws when it is said to be JSON and is not. */
export function read(response: Response, text: string): Loose {
  const type = response.headers.get("Content-Type") ?? "";
  return type.startsWith("application/json") && text !== ""
    ? JSON.parse(text)
    : undefined;
}

/** Looks for failures that are not listed. */
export function judgeStatus(outcome: Outcome): string | undefined {
  const { status, answer, reports, isAlone } = outcome;
  const unlisted = reports.find((report) =>
    !isListed(
      REPORTS,
      ({ message, inCrowd }) => message.test(report) && !(inCrowd && isAlone),
    )
  );
  if (unlisted !== undefined) return `An error was reported: ${unlisted}`;
  if (status < 500 || reports.length > 0) return undefined;
  const text = String(answer?.msg ?? answer?.message ?? "");
  const isKnown = isListed(
    FAILURES,
    (one) => one.status === status && one.message.test(text),
  );
  return isKnown ? undefined : `It answered ${status}: ${text}`;
}

/** Looks for writes of a refused request that are not listed. */
export function judgeWrites(
  outcome: Outcome,
  growth: number,
  changes: readonly Change[],
): string | undefined {
  const tables = [...new Set(changes.map(({ table }) => table))];
  const isQuiet = growth === 0 && tables.length === 0;
  const { answer, route, settings, isAlone } = outcome;
  if (isQuiet || !isAlone || !isRefusal(outcome)) return undefined;
  const code = String(answer?.error_code ?? answer?.code ?? answer?.error);
  const isKnown = tables.length > 0 &&
    isListed(
      KEPT,
      (kept) =>
        kept.route.test(route) && (kept.code?.test(code) ?? true) &&
        (kept.settings ?? settings) === settings &&
        tables.every((table) => kept.tables.includes(table)),
    );
  return isKnown
    ? undefined
    : `A refusal (${code}) left ${growth} records, and wrote ${tables}`;
}

/** Whether something is listed; what fits is noted as used. */
function isListed<T extends object>(
  list: readonly T[],
  fits: (one: T) => boolean,
): boolean {
  const found = list.find(fits);
  if (found !== undefined) noteUse(found);
  return found !== undefined;
}

function isRefusal({ status, location }: Outcome): boolean {
  return status >= 400 || /[?&#]error=/.test(location);
}
