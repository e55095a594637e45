/** The queue of events by itself: order, turns, and hostile subscribers. */
import { assertEquals } from "@std/assert";
import type { AuthDiagnostic } from "../../lib/config.ts";
import { EventQueue, type PendingEvent } from "../../lib/session/events.ts";
import type { AuthChangeEvent } from "../../lib/session/state.ts";
import { defer, rest } from "../client/helpers.ts";

function scene() {
  const diagnostics: AuthDiagnostic[] = [];
  const queue = new EventQueue<string>({
    onDiagnostic: (event) => void diagnostics.push(event),
  });
  const told: string[] = [];
  return { queue, told, diagnostics };
}

function event(
  name: AuthChangeEvent,
  more: Partial<PendingEvent<string>> = {},
): PendingEvent<string> {
  return {
    event: name,
    session: () => "session",
    info: () => ({ previous: null, cause: "user" }),
    ...more,
  };
}

const DONE = Promise.resolve();

/** Subscribes and starts one, as its INITIAL_SESSION does. */
function join(
  queue: EventQueue<string>,
  callback: (event: AuthChangeEvent) => unknown,
) {
  const subscriber = queue.subscribe(callback);
  queue.push(event("INITIAL_SESSION", { to: subscriber }), DONE);
  return subscriber;
}

Deno.test("push() tells in the order of pushing, though storing takes its time", async () => {
  const { queue, told } = scene();
  join(queue, (name) => void told.push(name));
  const slow = defer<void>();
  queue.push(event("SIGNED_IN"), slow.promise);
  queue.push(event("TOKEN_REFRESHED"), DONE);
  await rest();
  assertEquals(told, ["INITIAL_SESSION"]);
  slow.resolve();
  await rest();
  assertEquals(told, ["INITIAL_SESSION", "SIGNED_IN", "TOKEN_REFRESHED"]);
});

Deno.test("push() lets whoever caused the event go on first", async () => {
  const { queue, told } = scene();
  join(queue, (name) => void told.push(name));
  await rest();
  const call = async () => {
    queue.push(event("SIGNED_IN"), DONE);
    await DONE;
  };
  // As deep as the client's own calls are, and then some.
  const wrapped = async (depth: number): Promise<void> =>
    depth === 0 ? await call() : await wrapped(depth - 1);
  await wrapped(8);
  told.push("caller");
  await rest();
  assertEquals(told, ["INITIAL_SESSION", "caller", "SIGNED_IN"]);
});

Deno.test("push() settles when everybody has been told", async () => {
  const { queue, told } = scene();
  join(queue, (name) => void told.push(name));
  await queue.push(event("SIGNED_IN"), DONE);
  assertEquals(told, ["INITIAL_SESSION", "SIGNED_IN"]);
});

Deno.test("a subscriber is told nothing before its INITIAL_SESSION", async () => {
  const { queue, told } = scene();
  const late = queue.subscribe((name) => void told.push(name));
  queue.push(event("SIGNED_IN"), DONE);
  queue.push(event("INITIAL_SESSION", { to: late }), DONE);
  queue.push(event("SIGNED_OUT"), DONE);
  await rest();
  assertEquals(told, ["INITIAL_SESSION", "SIGNED_OUT"]);
});

Deno.test("an event for one subscriber is told to no other", async () => {
  const { queue, told } = scene();
  join(queue, (name) => void told.push(`a ${name}`));
  join(queue, (name) => void told.push(`b ${name}`));
  await rest();
  assertEquals(told, ["a INITIAL_SESSION", "b INITIAL_SESSION"]);
});

Deno.test("hostile subscribers are reported, and nobody else is disturbed", async () => {
  const { queue, told, diagnostics } = scene();
  join(queue, () => {
    throw new Error("thrown");
  });
  join(queue, () => Promise.reject(new Error("rejected")));
  join(queue, () => new Promise(() => {}));
  join(queue, (name) => void told.push(name));
  await queue.push(event("SIGNED_IN"), DONE);
  await rest();
  assertEquals(told, ["INITIAL_SESSION", "SIGNED_IN"]);
  assertEquals(diagnostics.length, 4);
});

Deno.test("a subscriber may be removed, and add others, while it is called", async () => {
  const { queue, told } = scene();
  const first = join(queue, (name) => {
    told.push(`first ${name}`);
    if (name !== "SIGNED_IN") return;
    queue.unsubscribe(first);
    queue.unsubscribe(second);
    join(queue, (name) => void told.push(`third ${name}`));
  });
  const second = join(queue, (name) => void told.push(`second ${name}`));
  queue.push(event("SIGNED_IN"), DONE);
  queue.push(event("SIGNED_OUT"), DONE);
  await rest();
  assertEquals(told, [
    "first INITIAL_SESSION",
    "second INITIAL_SESSION",
    "first SIGNED_IN",
    "third INITIAL_SESSION",
  ]);
});

Deno.test("an event that is pushed in a callback comes after those that wait", async () => {
  const { queue, told } = scene();
  join(queue, (name) => {
    told.push(name);
    if (name === "SIGNED_IN") queue.push(event("SIGNED_OUT"), DONE);
  });
  queue.push(event("SIGNED_IN"), DONE);
  queue.push(event("TOKEN_REFRESHED"), DONE);
  await rest();
  assertEquals(told, [
    "INITIAL_SESSION",
    "SIGNED_IN",
    "TOKEN_REFRESHED",
    "SIGNED_OUT",
  ]);
});

Deno.test("listeners are called after each event for all, each as often as it was added", async () => {
  const { queue, diagnostics } = scene();
  let calls = 0;
  const listener = () => calls++;
  const ends = [queue.listen(listener), queue.listen(listener)];
  queue.listen(() => {
    throw new Error("hostile");
  });
  await queue.push(event("SIGNED_IN"), DONE);
  assertEquals(calls, 2);
  ends[0]!();
  ends[0]!();
  queue.notify();
  assertEquals(calls, 3);
  ends[1]!();
  queue.notify();
  assertEquals(calls, 3);
  assertEquals(diagnostics.length, 3);
});

Deno.test("clear() forgets subscribers, listeners and what is pending", async () => {
  const { queue, told } = scene();
  join(queue, (name) => void told.push(name));
  queue.listen(() => void told.push("listener"));
  assertEquals(queue.isObserved, true);
  queue.push(event("SIGNED_IN"), DONE);
  queue.clear();
  await rest();
  assertEquals(told, []);
  assertEquals(queue.isObserved, false);
});

Deno.test("the session is read once it is told, and by those only who are there", async () => {
  const { queue } = scene();
  let reads = 0;
  const session = () => `${++reads}`;
  await queue.push(event("SIGNED_IN", { session }), DONE);
  assertEquals(reads, 0);
  join(queue, () => {});
  await queue.push(event("SIGNED_IN", { session }), DONE);
  assertEquals(reads, 1);
});
