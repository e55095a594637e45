/**
 * Comparison of values that differ from recording to recording (ids, tokens, points in time): by type and shape only.
 *
 * @module
 */
import type { Json } from "./types.ts";

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const DELIMITERS = /([&?#="'<>\s,;()]+)/;

/** Kinds of text by their form, the narrowest first; `size` adds a test of the lengths. */
const KINDS: readonly {
  name: string;
  form: RegExp;
  size?: (a: number, b: number) => boolean;
}[] = [
  { name: "a UUID", form: new RegExp(`^${UUID.source}$`) },
  {
    name: "an RFC 3339 time in UTC",
    form: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/,
  },
  {
    name: "an RFC 3339 time with an offset",
    form: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?[+-]\d\d:\d\d$/,
  },
  { name: "a token of three parts", form: /^[\w-]{10,}\.[\w-]{10,}\.[\w-]*$/ },
  { name: "a PKCE token hash", form: /^pkce_[0-9a-f]{56}$/ },
  { name: "a token hash", form: /^[0-9a-f]{56}$/ },
  { name: "a webhook signature", form: /^v1,[A-Za-z0-9+/]{43}=$/ },
  { name: "digits", form: /^\d+$/, size: same },
  {
    name: "lower-case letters and digits",
    form: /^[a-z0-9]{4,40}$/,
    size: same,
  },
  { name: "base32", form: /^[A-Z2-7]{16,}$/, size: same },
  { name: "base64url", form: /^[\w-]{12,}$/, size: near },
  { name: "base64", form: /^[A-Za-z0-9+/]{12,}={0,2}$/, size: near },
  { name: "an opaque value", form: /^[\w%+/.~-]{16,}$/, size: near },
];

function same(a: number, b: number): boolean {
  return a === b;
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.max(8, a / 4);
}

/** Whether a text is one UUID. */
export function isUuid(text: string): boolean {
  return KINDS[0]!.form.test(text);
}

/**
 * Why `actual` has not the shape of `expected`, or `undefined` when it has: a text for the report.
 */
export function shapeDifference(
  expected: Json,
  actual: Json,
): string | undefined {
  if (typeof expected === "string" && typeof actual === "string") {
    return textDifference(expected, actual);
  }
  if (typeof expected === "number" && typeof actual === "number") {
    return numberDifference(expected, actual);
  }
  if (typeOf(expected) !== typeOf(actual)) return typeOf(expected);
  return undefined;
}

/** The JSON type of a value. */
export function typeOf(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function numberDifference(
  expected: number,
  actual: number,
): string | undefined {
  if (Number.isInteger(expected) !== Number.isInteger(actual)) {
    return "an integer";
  }
  const digits = String(Math.trunc(expected)).length;
  if (digits >= 9 && String(Math.trunc(actual)).length !== digits) {
    return `a number of ${digits} digits`;
  }
  return undefined;
}

function textDifference(expected: string, actual: string): string | undefined {
  if (expected === actual) return undefined;
  const kind = KINDS.find(({ form }) => form.test(expected));
  if (kind === undefined) return wordsDifference(expected, actual);
  const fits = kind.form.test(actual) &&
    (kind.size?.(expected.length, actual.length) ?? true);
  return fits ? undefined : `${kind.name} of ${expected.length} characters`;
}

function wordsDifference(expected: string, actual: string): string | undefined {
  const words = expected.split(DELIMITERS);
  const others = actual.split(DELIMITERS);
  if (words.length !== others.length) {
    return `a text like ${generalise(expected)}`;
  }
  for (const [i, word] of words.entries()) {
    if (!wordFits(word, others[i]!)) {
      return `a text like ${generalise(expected)}`;
    }
  }
  return undefined;
}

function wordFits(word: string, other: string): boolean {
  if (word === other || generalise(word) === generalise(other)) return true;
  const kind = KINDS.find(({ form }) => form.test(word));
  if (kind === undefined || !looksMadeUp(word)) return false;
  return kind.form.test(other) &&
    (kind.size?.(word.length, other.length) ?? true);
}

/** Whether a word is an id or a token and no ordinary word: it has a digit, or it is longer than words are. */
function looksMadeUp(word: string): boolean {
  return /\d/.test(word) || word.length > 20 || /^[a-z0-9]{12}$/.test(word);
}

function generalise(text: string): string {
  return text.replaceAll(new RegExp(UUID, "g"), "<uuid>").replaceAll(
    /pkce_[0-9a-f]{56}/g,
    "<pkce hash>",
  )
    .replaceAll(/[0-9a-f]{56}/g, "<hash>");
}
