// Stands in for jsr:@std/testing/mock where JSR is out of reach: spies and
// stubs as the tests use them. For development; not part of any published
// package.
// deno-lint-ignore-file no-explicit-any
import {
  assertEquals,
  AssertionError,
  assertIsError,
  assertStrictEquals,
} from "jsr:@std/assert@^1.0.19";

/** What is thrown when a spy or stub is used wrongly. */
export class MockError extends Error {
  override name = "MockError";
}

/** One recorded call. */
export interface SpyCall<
  Self = any,
  Args extends unknown[] = any[],
  Return = any,
> {
  args: Args;
  returned?: Return;
  error?: Error;
  self?: Self;
}

/** A function that records its calls. */
export interface Spy<Self = any, Args extends unknown[] = any[], Return = any> {
  (this: Self, ...args: Args): Return;
  original: (this: Self, ...args: Args) => Return;
  calls: SpyCall<Self, Args, Return>[];
  restored: boolean;
  restore(): void;
}

/** A spy in the place of a method. */
export interface Stub<Self = any, Args extends unknown[] = any[], Return = any>
  extends Spy<Self, Args, Return> {
  fake: (this: Self, ...args: Args) => Return;
  [Symbol.dispose](): void;
}

type ArgsOf<T> = T extends (...args: infer A) => any ? A : never;
type ReturnOf<T> = T extends (...args: any[]) => infer R ? R : never;
type AnyFunction = (...args: any[]) => any;

function record(
  original: AnyFunction,
  fake: AnyFunction,
  undo: () => void,
): Stub {
  const calls: SpyCall[] = [];
  const recorder = function (this: unknown, ...args: unknown[]): unknown {
    const call: SpyCall = { args, self: this };
    calls.push(call);
    try {
      return call.returned = fake.apply(this, args);
    } catch (error) {
      call.error = error as Error;
      throw error;
    }
  };
  const restore = (): void => {
    if (recorder.restored) throw new MockError("Already restored");
    undo();
    recorder.restored = true;
  };
  recorder.restored = false;
  return Object.assign(recorder, {
    original,
    fake,
    calls,
    restore,
    [Symbol.dispose]: () => recorder.restored || restore(),
  }) as unknown as Stub;
}

function refuseToRestore(): never {
  throw new MockError("A spy on a function cannot be restored");
}

/** Records the calls of a function, or of a method in its place. */
export function spy(): Spy<any, any[], undefined>;
export function spy<Self, Args extends unknown[], Return>(
  func: (this: Self, ...args: Args) => Return,
): Spy<Self, Args, Return>;
export function spy<Self, Prop extends keyof Self>(
  self: Self,
  property: Prop,
): Stub<Self, ArgsOf<Self[Prop]>, ReturnOf<Self[Prop]>>;
export function spy(first?: any, property?: PropertyKey): any {
  if (property !== undefined) return stub(first, property, first[property]);
  const original = first ?? (() => undefined);
  return record(original, original, refuseToRestore);
}

/** Replaces a method until `restore()`; without `func` it does nothing. */
export function stub<Self, Prop extends keyof Self>(
  self: Self,
  property: Prop,
  func?: (this: Self, ...args: ArgsOf<Self[Prop]>) => ReturnOf<Self[Prop]>,
): Stub<Self, ArgsOf<Self[Prop]>, ReturnOf<Self[Prop]>>;
export function stub(
  self: any,
  property: PropertyKey,
  func?: AnyFunction,
): any {
  const original = self[property];
  if (typeof original !== "function") {
    throw new MockError(`Cannot stub ${String(property)}: no method`);
  }
  if ("fake" in original && "calls" in original) {
    throw new MockError(`Cannot stub ${String(property)}: stubbed already`);
  }
  const own = Object.getOwnPropertyDescriptor(self, property);
  const fake = record(original, func ?? (() => undefined), () => {
    if (own) Object.defineProperty(self, property, own);
    else delete self[property];
  });
  Object.defineProperty(self, property, {
    value: fake,
    configurable: true,
    writable: true,
    enumerable: own?.enumerable ?? false,
  });
  return fake;
}

/** Fails unless there were exactly so many calls. */
export function assertSpyCalls(
  spy: { calls: SpyCall[] },
  expectedCalls: number,
): void {
  if (spy.calls.length === expectedCalls) return;
  throw new AssertionError(
    `Spy was called ${spy.calls.length} times, not ${expectedCalls}`,
  );
}

/** What `assertSpyCall` compares. */
export interface ExpectedSpyCall {
  args?: unknown[];
  self?: unknown;
  returned?: unknown;
  error?: {
    Class?: abstract new (...args: any[]) => Error;
    msgIncludes?: string;
  };
}

/** Fails unless the call was made, and as expected. */
export function assertSpyCall(
  spy: { calls: SpyCall[] },
  callIndex: number,
  expected: ExpectedSpyCall = {},
): void {
  const call = spy.calls[callIndex];
  if (!call) {
    throw new AssertionError(`Spy was not called ${callIndex + 1} times`);
  }
  if (expected.args) assertEquals(call.args, expected.args);
  if ("self" in expected) assertStrictEquals(call.self, expected.self);
  if ("returned" in expected) assertEquals(call.returned, expected.returned);
  if (expected.error) {
    assertIsError(call.error, expected.error.Class, expected.error.msgIncludes);
  }
}

/** Fails unless the call was made with these arguments. */
export function assertSpyCallArgs(
  spy: { calls: SpyCall[] },
  callIndex: number,
  expected: unknown[],
): void {
  assertSpyCall(spy, callIndex, { args: expected });
}

/** A function that returns, or throws if it is an error, one value after another. */
export function returnsNext<Return>(
  values: Iterable<Return | Error>,
): (...args: any[]) => Return {
  const rest = values[Symbol.iterator]();
  return () => {
    const { value, done } = rest.next();
    if (done) throw new MockError("No values left to return");
    if (value instanceof Error) throw value;
    return value;
  };
}

/** The same with promises. */
export function resolvesNext<Return>(
  values: Iterable<Return | Error>,
): (...args: any[]) => Promise<Return> {
  const next = returnsNext(values);
  return (): Promise<Return> => Promise.resolve().then(next);
}
