/** One flight for a key, and what becomes of those that do not land. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { FakeTime } from "@std/testing/time";
import {
  type Flights,
  joinFlight,
  UNANSWERED,
} from "../../lib/session/flights.ts";
import { defer } from "../client/helpers.ts";

Deno.test("joinFlight() starts one for all who come until it lands", async () => {
  const flights: Flights = new Set();
  const { promise, resolve } = defer<string>();
  let starts = 0;
  const start = () => (starts++, promise);
  const joined = Array.from(
    { length: 100 },
    () => joinFlight(flights, "a", start),
  );
  assertEquals(flights.size, 1);
  resolve("landed");
  assertEquals(new Set(await Promise.all(joined)), new Set(["landed"]));
  assertEquals([starts, flights.size], [1, 0]);
  await joinFlight(flights, "a", start);
  assertEquals(starts, 2);
});

Deno.test("joinFlight() keeps keys apart", async () => {
  const flights: Flights = new Set();
  const results = await Promise.all(
    ["a", "b"].map((key) =>
      joinFlight(flights, key, () => Promise.resolve(key))
    ),
  );
  assertEquals(results, ["a", "b"]);
});

Deno.test("joinFlight() tells a failure to all, and leaves nothing behind", async () => {
  const flights: Flights = new Set();
  const start = () => Promise.reject(new Error("crashed"));
  const joined = [1, 2].map(() => joinFlight(flights, "a", start));
  for (const one of joined) await assertRejects(() => one, Error, "crashed");
  assertEquals(flights.size, 0);
});

Deno.test("a waiter gives up after five seconds, and the next one starts anew", async () => {
  const time = new FakeTime();
  try {
    const flights: Flights = new Set();
    const stuck = defer<string>();
    let starts = 0;
    const start = () => ++starts === 1 ? stuck.promise : Promise.resolve("new");
    const first = joinFlight(flights, "a", start);
    const waiters = [1, 2, 3].map(() => joinFlight(flights, "a", start));
    await time.tickAsync(4_999);
    assertEquals(flights.size, 1);
    await time.tickAsync(1);
    assertEquals(await Promise.all(waiters), [
      UNANSWERED,
      UNANSWERED,
      UNANSWERED,
    ]);
    assertEquals(flights.size, 0);
    const again = [1, 2].map(() => joinFlight(flights, "a", start));
    assertEquals(await Promise.all(again), ["new", "new"]);
    assertEquals(starts, 2);
    stuck.resolve("late");
    assertEquals(await first, "late");
  } finally {
    time.restore();
  }
});

Deno.test("a stuck flight that lands late does not remove the one in its place", async () => {
  const time = new FakeTime();
  try {
    const flights: Flights = new Set();
    const [stuck, second] = [defer<string>(), defer<string>()];
    const first = joinFlight(flights, "a", () => stuck.promise);
    const waiter = joinFlight(flights, "a", () => second.promise);
    await time.tickAsync(5_000);
    assertStrictEquals(await waiter, UNANSWERED);
    const other = joinFlight(flights, "a", () => second.promise);
    stuck.resolve("late");
    await first;
    assertEquals(flights.size, 1);
    second.resolve("new");
    assertEquals(await other, "new");
    assertEquals(flights.size, 0);
  } finally {
    time.restore();
  }
});

Deno.test("flights that never land are bounded", async () => {
  const flights: Flights = new Set();
  for (let key = 0; key < 1_500; key++) {
    joinFlight(flights, String(key), () => new Promise(() => {}));
  }
  assert(flights.size <= 1_000);
  assert([...flights].some(({ key }) => key === "1499"));
  await Promise.resolve();
});
