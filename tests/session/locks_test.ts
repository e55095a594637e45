/** Locks that work, and every way in which they do not. */
import { assertEquals, assertRejects } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type Locks, whileLocked } from "../../lib/session/locks.ts";
import { rest } from "../client/helpers.ts";

type Request = Locks["request"];

interface Played {
  readonly result: unknown;
  readonly took: number;
  /** Of each run, whether it was told that another tab had the lock before. */
  readonly waits: boolean[];
  readonly runs: number;
  readonly names: string[];
}

/** Runs something under locks that behave in some way, in fake time. */
async function play(
  request: Request,
  run: () => Promise<string> = () => Promise.resolve("done"),
): Promise<Played> {
  const time = new FakeTime();
  const begun = time.now;
  const waits: boolean[] = [];
  const names: string[] = [];
  const locks: Locks = {
    request: (name, options, callback) => {
      names.push(`${name} ${options.ifAvailable ? "if available" : "waiting"}`);
      return request(name, options, callback);
    },
  };
  try {
    let result: unknown;
    let took = -1;
    whileLocked(locks, "lock", (hasWaited) => (waits.push(hasWaited), run()))
      .then(
        (value) => {
          result = value;
          took = time.now - begun;
        },
        (error) => result = error,
      );
    for (let second = 0; second < 30; second++) {
      await rest();
      time.tick(1_000);
    }
    await rest();
    return { result, took, waits, runs: waits.length, names };
  } finally {
    time.restore();
  }
}

const GRANT: Request = (_, __, callback) => callback({});

Deno.test("whileLocked() runs under a lock that is free", async () => {
  const { result, took, waits, names } = await play(GRANT);
  assertEquals([result, took, waits], ["done", 0, [false]]);
  assertEquals(names, ["lock if available"]);
});

Deno.test("whileLocked() waits for a lock that is taken", async () => {
  const { result, took, waits, names } = await play(
    async (_, { ifAvailable }, callback) => {
      if (ifAvailable) return await callback(null);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await callback({});
    },
  );
  assertEquals([result, took, waits], ["done", 2_000, [true]]);
  assertEquals(names, ["lock if available", "lock waiting"]);
});

Deno.test("whileLocked() goes on without a lock that is never granted", async () => {
  let signal: AbortSignal | undefined;
  const { result, took, runs } = await play((_, options, callback) => {
    if (options.ifAvailable) return callback(null);
    signal = options.signal;
    return new Promise((_, reject) => {
      signal?.addEventListener("abort", () => reject(signal?.reason));
    });
  });
  assertEquals([result, took, runs], ["done", 5_000, 1]);
  assertEquals(signal?.aborted, true, "it still queues for the lock");
});

Deno.test("whileLocked() goes on without a manager that never answers", async () => {
  const { result, took, runs } = await play(() => new Promise(() => {}));
  assertEquals([result, took, runs], ["done", 5_000, 1]);
});

for (
  const [name, request] of [
    ["throws", () => {
      throw new Error("no locks here");
    }],
    ["rejects", () => Promise.reject(new DOMException("no", "SecurityError"))],
    ["does not call back", () => Promise.resolve()],
  ] as [string, Request][]
) {
  Deno.test(`whileLocked() goes on without a manager that ${name}`, async () => {
    const { result, took, runs } = await play(request);
    assertEquals([result, took, runs], ["done", 0, 1]);
  });
}

Deno.test("whileLocked() is done once though the lock is stolen", async () => {
  const { result, runs } = await play(
    (_, __, callback) =>
      Promise.race([
        callback({}),
        Promise.reject(new DOMException("stolen", "AbortError")),
      ]),
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      return "done";
    },
  );
  assertEquals([result, runs], ["done", 1]);
});

Deno.test("whileLocked() is done once though the lock comes too late", async () => {
  const { result, took, runs } = await play(async (_, options, callback) => {
    if (options.ifAvailable) return await callback(null);
    await new Promise((resolve) => setTimeout(resolve, 9_000));
    await callback({});
  });
  assertEquals([result, took, runs], ["done", 5_000, 1]);
});

Deno.test("whileLocked() is done once though it is called back twice", async () => {
  const { result, runs } = await play(async (_, __, callback) => {
    await Promise.all([callback({}), callback({})]);
  });
  assertEquals([result, runs], ["done", 1]);
});

Deno.test("whileLocked() gives what it has done, though the release is slow", async () => {
  const { result, took } = await play(async (_, __, callback) => {
    await callback({});
    await new Promise((resolve) => setTimeout(resolve, 4_000));
  });
  assertEquals([result, took], ["done", 0]);
});

Deno.test("whileLocked() takes its time under the lock", async () => {
  const { result, took, runs, names } = await play(GRANT, async () => {
    await new Promise((resolve) => setTimeout(resolve, 9_000));
    return "done";
  });
  assertEquals([result, took, runs, names.length], ["done", 9_000, 1, 1]);
});

Deno.test("whileLocked() passes on a failure, and releases the lock", async () => {
  let isHeld = false;
  const locks: Locks = {
    request: async (_, __, callback) => {
      isHeld = true;
      await callback({});
      isHeld = false;
    },
  };
  await assertRejects(
    () => whileLocked(locks, "lock", () => Promise.reject(new Error("failed"))),
    Error,
    "failed",
  );
  await rest();
  assertEquals(isHeld, false);
});

Deno.test("whileLocked() without locks just runs", async () => {
  const run = () => Promise.resolve("done");
  assertEquals(await whileLocked(undefined, "lock", run), "done");
});
