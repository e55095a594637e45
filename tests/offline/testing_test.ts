// The stand-ins of @std/testing: what the tests rely on.
import {
  assert,
  assertEquals,
  assertFalse,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  assertType,
  type IsAny,
  type IsExact,
  type IsNullable,
} from "@std/testing/types";

// Loaded at run time, as Deno refuses a module of the registry in use by path.
const FOLDER = "../../scripts/offline/@std/testing/1.0.99";
const mock: typeof import("@std/testing/mock") = await import(
  import.meta.resolve(`${FOLDER}/mock.ts`)
);
const { FakeTime, TimeError }: typeof import("@std/testing/time") =
  await import(import.meta.resolve(`${FOLDER}/time.ts`));
const { MockError, resolvesNext, returnsNext, spy, stub } = mock;
const assertSpyCalls: typeof mock.assertSpyCalls = mock.assertSpyCalls;
const assertSpyCall: typeof mock.assertSpyCall = mock.assertSpyCall;

Deno.test("spy() records arguments, results and errors", () => {
  const half = spy((n: number) => {
    if (n < 0) throw new RangeError("negative");
    return n / 2;
  });
  assertEquals(half(4), 2);
  assertThrows(() => half(-1), RangeError);
  assertSpyCalls(half, 2);
  assertSpyCall(half, 0, { args: [4], returned: 2 });
  assertSpyCall(half, 1, { error: { Class: RangeError } });
  assertThrows(() => assertSpyCalls(half, 1));
  assertThrows(() => assertSpyCall(half, 0, { args: [5] }));
  assertThrows(() => assertSpyCall(half, 2));
});

Deno.test("stub() replaces a method until it is restored", () => {
  const clock = { now: () => 1 };
  const own = clock.now;
  const fake = stub(clock, "now", () => 2);
  assertEquals(clock.now(), 2);
  assertThrows(() => stub(clock, "now"), MockError);
  fake.restore();
  assertStrictEquals(clock.now, own);
  assertThrows(() => fake.restore(), MockError);
});

Deno.test("stub() leaves an inherited method inherited", () => {
  class Base {
    name(): string {
      return "base";
    }
  }
  const object = new Base();
  {
    using fake = stub(object, "name", () => "fake");
    assertEquals(object.name(), "fake");
    assertStrictEquals(fake.calls[0]?.self, object);
  }
  assertEquals(object.name(), "base");
  assertFalse(Object.hasOwn(object, "name"));
});

Deno.test("returnsNext() and resolvesNext() run out of values", async () => {
  const next = returnsNext([1, new Error("two")]);
  assertEquals(next(), 1);
  assertThrows(next, Error, "two");
  assertThrows(next, MockError);
  const later = resolvesNext([1]);
  assertEquals(await later(), 1);
  await assertRejects(() => later(), MockError);
});

Deno.test("FakeTime fires timers in order and only when told to", () => {
  using time = new FakeTime(1000);
  const fired: string[] = [];
  setTimeout(() => fired.push(`b${Date.now()}`), 20);
  setTimeout((name: string) => fired.push(`${name}${Date.now()}`), 10, "a");
  const every = setInterval(() => fired.push(`i${Date.now()}`), 15);
  clearTimeout(setTimeout(() => fired.push("never"), 5));
  time.tick(9);
  assertEquals(fired, []);
  time.tick(22);
  assertEquals(fired, ["a1010", "i1015", "b1020", "i1030"]);
  clearInterval(every);
  assertFalse(time.next());
  assertEquals(time.now, 1031);
  assertEquals(new Date().getTime(), 1031);
});

Deno.test("FakeTime fires a timer that another one sets", async () => {
  using time = new FakeTime();
  const wait = (ms: number) => new Promise<void>((ok) => setTimeout(ok, ms));
  let done = false;
  wait(10).then(() => wait(10)).then(() => done = true);
  await time.tickAsync(10);
  assertFalse(done);
  await time.runAllAsync();
  await time.runMicrotasks();
  assert(done);
  assertEquals(time.now - time.start, 20);
});

Deno.test("FakeTime governs AbortSignal.timeout", () => {
  using time = new FakeTime();
  const signal = AbortSignal.timeout(10);
  time.tick(9);
  assertFalse(signal.aborted);
  time.tick(1);
  assertEquals(signal.reason.name, "TimeoutError");
});

Deno.test("FakeTime keeps dates made before it and puts everything back", () => {
  const { Date: realDate, setTimeout: realSetTimeout } = globalThis;
  const before = new Date();
  const time = new FakeTime("2030-01-02T03:04:05Z");
  assertEquals(new Date().toISOString(), "2030-01-02T03:04:05.000Z");
  assert(before instanceof Date);
  assertThrows(() => new FakeTime(), TimeError);
  assertThrows(() => (time.now = 0), RangeError);
  time.restore();
  assertStrictEquals(globalThis.Date, realDate);
  assertStrictEquals(globalThis.setTimeout, realSetTimeout);
  assertThrows(() => time.restore(), TimeError);
});

Deno.test("IsExact tells any, readonly and optional apart", () => {
  assertType<IsExact<string, string>>(true);
  assertType<IsExact<string, unknown>>(false);
  // deno-lint-ignore no-explicit-any
  assertType<IsAny<any>>(true);
  assertType<IsExact<{ a: 1 }, { readonly a: 1 }>>(false);
  assertType<IsExact<{ a: 1 }, { a?: 1 }>>(false);
  assertType<IsNullable<string | null>>(true);
});
