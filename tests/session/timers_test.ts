/** Timers that end with what they belong to. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { FakeTime } from "@std/testing/time";
import {
  sleep,
  startBackgroundTimer,
  startTimer,
  TIMED_OUT,
  withDeadline,
} from "../../lib/session/timers.ts";
import { defer, rest } from "../client/helpers.ts";

async function timed(run: (time: FakeTime) => Promise<void>): Promise<void> {
  const time = new FakeTime();
  try {
    await run(time);
  } finally {
    time.restore();
  }
}

for (const start of [startTimer, startBackgroundTimer]) {
  Deno.test(`${start.name}() calls once, unless it is cancelled`, () =>
    timed(async (time) => {
      let calls = 0;
      start(() => calls++, 1_000);
      const cancel = start(() => calls += 10, 1_000);
      cancel();
      cancel();
      await time.tickAsync(999);
      assertEquals(calls, 0);
      await time.tickAsync(1);
      assertEquals(calls, 1);
    }));

  Deno.test(`${start.name}() does not fire at once for what no platform can count`, () =>
    timed(async (time) => {
      let calls = 0;
      const cancel = start(() => calls++, Infinity);
      await time.tickAsync(86_400_000);
      assertEquals(calls, 0);
      cancel();
      start(() => calls++, -5);
      await time.tickAsync(0);
      assertEquals(calls, 1);
    }));
}

Deno.test("startBackgroundTimer() leaves nothing that the sanitizers would find", () => {
  startBackgroundTimer(() => {}, 60_000)();
});

Deno.test("withDeadline() gives what comes in time, and ends its timer", async () => {
  // On the platform's own clock: a timer left behind fails the test.
  assertEquals(
    await withDeadline(Promise.resolve("in time"), 60_000),
    "in time",
  );
  await assertRejects(
    () => withDeadline(Promise.reject(new Error("failed")), 60_000),
    Error,
    "failed",
  );
});

Deno.test("withDeadline() gives TIMED_OUT for what is late", () =>
  timed(async (time) => {
    const waiting = withDeadline(new Promise(() => {}), 5_000);
    await time.tickAsync(5_000);
    assertStrictEquals(await waiting, TIMED_OUT);
  }));

Deno.test("withDeadline() ends with the signal's reason, before or meanwhile", async () => {
  const reason = new Error("left");
  const never = new Promise(() => {});
  for (const isEarly of [true, false]) {
    const controller = new AbortController();
    if (isEarly) controller.abort(reason);
    const waiting = withDeadline(never, 60_000, controller.signal);
    controller.abort(reason);
    const error = await waiting.catch((error) => error);
    assertStrictEquals(error, reason);
  }
});

Deno.test("withDeadline() hears a failure though nobody waits any more", async () => {
  const signal = AbortSignal.abort(new Error("left"));
  const failing = defer<never>();
  await assertRejects(() => withDeadline(failing.promise, 60_000, signal));
  failing.reject(new Error("unheard"));
  // An unhandled rejection would fail the test run.
  await rest();
});

Deno.test("withDeadline() takes its listener off a signal that lives on", async () => {
  const listeners = new Set<unknown>();
  const { signal } = new AbortController();
  const watched = new Proxy(signal, {
    get: (target, name) => {
      if (name === "addEventListener") {
        return (_: string, listener: unknown) => listeners.add(listener);
      }
      if (name === "removeEventListener") {
        return (_: string, listener: unknown) => listeners.delete(listener);
      }
      return Reflect.get(target, name, target);
    },
  });
  await withDeadline(Promise.resolve(), 60_000, watched);
  await rest();
  assertEquals(listeners.size, 0);
});

Deno.test("withDeadline() takes a promise of foreign make", async () => {
  const thenable = {
    then: (resolve: (value: string) => void) => resolve("foreign"),
  } as unknown as Promise<string>;
  assertEquals(await withDeadline(thenable, 60_000), "foreign");
});

Deno.test("sleep() waits", () =>
  timed(async (time) => {
    let isAwake = false;
    const sleeping = sleep(3_000).then(() => isAwake = true);
    await time.tickAsync(2_999);
    assertEquals(isAwake, false);
    await time.tickAsync(1);
    assert(await sleeping);
  }));
