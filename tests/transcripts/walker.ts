/**
 * Compares what the library made of an answer with the answer itself. It shares
 * nothing with the parsers: what must be a `Date` is told by the text alone.
 */
import { sourceOf, textOf } from "../../lib/wire/source.ts";
import { sentText } from "./replay.ts";

/** Members whose content belongs to the application, a provider or a device. */
export const FREE_FORM: ReadonlySet<string> = new Set([
  "user_metadata",
  "app_metadata",
  "identity_data",
  "last_webauthn_challenge_data",
]);

const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * Walks the expected JSON and the result together.
 *
 * @returns Each difference with its path; none when all is as it should be.
 */
export function differences(actual: unknown, expected: unknown): string[] {
  const found: string[] = [];
  walk(actual, expected, "$", found);
  return found;
}

function walk(
  actual: unknown,
  expected: unknown,
  path: string,
  found: string[],
): void {
  const instant = typeof expected === "string" ? toInstant(expected) : null;
  if (instant !== null) {
    const isSame = actual instanceof Date && actual.getTime() === instant;
    if (!isSame) found.push(`${path}: no Date of the same instant`);
  } else if (Array.isArray(expected)) {
    walkArray(actual, expected, path, found);
  } else if (isObject(expected)) {
    walkObject(actual, expected, path, found);
  } else if (actual !== expected) {
    found.push(`${path}: not the same value`);
  }
}

function walkArray(
  actual: unknown,
  expected: readonly unknown[],
  path: string,
  found: string[],
): void {
  if (!Array.isArray(actual) || actual.length !== expected.length) {
    found.push(`${path}: no array of the same length`);
  } else {
    expected.forEach((each, i) =>
      walk(actual[i], each, `${path}[${i}]`, found)
    );
  }
}

function walkObject(
  actual: unknown,
  expected: Readonly<Record<string, unknown>>,
  path: string,
  found: string[],
): void {
  if (!isObject(actual)) {
    found.push(`${path}: no object`);
    return;
  }
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  for (const name of names) {
    const place = `${path}.${name}`;
    if (!Object.hasOwn(actual, name)) found.push(`${place}: lost`);
    else if (!Object.hasOwn(expected, name)) found.push(`${place}: made up`);
    else if (FREE_FORM.has(name)) {
      walkFree(actual[name], expected[name], place, found);
    } else walk(actual[name], expected[name], place, found);
  }
  if (leadsBack(expected)) walkBack(actual, expected, path, found);
}

function walkFree(
  actual: unknown,
  expected: unknown,
  path: string,
  found: string[],
): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    found.push(`${path}: free-form JSON was touched`);
  }
}

/** Sessions, and whatever has a point in time of its own. */
function leadsBack(expected: Readonly<Record<string, unknown>>): boolean {
  return typeof expected["access_token"] === "string" ||
    Object.entries(expected).some(([name, value]) =>
      !FREE_FORM.has(name) && typeof value === "string" &&
      toInstant(value) !== null
    );
}

/** The very same JSON, order of members included; for a session, as sent. */
function walkBack(
  actual: object,
  expected: object,
  path: string,
  found: string[],
): void {
  const text = JSON.stringify(expected);
  if (JSON.stringify(sourceOf(actual)) !== text) {
    found.push(`${path}: sourceOf() gives other JSON`);
  }
  const isWholeAnswer = "access_token" in expected;
  if (textOf(actual) !== (isWholeAnswer ? sentText(expected) : text)) {
    found.push(`${path}: textOf() gives another text`);
  }
}

/** Milliseconds since 1970 by arithmetic; null for any other text. */
function toInstant(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(
    Number,
  ) as [number, number, number, number, number, number];
  const ms = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  const sign = match[8] === "-" ? -1 : 1;
  const offset = Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0);
  return Date.UTC(year, month - 1, day, hour, minute, second, ms) -
    sign * offset * 60_000;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null &&
    !Array.isArray(value) && !(value instanceof Date);
}
