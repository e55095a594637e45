/** Slots of PKCE verifiers: several flows, other clients' formats, sweeping. */
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { AuthSessionError } from "../../lib/errors.ts";
import { calculateCodeChallenge } from "../../lib/pkce.ts";
import { FlowStore } from "../../lib/session/flows.ts";
import { memoryStorage, SafeStorage } from "../../lib/session/storage.ts";
import { NOW } from "./sessions.ts";

const KEY = "key";
const LAST = "key-code-verifier";
const INDEX = "key-flows-code-verifier";
const DAY = 86_400_000;
const VERIFIER = "v".repeat(64);

interface Scene {
  readonly flows: FlowStore;
  readonly items: Map<string, string>;
  readonly writes: string[];
  /** Sets the clock. */
  at(now: number): void;
}

function scene(delayTurns = 0): Scene {
  const items = new Map<string, string>();
  const writes: string[] = [];
  const wait = async () => {
    for (let turn = 0; turn < delayTurns; turn++) await null;
  };
  const storage = delayTurns === 0
    ? {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => {
        writes.push(key);
        items.set(key, value);
      },
      removeItem: (key: string) => void items.delete(key),
    }
    : {
      getItem: async (key: string) => (await wait(), items.get(key) ?? null),
      setItem: async (key: string, value: string) => {
        await wait();
        items.set(key, value);
      },
      removeItem: async (key: string) => {
        await wait();
        items.delete(key);
      },
    };
  let now = NOW;
  const flows = new FlowStore(new SafeStorage(storage, {}), KEY, () => now);
  return { flows, items, writes, at: (moment) => now = moment };
}

function slot(id: string): string {
  return `key-flow-${id}-code-verifier`;
}

Deno.test("start() writes slot, index and the newest, in this order", async () => {
  const { flows, items, writes } = scene();
  const { flowId, codeChallenge } = await flows.start();
  assertEquals(writes, [slot(flowId), INDEX, LAST]);
  const verifier = JSON.parse(items.get(slot(flowId))!);
  assertEquals(codeChallenge, await calculateCodeChallenge(verifier));
  assertEquals(items.get(LAST), items.get(slot(flowId)));
  assertEquals(JSON.parse(items.get(INDEX)!), [flowId]);
  assert(/^[\w-]{8,64}$/.test(flowId));
});

Deno.test("find() gives the newest first, or the one that is named", async () => {
  const { flows } = scene();
  const started = [];
  for (const isRecovery of [false, true, false]) {
    started.push(await flows.start(isRecovery));
  }
  const found = await flows.find();
  const ids = started.map(({ flowId }) => flowId);
  assertEquals(found.map(({ flowId }) => flowId), ids.toReversed());
  assertEquals(found.map(({ isRecovery }) => isRecovery), [false, true, false]);
  const [second] = await flows.find(ids[1]);
  assertEquals([second?.flowId, second?.isRecovery], [ids[1], true]);
  assert(!second?.codeVerifier.includes("/"));
});

Deno.test("find() throws where there is nothing to be found", async () => {
  const { flows, items } = scene();
  await flows.start();
  for (
    const id of [
      "unknown-flow",
      "",
      "short",
      "../../etc/passwd",
      "x".repeat(65),
    ]
  ) {
    const error = await assertRejects(() => flows.find(id), AuthSessionError);
    assertEquals(error.code, "pkce_code_verifier_not_found");
  }
  items.clear();
  await assertRejects(() => flows.find(), AuthSessionError);
});

for (const turns of [0, 1, 7]) {
  Deno.test(`flows that begin and end at once are all kept, storage ${turns} turns late`, async () => {
    const { flows, items } = scene(turns);
    const started = await Promise.all(
      Array.from({ length: 4 }, () => flows.start()),
    );
    const ids = started.map(({ flowId }) => flowId);
    const index = JSON.parse(items.get(INDEX)!);
    assertEquals(new Set(index), new Set(ids));
    await Promise.all([
      flows.end(started[0]!),
      flows.start(),
      flows.end(started[2]!),
    ]);
    const found = (await flows.find()).map(({ flowId }) => flowId);
    assertEquals(found.length, 3);
    assert(found.includes(ids[1]!) && found.includes(ids[3]!));
  });
}

Deno.test("a start that fails does not hold up the next one", async () => {
  const memory = memoryStorage();
  let isFull = true;
  const storage = new SafeStorage({
    ...memory,
    setItem: (key, value) => {
      if (isFull) throw new Error("full");
      return memory.setItem(key, value);
    },
  }, {});
  const flows = new FlowStore(storage, KEY, () => NOW);
  await assertRejects(() => flows.start(), AuthSessionError);
  isFull = false;
  await flows.start();
  assertEquals((await flows.find()).length, 1);
});

