/** Storages of every make, made safe. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import type { AuthDiagnostic } from "../../lib/config.ts";
import {
  memoryStorage,
  SafeStorage,
  type SessionStorage,
  UNREADABLE,
} from "../../lib/session/storage.ts";

function safe(storage: Partial<SessionStorage>) {
  const events: AuthDiagnostic[] = [];
  const whole = { ...memoryStorage(), ...storage };
  const onDiagnostic = (event: AuthDiagnostic) => void events.push(event);
  return { storage: new SafeStorage(whole, { onDiagnostic }), events };
}

Deno.test("memoryStorage() keeps, forgets and shares nothing", () => {
  const [one, other] = [memoryStorage(), memoryStorage()];
  assertEquals(one.getItem("a"), null);
  one.setItem("a", "1");
  one.setItem("__proto__", "2");
  assertEquals([one.getItem("a"), one.getItem("__proto__")], ["1", "2"]);
  assertEquals([other.getItem("a"), other.getItem("toString")], [null, null]);
  one.removeItem("a");
  one.removeItem("b");
  assertEquals(one.getItem("a"), null);
});

Deno.test("get() answers at once where the storage does", () => {
  const { storage } = safe({ getItem: (key) => key === "a" ? "1" : null });
  assertEquals([storage.get("a"), storage.get("b")], ["1", null]);
});

Deno.test("get() awaits where it must, and takes what is no text for nothing", async () => {
  for (
    const [value, expected] of [
      ["1", "1"],
      [null, null],
      [undefined, null],
      [7, null],
      [{}, null],
    ] as const
  ) {
    const direct = safe({ getItem: () => value as string });
    assertEquals(direct.storage.get("a"), expected);
    const late = safe({ getItem: () => Promise.resolve(value as string) });
    assertEquals(await late.storage.get("a"), expected);
  }
});

Deno.test("get() of a storage that fails is UNREADABLE, and reported", async () => {
  const error = new Error("blocked");
  const throwing = safe({
    getItem: () => {
      throw error;
    },
  });
  assertStrictEquals(throwing.storage.get("a"), UNREADABLE);
  const rejecting = safe({ getItem: () => Promise.reject(error) });
  assertStrictEquals(await rejecting.storage.get("a"), UNREADABLE);
  for (const { events } of [throwing, rejecting]) {
    assertEquals(events, [{ type: "storage-failed", operation: "get", error }]);
  }
});

Deno.test("set() tells whether the storage took it", async () => {
  const error = new Error("full");
  const refuse = () => {
    throw error;
  };
  const reject = () => Promise.reject(error);
  for (
    const [storage, operations] of [
      [{}, []],
      [{
        setItem: () => Promise.resolve(),
        removeItem: () => Promise.resolve(),
      }, []],
      [{ setItem: refuse, removeItem: refuse }, ["set", "remove"]],
      [{ setItem: reject, removeItem: reject }, ["set", "remove"]],
    ] as const
  ) {
    const { storage: tested, events } = safe(
      storage as Partial<SessionStorage>,
    );
    const isGood = operations.length === 0;
    assertEquals(await tested.set("a", "1"), isGood);
    assertEquals(await tested.set("a", null), isGood);
    assertEquals(
      events.map((event) => event.type === "storage-failed" && event.operation),
      [...operations],
    );
  }
});

Deno.test("a storage that never answers has failed after five seconds", async () => {
  const time = new FakeTime();
  try {
    const never = () => new Promise<never>(() => {});
    const { storage, events } = safe({ getItem: never, setItem: never });
    const reading = storage.get("a");
    const writing = storage.set("a", "1");
    await time.tickAsync(5_000);
    assertStrictEquals(await reading, UNREADABLE);
    assertEquals(await writing, false);
    assertEquals(events.length, 2);
  } finally {
    time.restore();
  }
});

Deno.test("an observer that throws changes nothing", async () => {
  const storage = new SafeStorage({
    ...memoryStorage(),
    setItem: () => {
      throw new Error("full");
    },
  }, {
    onDiagnostic: () => {
      throw new Error("hostile");
    },
  });
  assertEquals(await storage.set("a", "1"), false);
});

Deno.test("a storage's methods are called as methods", async () => {
  class Own implements SessionStorage {
    readonly #items = new Map<string, string>();
    getItem(key: string) {
      return this.#items.get(key) ?? null;
    }
    setItem(key: string, value: string) {
      this.#items.set(key, value);
    }
    removeItem(key: string) {
      this.#items.delete(key);
    }
  }
  const storage = new SafeStorage(new Own(), {});
  assertEquals(await storage.set("a", "1"), true);
  assertEquals(storage.get("a"), "1");
});
