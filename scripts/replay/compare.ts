/**
 * Comparison of a recorded value with an observed one: exactly, but for the paths that the recording marks as volatile or unordered.
 *
 * @module
 */
import { joinPath } from "./paths.ts";
import { isUuid, shapeDifference, typeOf } from "./shape.ts";
import type { Json, JsonObject, Mismatch } from "./types.ts";

/** What is not compared exactly. */
export interface Rules {
  /** Paths of values that are compared by shape. */
  volatile: ReadonlySet<string>;
  /** Paths of arrays (or comma separated lists) whose order is free. */
  unordered: ReadonlySet<string>;
  /** Remembers which observed id stands for which recorded one; left out: ids are compared by shape alone. */
  identities?: Identities;
}

/** Which observed id stands for which recorded id, one to one, within a flow. */
export class Identities {
  readonly #observed = new Map<string, string>();
  readonly #recorded = new Map<string, string>();

  /** Notes a pair; returns false when it contradicts an earlier one. */
  agree(recorded: string, observed: string): boolean {
    const before = this.#observed.get(recorded);
    if (before !== undefined) return before === observed;
    if (this.#recorded.has(observed)) return false;
    this.#observed.set(recorded, observed);
    this.#recorded.set(observed, recorded);
    return true;
  }

  /** The observed id for a recorded one. */
  observed(recorded: string): string | undefined {
    return this.#observed.get(recorded);
  }
}

const TRUNCATED = /^([^]*?)…\[truncated by the recorder/;
/** The server reads authentication methods from an unordered query, so their order says nothing. */
const FREE_ORDER = /(?:\.amr|\.headers\.allow)$/;

/** All differences below `path`. */
export function compare(
  expected: Json,
  actual: Json | undefined,
  path: string,
  rules: Rules,
): Mismatch[] {
  if (actual === undefined) return [mismatch(path, show(expected), "nothing")];
  if (rules.volatile.has(path) && !isStructure(expected)) {
    return compareVolatile(expected, actual, path, rules);
  }
  if (typeof expected === "string" && typeof actual === "string") {
    return compareText(expected, actual, path, rules);
  }
  if (typeOf(expected) !== typeOf(actual)) {
    return [mismatch(path, show(expected), show(actual))];
  }
  if (Array.isArray(expected)) {
    return compareArrays(expected, actual as Json[], path, rules);
  }
  if (isObject(expected)) {
    return compareObjects(expected, actual as JsonObject, path, rules);
  }
  return expected === actual
    ? []
    : [mismatch(path, show(expected), show(actual))];
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isStructure(value: Json): boolean {
  return typeof value === "object" && value !== null;
}

function compareVolatile(
  expected: Json,
  actual: Json,
  path: string,
  rules: Rules,
): Mismatch[] {
  const difference = shapeDifference(expected, actual);
  if (difference !== undefined) {
    return [mismatch(path, difference, show(actual))];
  }
  if (
    rules.identities === undefined || typeof expected !== "string" ||
    !isUuid(expected)
  ) return [];
  if (rules.identities.agree(expected, String(actual))) return [];
  const known = rules.identities.observed(expected);
  return [
    mismatch(
      path,
      known === undefined
        ? "an id not used before"
        : `the same id as before, ${known}`,
      show(actual),
    ),
  ];
}

function compareText(
  expected: string,
  actual: string,
  path: string,
  rules: Rules,
): Mismatch[] {
  if (expected === actual) return [];
  const truncated = TRUNCATED.exec(expected);
  if (truncated !== null && actual.startsWith(truncated[1]!)) return [];
  if (isFree(path, rules) && list(expected) === list(actual)) return [];
  return [mismatch(path, show(expected), show(actual))];
}

function isFree(path: string, rules: Rules): boolean {
  return rules.unordered.has(path) || FREE_ORDER.test(path);
}

function list(text: string): string {
  return text.split(",").map((part) => part.trim()).sort().join();
}

function compareObjects(
  expected: JsonObject,
  actual: JsonObject,
  path: string,
  rules: Rules,
): Mismatch[] {
  const out: Mismatch[] = [];
  for (const [key, value] of Object.entries(expected)) {
    out.push(
      ...compare(
        value,
        Object.hasOwn(actual, key) ? actual[key] : undefined,
        joinPath(path, key),
        rules,
      ),
    );
  }
  for (const [key, value] of Object.entries(actual)) {
    if (!Object.hasOwn(expected, key)) {
      out.push(mismatch(joinPath(path, key), "nothing", show(value)));
    }
  }
  return out;
}

function compareArrays(
  expected: Json[],
  actual: Json[],
  path: string,
  rules: Rules,
): Mismatch[] {
  if (expected.length !== actual.length) {
    return [
      mismatch(
        path,
        `${expected.length} elements`,
        `${actual.length} elements: ${show(actual)}`,
      ),
    ];
  }
  const others = isFree(path, rules) ? paired(expected, actual) : actual;
  return expected.flatMap((value, i) =>
    compare(value, others[i], joinPath(path, i), rules)
  );
}

/** `actual` in the order of `expected`, elements matched by what names them. */
function paired(expected: Json[], actual: Json[]): (Json | undefined)[] {
  const rest = [...actual];
  return expected.map((value) => {
    const at = rest.findIndex((other) => label(other) === label(value));
    return at < 0 ? undefined : rest.splice(at, 1)[0];
  });
}

function label(value: Json): string {
  if (!isObject(value)) return JSON.stringify(value);
  return JSON.stringify(
    value.provider ?? value.kid ?? value.name ?? value.method ?? null,
  );
}

function mismatch(path: string, expected: string, got: string): Mismatch {
  return { path, expected, got };
}

/** A value as one short line of JSON. */
export function show(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