Deno.test("end() removes one flow, and the newest's copy with it", async () => {
  const { flows, items } = scene();
  const first = await flows.start();
  const second = await flows.start();
  await flows.end(first);
  assertEquals(items.has(slot(first.flowId)), false);
  assertEquals(items.get(LAST), items.get(slot(second.flowId)));
  await flows.end(second);
  assertEquals(items.size, 0);
  await flows.end(second);
  assertEquals(items.size, 0);
});

Deno.test("clear() removes every flow and nothing else", async () => {
  const { flows, items } = scene();
  items.set("key", "session");
  await flows.start();
  await flows.start(true);
  await flows.clear();
  assertEquals([...items], [["key", "session"]]);
});

Deno.test("more than five flows push the oldest out", async () => {
  const { flows, items } = scene();
  const ids: string[] = [];
  for (let flow = 0; flow < 9; flow++) ids.push((await flows.start()).flowId);
  assertEquals(JSON.parse(items.get(INDEX)!), ids.slice(4));
  assertEquals(items.size, 5 + 2);
});

Deno.test("flows older than a day are swept, of others only what is too many", async () => {
  const { flows, items, at } = scene();
  const { flowId } = await flows.start();
  const foreign = "0123456789abcdef0123456789abcdef";
  items.set(slot(foreign), JSON.stringify(VERIFIER));
  items.set(INDEX, JSON.stringify([foreign, flowId]));
  at(NOW + DAY + 2_000);
  const next = await flows.start();
  assertEquals(JSON.parse(items.get(INDEX)!), [foreign, next.flowId]);
  assertEquals(items.has(slot(flowId)), false);
});

Deno.test("a clock set back sweeps nothing", async () => {
  const { flows, at } = scene();
  await flows.start();
  at(NOW - 400 * DAY);
  await flows.start();
  assertEquals((await flows.find()).length, 2);
});

for (
  const [name, text, isRecovery] of [
    ["auth-js", JSON.stringify("ab".repeat(56)), false],
    ["auth-js, recovery", JSON.stringify("ab".repeat(56) + "/recovery"), true],
    ["the Python client", "a-._~".repeat(12) + "abcd", false],
    ["the Python client, recovery", `${VERIFIER}/PASSWORD_RECOVERY`, true],
  ] as const
) {
  Deno.test(`find() reads the one slot of ${name}, and end() clears it`, async () => {
    const { flows, items } = scene();
    items.set(LAST, text);
    const [found] = await flows.find();
    assertEquals(found?.flowId, "");
    assertEquals(found?.isRecovery, isRecovery);
    assert(text.includes(found!.codeVerifier));
    assert(!found!.codeVerifier.includes("/"));
    await flows.end(found!);
    assertEquals(items.size, 0);
  });
}

Deno.test("find() puts a verifier that has no slot before those that have", async () => {
  const { flows, items } = scene();
  const { flowId } = await flows.start();
  items.set(LAST, JSON.stringify(VERIFIER));
  const found = await flows.find();
  assertEquals(found.map((f) => f.flowId), ["", flowId]);
});

Deno.test("what is no verifier is not found, whatever it is", async () => {
  for (
    const text of [
      "",
      "null",
      "7",
      "{}",
      "[]",
      '"short"',
      JSON.stringify("x".repeat(129)),
      JSON.stringify("x".repeat(42) + "\n"),
      "{",
      '"' + "x".repeat(50),
    ]
  ) {
    const { flows, items } = scene();
    items.set(LAST, text);
    items.set(INDEX, text);
    await assertRejects(() => flows.find(), AuthSessionError);
    await flows.start();
    assertEquals((await flows.find()).length, 1);
  }
});

Deno.test("an index of foreign make is read as far as it holds ids", async () => {
  const { flows, items } = scene();
  items.set(INDEX, JSON.stringify(["../x", 7, null, "0123456789abcdef"]));
  items.set(slot("0123456789abcdef"), JSON.stringify(VERIFIER));
  assertEquals((await flows.find())[0]?.codeVerifier, VERIFIER);
});

Deno.test("an injected digest is used in place of the platform's", async () => {
  const storage = new SafeStorage(memoryStorage(), {});
  const digest = () => new Uint8Array(32).fill(255).buffer;
  const flows = new FlowStore(storage, KEY, () => NOW, digest);
  const own = await new FlowStore(storage, KEY, () => NOW).start();
  const { codeChallenge } = await flows.start();
  assertEquals(codeChallenge, "_".repeat(42) + "8");
  assertNotEquals(own.codeChallenge, codeChallenge);
});
