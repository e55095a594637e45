import { assertEquals, assertStrictEquals } from "@std/assert";
import { install, settle, START, turn, VirtualTime } from "./time.ts";

/** Has everything happen until then. */
function run(time: VirtualTime, until: number): void {
  while (time.next(START + until));
}

Deno.test("VirtualTime has things happen in order, ties as they came", () => {
  const time = new VirtualTime();
  const seen: string[] = [];
  const note = (name: string) => () => {
    seen.push(`${name} ${time.now - START}`);
  };
  time.schedule(20, note("c"));
  time.schedule(10, note("a"));
  time.start(note("b"), 10);
  time.schedule(30, note("late"));
  run(time, 25);
  assertEquals(seen, ["a 10", "b 10", "c 20"]);
});

Deno.test("VirtualTime starts no timer at once, and none that was cleared", () => {
  const time = new VirtualTime();
  let count = 0;
  time.start(() => count++, 0);
  const cleared = time.start(() => count++, 0);
  time.clear(cleared);
  time.clear(undefined);
  assertEquals(time.next(START), false);
  assertEquals(time.timerCount, 1);
  run(time, 1);
  assertEquals(count, 1);
  assertEquals(time.timerCount, 0);
});

Deno.test("VirtualTime wakes with what was due while it slept", () => {
  const time = new VirtualTime();
  let at = 0;
  time.schedule(1_000, () => at = time.now - START);
  time.sleep(60_000);
  assertEquals(time.awake, START);
  run(time, 60_000);
  assertEquals(at, 60_000);
  assertEquals(time.awake, START);
  time.moveTo(START + 61_000);
  assertEquals(time.awake, START + 1_000);
});

Deno.test("VirtualTime tells timers from what happens in the world", () => {
  const time = new VirtualTime();
  const timer = time.start(() => {}, 5);
  assertEquals(time.isWorldBusy, false);
  assertStrictEquals(time.latest, timer);
  assertEquals(timer.isRef, true);
  assertEquals(timer.unref().isRef, false);
  time.schedule(5, () => {});
  assertEquals(time.isWorldBusy, true);
  assertEquals([...time.timers()], [timer]);
  timer.clear();
  assertEquals(time.timerCount, 0);
});

Deno.test("settle() waits for every promise that can settle", async () => {
  let steps = 0;
  const work = async () => {
    for (; steps < 5_000; steps++) await null;
  };
  void Promise.resolve().then(() => Promise.resolve()).then(work);
  await settle();
  assertEquals(steps, 5_000);
});

Deno.test("turn() has rejections reported that nobody has heard", async () => {
  const heard: unknown[] = [];
  const listener = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    heard.push(event.reason);
  };
  addEventListener("unhandledrejection", listener);
  void Promise.reject("unheard");
  await turn();
  removeEventListener("unhandledrejection", listener);
  assertEquals(heard, ["unheard"]);
});

Deno.test("install() puts virtual timers and seeded chance in place", () => {
  const time = new VirtualTime();
  const restore = install(() => time, (bytes) => void bytes.fill(7), true);
  let seen = "";
  setTimeout((text: string) => seen = text, 10, "done");
  const never = setTimeout(() => seen = "never", 5);
  clearTimeout(never);
  const bytes = crypto.getRandomValues(new Uint8Array(2));
  const headers = new Headers({ A: "1" });
  headers.append("a", "2");
  const response = new Response("text", { status: 404, headers });
  restore();
  run(time, 10);
  assertEquals(seen, "done");
  assertEquals([...bytes], [7, 7]);
  assertEquals(response.headers.get("A"), "1, 2");
  assertEquals([response.ok, response.status], [false, 404]);
});
