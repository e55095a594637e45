/** Reading members of JSON that came from outside. */
import type { ResponseErrorCode } from "../error_codes.ts";
import { AuthResponseError } from "../errors.ts";
import { rememberSource } from "./source.ts";

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Whether a value is a JSON object.
 *
 * @param value Anything.
 * @returns True for objects but arrays.
 */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The error for an answer that lacks what it must have.
 *
 * @param what Names the missing thing, never its value.
 * @returns The error, to be thrown.
 */
export function invalid(
  what: string,
  code: ResponseErrorCode = "invalid_response",
): AuthResponseError {
  return new AuthResponseError(
    code,
    `Cannot understand the answer: ${what}`,
  );
}

/**
 * Reads a JSON object.
 *
 * @param value What should be one.
 * @param name How to call it in the error.
 * @returns The same value.
 * @throws {AuthResponseError} `invalid_response` when it is none.
 */
export function readObject(value: unknown, name: string): JsonObject {
  if (!isObject(value)) throw invalid(`${name} must be an object`);
  return value;
}

/**
 * Reads a JSON array; an absent one is empty.
 *
 * @param value What should be one.
 * @param name How to call it in the error.
 * @returns The array.
 * @throws {AuthResponseError} `invalid_response` when it is something else.
 */
export function readArray(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value ?? [])) throw invalid(`${name} must be an array`);
  return (value ?? []) as unknown[];
}

/**
 * Reads a member that must be a string.
 *
 * @param object Where it is.
 * @param name The member.
 * @returns The string.
 * @throws {AuthResponseError} `invalid_response` when it is something else.
 */
export function readString(object: JsonObject, name: string): string {
  const value = object[name];
  if (typeof value !== "string") throw invalid(`${name} must be a string`);
  return value;
}

/**
 * Reads a member that must be a finite number.
 *
 * @param object Where it is.
 * @param name The member.
 * @returns The number.
 * @throws {AuthResponseError} `invalid_response` when it is something else.
 */
export function readNumber(object: JsonObject, name: string): number {
  const value = object[name];
  if (!Number.isFinite(value)) throw invalid(`${name} must be a number`);
  return value as number;
}

/** Whether a member is a point in time, by the names that the server gives. */
function isDate(name: string): boolean {
  return name.endsWith("_at") || name === "banned_until";
}

/**
 * Reads something that has an id: a copy with its RFC 3339 members as `Date`s,
 * which leads back to the JSON. Members that are absent, `null` or a number stay
 * as they are.
 *
 * @param json What should be one. Free-form JSON in its members stays as it is.
 * @param name How to call it in the error.
 * @param member What it must have besides an id: text.
 * @returns The copy.
 * @throws {AuthResponseError} `invalid_response` when it is none, or the text
 * of a member is no point in time.
 */
export function readRecord(
  json: unknown,
  name: string,
  member = "id",
): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...readObject(json, name) };
  readString(copy, "id");
  readString(copy, member);
  let text, time = 0;
  for (const name in copy) {
    const value = copy[name];
    // A newer server may send a number or null under such a name.
    if (typeof value !== "string" || !isDate(name)) continue;
    // Often several are the same moment.
    if (value !== text) time = Date.parse(text = value);
    if (isNaN(time)) throw invalid(`${name} must be a date-time`);
    copy[name] = new Date(time);
  }
  return rememberSource(copy, json as object);
}
