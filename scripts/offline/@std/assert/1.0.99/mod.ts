// Stands in for jsr:@std/assert where JSR is out of reach: the assertions
// that the tests use, with the same signatures, over web standards only, so
// that the tests also run in Node, in workerd and in a page. For development;
// not part of any published package. Where it differs from the original it
// is stricter: tests/offline/assert_test.ts says where.
import { equal, resembles } from "./equal.ts";
import { format } from "./format.ts";

export { equal };

/** What a failed assertion throws. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

// deno-lint-ignore no-explicit-any
type Class<T> = abstract new (...args: any[]) => T;

function claim(holds: boolean, what: () => string, msg?: string): void {
  if (holds) return;
  throw new AssertionError(msg === undefined ? what() : `${what()}: ${msg}`);
}

export function fail(msg?: string): never {
  throw new AssertionError(
    msg ? `Failed assertion: ${msg}` : "Failed assertion.",
  );
}

export function unreachable(msg?: string): never {
  throw new AssertionError(msg ? `Unreachable: ${msg}` : "Unreachable.");
}

export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

export function assertFalse(expr: unknown, msg = ""): asserts expr is false {
  if (expr) throw new AssertionError(msg);
}

export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  claim(
    equal(actual, expected),
    () =>
      `Values are not equal.\n  actual: ${format(actual)}\nexpected: ${
        format(expected)
      }\n`,
    msg,
  );
}

export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  claim(
    !resembles(actual, expected),
    () => `Expected something else than ${format(expected)}`,
    msg,
  );
}

export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  claim(
    Object.is(actual, expected),
    () =>
      `Values are not strictly equal.\n  actual: ${format(actual)}\nexpected: ${
        format(expected)
      }\n`,
    msg,
  );
}

export function assertNotStrictEquals<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  claim(
    !Object.is(actual, expected),
    () => `Expected another value than ${format(expected)}`,
    msg,
  );
}

export function assertExists<T>(
  actual: T,
  msg?: string,
): asserts actual is NonNullable<T> {
  claim(
    actual !== undefined && actual !== null,
    () => `Expected a value, got ${actual}`,
    msg,
  );
}

export function assertInstanceOf<T>(
  actual: unknown,
  expectedType: Class<T>,
  msg?: string,
): asserts actual is T {
  claim(
    actual instanceof expectedType,
    () => `Expected an instance of ${expectedType.name}, got ${format(actual)}`,
    msg,
  );
}

export function assertNotInstanceOf<A, T>(
  actual: A,
  unexpectedType: Class<T>,
  msg?: string,
): asserts actual is Exclude<A, T> {
  claim(
    !(actual instanceof unexpectedType),
    () => `Expected no instance of ${unexpectedType.name}`,
    msg,
  );
}

export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  claim(
    expected.test(actual),
    () => `Expected ${format(actual)} to match ${expected}`,
    msg,
  );
}

export function assertNotMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  claim(
    !expected.test(actual),
    () => `Expected ${format(actual)} not to match ${expected}`,
    msg,
  );
}

export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  claim(
    actual.includes(expected),
    () => `Expected ${format(actual)} to contain ${format(expected)}`,
    msg,
  );
}

export function assertArrayIncludes<T>(
  actual: ArrayLike<T>,
  expected: ArrayLike<T>,
  msg?: string,
): void {
  const missing = Array.from(expected).filter((wanted) =>
    !Array.from(actual).some((value) => equal(value, wanted))
  );
  claim(
    missing.length === 0,
    () => `Expected ${format(actual)} to include ${format(missing)}`,
    msg,
  );
}

export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  const margin = tolerance ?? Math.abs(expected) * 1e-7;
  claim(
    Object.is(actual, expected) || Math.abs(actual - expected) <= margin,
    () => `Expected ${actual} to be ${expected} within ${margin}`,
    msg,
  );
}

export function assertObjectMatch(
  // deno-lint-ignore no-explicit-any
  actual: Record<PropertyKey, any>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  claim(
    includesMembers(actual, expected),
    () => `Expected ${format(actual)} to match ${format(expected)}`,
    msg,
  );
}

function includesMembers(actual: unknown, expected: unknown): boolean {
  if (!isPlainObject(expected) || !isPlainObject(actual)) {
    return equal(actual, expected);
  }
  return Reflect.ownKeys(expected).every((key) =>
    Reflect.has(actual, key) &&
    includesMembers(Reflect.get(actual, key), Reflect.get(expected, key))
  );
}

function isPlainObject(value: unknown): value is object {
  return Object.prototype.toString.call(value) === "[object Object]";
}

export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: Class<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  claim(
    error instanceof Error,
    () => `Expected an Error, got ${format(error)}`,
    msg,
  );
  if (ErrorClass) assertInstanceOf(error, ErrorClass, msg);
  const text = (error as Error).message;
  if (typeof msgMatches === "string") {
    assertStringIncludes(text, msgMatches, msg);
  }
  if (msgMatches instanceof RegExp) assertMatch(text, msgMatches, msg);
}

export function assertThrows(fn: () => unknown, msg?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: Class<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  first?: Class<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  let returned: unknown;
  try {
    returned = fn();
  } catch (error) {
    checkThrown(error, first, msgIncludes, msg);
    return error;
  }
  if (returned instanceof Promise) returned.catch(() => {});
  return failToThrow("Expected function to throw", first, msg);
}

export function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: Class<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  first?: Class<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  let isPromise = false;
  try {
    const returned = fn();
    isPromise = typeof returned?.then === "function";
    await returned;
  } catch (error) {
    claim(isPromise, () => "Function throws instead of rejecting", msg);
    checkThrown(error, first, msgIncludes, msg);
    return error;
  }
  return failToThrow("Expected function to reject", first, msg);
}

function checkThrown(
  error: unknown,
  first: Class<Error> | string | undefined,
  msgIncludes?: string,
  msg?: string,
): void {
  if (typeof first === "function") {
    assertIsError(error, first, msgIncludes, msg);
  }
}

function failToThrow(
  what: string,
  first: Class<Error> | string | undefined,
  msg?: string,
): never {
  const note = typeof first === "string" ? first : msg;
  throw new AssertionError(
    note === undefined ? `${what}.` : `${what}: ${note}`,
  );
}

export function assertGreater<T>(actual: T, low: T, msg?: string): void {
  claim(actual > low, () => `Expect ${format(actual)} > ${format(low)}`, msg);
}

export function assertGreaterOrEqual<T>(actual: T, low: T, msg?: string): void {
  claim(actual >= low, () => `Expect ${format(actual)} >= ${format(low)}`, msg);
}

export function assertLess<T>(actual: T, high: T, msg?: string): void {
  claim(actual < high, () => `Expect ${format(actual)} < ${format(high)}`, msg);
}

export function assertLessOrEqual<T>(actual: T, high: T, msg?: string): void {
  claim(
    actual <= high,
    () => `Expect ${format(actual)} <= ${format(high)}`,
    msg,
  );
}
