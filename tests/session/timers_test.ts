/** Timers that end with what they belong to. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { AuthNetworkError, isAuthError } from "../../lib/errors.ts";
import {
  sleep,
  startBackgroundTimer,
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

Deno.test("startBackgroundTimer() calls once, unless it is cancelled", () =>
  timed(async (time) => {
    let calls = 0;
    startBackgroundTimer(() => calls++, 1_000);
    const cancel = startBackgroundTimer(() => calls += 10, 1_000);
    cancel();
    cancel();
    await time.tickAsync(999);
    assertEquals(calls, 0);
    await time.tickAsync(1);
    assertEquals(calls, 1);
  }));

Deno.test("startBackgroundTimer() leaves nothing that the sanitizers would find", () => {
  startBackgroundTimer(() => {}, 60_000)();
});

Deno.test("withDeadline() gives what comes in time, and ends its timer", async () => {
  // On the platform's own clock: a timer left behind fails the test.
  assertEquals(
    await withDeadline("it", () => Promise.resolve("in time"), 60_000),
    "in time",
  );
  await assertRejects(
    () => withDeadline("it", () => Promise.reject(new Error("failed")), 60_000),
    Error,
    "failed",
  );
});

Deno.test("withDeadline() throws `timeout` for what is late", () =>
  timed(async (time) => {
    const waiting = withDeadline("it", () => new Promise(() => {}), 5_000)
      .catch((error) => error);
    await time.tickAsync(5_000);
    const error: unknown = await waiting;
    assert(isAuthError(error, "timeout"));
    assertEquals(error.message, "Cannot finish it: timeout");
  }));

Deno.test("withDeadline() ends with the signal's reason, before or meanwhile", async () => {
  const reason = new Error("left");
  const never = new Promise(() => {});
  for (const isEarly of [true, false]) {
    const controller = new AbortController();
    if (isEarly) controller.abort(reason);
    const { signal } = controller;
    const waiting = withDeadline("it", () => never, 60_000, signal);
    controller.abort(reason);
    const error: unknown = await waiting.catch((error) => error);
    assert(isAuthError(error, "aborted"));
    assertStrictEquals(error.cause, reason);
  }
});

Deno.test("withDeadline() hears a failure though nobody waits any more", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const failing = defer<never>();
  const waiting = withDeadline("it", () => failing.promise, 60_000, signal);
  controller.abort();
  await assertRejects(() => waiting, AuthNetworkError, "aborted");
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
  await withDeadline("it", () => Promise.resolve(), 60_000, watched);
  await rest();
  assertEquals(listeners.size, 0);
});

Deno.test("withDeadline() takes a promise of foreign make", async () => {
  const thenable = {
    then: (resolve: (value: string) => void) => resolve("foreign"),
  } as unknown as Promise<string>;
  assertEquals(await withDeadline("it", () => thenable, 60_000), "foreign");
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
