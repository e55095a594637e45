/** What is new in storage, and what is old: looks and writes in every order. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import type { AuthDiagnostic } from "../../lib/config.ts";
import {
  NO_NEWS,
  type RepositoryOptions,
  SessionRepository,
} from "../../lib/session/repository.ts";
import {
  memoryStorage,
  type SessionStorage,
} from "../../lib/session/storage.ts";
import type { StoredSession } from "../../lib/session/stored.ts";
import { rest } from "../client/helpers.ts";
import { sessionJson, sessionOf, type Traits } from "./sessions.ts";

const KEY = "key";
const ADA = sessionOf();
const ADA_AGAIN = sessionOf({ tokens: 2 });
const BOB = sessionOf({ owner: "bob" });

const same = (stored: StoredSession | null) => stored;

interface Scene {
  readonly repository: SessionRepository;
  readonly storage: SessionStorage;
  readonly diagnostics: AuthDiagnostic[];
}

function scene(options: Partial<RepositoryOptions> = {}): Scene {
  const diagnostics: AuthDiagnostic[] = [];
  const storage = options.storage ?? memoryStorage();
  const repository = new SessionRepository({
    storageKey: KEY,
    onDiagnostic: (event) => void diagnostics.push(event),
    ...options,
    storage,
  });
  return { repository, storage, diagnostics };
}

/** A storage whose every answer waits until it is let go. */
class HeldStorage implements SessionStorage {
  readonly items: Map<string, string> = new Map();
  readonly waiting: (() => void)[] = [];
  isHeld = true;

  #hold(): Promise<void> {
    if (!this.isHeld) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }
  async getItem(key: string): Promise<string | null> {
    const value = this.items.get(key) ?? null;
    await this.#hold();
    return value;
  }
  async setItem(key: string, value: string): Promise<void> {
    await this.#hold();
    this.items.set(key, value);
  }
  async removeItem(key: string): Promise<void> {
    await this.#hold();
    this.items.delete(key);
  }
  /** Lets go one that waits, the first unless told otherwise. */
  async release(index = 0): Promise<void> {
    this.waiting.splice(index, 1)[0]?.();
    await rest();
  }
  /** Lets go everything, now and from now on. */
  async releaseAll(): Promise<void> {
    this.isHeld = false;
    while (this.waiting.length > 0) await this.release();
    await rest();
  }
}

function put(storage: SessionStorage, traits: Traits): void {
  storage.setItem(KEY, JSON.stringify(sessionJson(traits)));
}

Deno.test("look() tells what is new, once, and at once where storage does", () => {
  const { repository, storage } = scene();
  assertEquals(repository.look(same), null);
  assertStrictEquals(repository.look(same), NO_NEWS);
  put(storage, {});
  assertEquals((repository.look(same) as StoredSession).text, ADA.text);
  assertStrictEquals(repository.look(same), NO_NEWS);
  storage.removeItem(KEY);
  assertEquals(repository.look(same), null);
});

Deno.test("save() is no news to the one who saved", async () => {
  const { repository, storage } = scene();
  await repository.save(ADA, 0);
  assertEquals(storage.getItem(KEY), ADA.text);
  assertStrictEquals(repository.look(same), NO_NEWS);
  await repository.save(null, 0);
  assertEquals(storage.getItem(KEY), null);
  assertStrictEquals(repository.look(same), NO_NEWS);
});

Deno.test("save() is news to another client of the storage", async () => {
  const { repository, storage } = scene();
  const other = scene({ storage }).repository;
  assertEquals(other.look(same), null);
  await repository.save(ADA, 0);
  assertEquals((other.look(same) as StoredSession).text, ADA.text);
});

Deno.test("look() of garbage is no news, reported once", () => {
  const { repository, storage, diagnostics } = scene();
  put(storage, {});
  repository.look(same);
  storage.setItem(KEY, ADA.text.slice(0, 50));
  assertStrictEquals(repository.look(same), NO_NEWS);
  assertStrictEquals(repository.look(same), NO_NEWS);
  assertEquals(diagnostics, [{ type: "storage-invalid", key: KEY }]);
});

Deno.test("look() of a storage that fails is no news", () => {
  const { repository, diagnostics } = scene({
    storage: {
      ...memoryStorage(),
      getItem: () => {
        throw new Error("blocked");
      },
    },
  });
  assertStrictEquals(repository.look(same), NO_NEWS);
  assertEquals(diagnostics.map(({ type }) => type), ["storage-failed"]);
});

Deno.test("a write that fails leaves what is stored no news", async () => {
  const memory = memoryStorage();
  let isFull = false;
  const { repository } = scene({
    storage: {
      ...memory,
      setItem: (key, value) => {
        if (isFull) throw new DOMException("full", "QuotaExceededError");
        return memory.setItem(key, value);
      },
    },
  });
  await repository.save(ADA, 0);
  isFull = true;
  await repository.save(ADA_AGAIN, 0);
  // The old text is still there, and must not win over the newer session.
  assertEquals(memory.getItem(KEY), ADA.text);
  assertStrictEquals(repository.look(same), NO_NEWS);
  put(memory, { owner: "bob" });
  assertEquals((repository.look(same) as StoredSession).userId, "bob");
});

Deno.test("a removal that fails brings nobody back", async () => {
  const { repository } = scene({
    storage: {
      ...memoryStorage(),
      removeItem: () => {
        throw new Error("blocked");
      },
    },
  });
  await repository.save(ADA, 0);
  await repository.save(null, 0);
  assertStrictEquals(repository.look(same), NO_NEWS);
});

Deno.test("a torn write is no news to the one who wrote", async () => {
  const memory = memoryStorage();
  const { repository } = scene({
    storage: {
      ...memory,
      setItem: (key, value) => memory.setItem(key, value.slice(0, 80)),
    },
  });
  await repository.save(ADA, 0);
  assertStrictEquals(repository.look(same), NO_NEWS);
});

Deno.test("a look that began before a write is no news", async () => {
  const storage = new HeldStorage();
  const { repository } = scene({ storage });
  storage.items.set(KEY, ADA.text);
  const looking = repository.look(same);
  const saving = repository.save(BOB, 0);
  await storage.release();
  assertStrictEquals(await looking, NO_NEWS);
  await storage.releaseAll();
  await saving;
  assertStrictEquals(await repository.look(same), NO_NEWS);
  assertEquals(storage.items.get(KEY), BOB.text);
});

Deno.test("a look that ends after the write it began before is no news", async () => {
  const storage = new HeldStorage();
  const { repository } = scene({ storage });
  storage.items.set(KEY, ADA.text);
  const looking = repository.look(same);
  const saving = repository.save(BOB, 0);
  await rest();
  // The write first, then what it has overwritten.
  await storage.release(1);
  await storage.release(1);
  await saving;
  await storage.releaseAll();
  assertStrictEquals(await looking, NO_NEWS);
});

Deno.test("a look while a write is under way is no news", async () => {
  const storage = new HeldStorage();
  const { repository } = scene({ storage });
  const saving = repository.save(BOB, 0);
  storage.items.set(KEY, ADA.text);
  assertStrictEquals(repository.look(same), NO_NEWS);
  await storage.releaseAll();
  await saving;
});

Deno.test("what a look finds is handed over before anything else is stored, or never", async () => {
  for (let turns = 0; turns < 10; turns++) {
    const { repository } = scene({
      storage: {
        ...memoryStorage(),
        getItem: () => Promise.resolve(ADA.text),
      },
    });
    const order: string[] = [];
    const looking = repository.look(() => order.push("found"));
    for (let turn = 0; turn < turns; turn++) await null;
    order.push("stored");
    await repository.save(BOB, 0);
    await looking;
    assertEquals(order.at(-1), "stored", `after ${turns} turns`);
  }
});

Deno.test("of two looks that answer out of order, the later one counts", async () => {
  const storage = new HeldStorage();
  const { repository } = scene({ storage });
  storage.items.set(KEY, ADA.text);
  const first = repository.look(same);
  storage.items.set(KEY, ADA_AGAIN.text);
  const second = repository.look(same);
  await storage.release(1);
  assertEquals((await second as StoredSession).text, ADA_AGAIN.text);
  await storage.release();
  assertStrictEquals(await first, NO_NEWS);
  storage.isHeld = false;
  assertStrictEquals(await repository.look(same), NO_NEWS);
});

Deno.test("two looks at the same news may both tell it", async () => {
  const storage = new HeldStorage();
  const { repository } = scene({ storage });
  storage.items.set(KEY, ADA.text);
  const looks = [repository.look(same), repository.look(same)];
  await storage.releaseAll();
  const [first] = await Promise.all(looks);
  assertEquals((first as StoredSession).text, ADA.text);
});

Deno.test("writes are made one at a time, in their order", async () => {
  const storage = new HeldStorage();
  const { repository } = scene({ storage });
  const saves = [ADA, ADA_AGAIN, null, BOB].map((s) => repository.save(s, 0));
  await rest();
  assertEquals(storage.waiting.length, 1);
  await storage.releaseAll();
  await Promise.all(saves);
  assertEquals(storage.items.get(KEY), BOB.text);
  assertStrictEquals(await repository.look(same), NO_NEWS);
});

for (const kind of ["split", "legacy"] as const) {
  Deno.test(`look() attaches the user that is stored apart (${kind})`, async () => {
    const userStorage = memoryStorage();
    const { repository, storage } = scene(
      kind === "split" ? { userStorage } : {},
    );
    const where = kind === "split" ? userStorage : storage;
    put(storage, { isUserStored: false });
    where.setItem(`${KEY}-user`, JSON.stringify({ user: ADA.json["user"] }));
    const news = await repository.look(same) as StoredSession;
    assertEquals(news.userId, "ada");
    assertEquals(news.json["user"], ADA.json["user"]);
  });
}

Deno.test("look() does not attach somebody else's user, nor garbage", async () => {
  const userStorage = memoryStorage();
  for (
    const text of [
      JSON.stringify({ user: BOB.json["user"] }),
      JSON.stringify({ user: { id: "ada" } }),
      JSON.stringify({ user: null }),
      JSON.stringify(ADA.json["user"]),
      "{",
      "null",
    ]
  ) {
    const { repository, storage } = scene({ userStorage });
    put(storage, { isUserStored: false });
    userStorage.setItem(`${KEY}-user`, text);
    const news = await repository.look(same) as StoredSession;
    assertEquals(news.userId, "");
    assertEquals(news.refreshToken, ADA.refreshToken);
  }
});

Deno.test("a session whose user is being read does not come back after a sign-out", async () => {
  const userStorage = new HeldStorage();
  const { repository, storage } = scene({ userStorage });
  put(storage, { isUserStored: false });
  const looking = repository.look(same);
  const saving = repository.save(null, 0);
  await userStorage.releaseAll();
  assertStrictEquals(await looking, NO_NEWS);
  await saving;
  assertEquals(storage.getItem(KEY), null);
});

Deno.test("save() writes the user apart where that is wanted, and removes it", async () => {
  const userStorage = memoryStorage();
  const { repository, storage } = scene({ userStorage });
  await repository.save(ADA, 0);
  const { user, ...tokens } = ADA.json;
  assertEquals(JSON.parse(storage.getItem(KEY) as string), tokens);
  const text = userStorage.getItem(`${KEY}-user`) as string;
  assertEquals(JSON.parse(text), { user });
  assertStrictEquals(await repository.look(same), NO_NEWS);
  await repository.save(null, 0);
  assertEquals(userStorage.getItem(`${KEY}-user`), null);
});

Deno.test("save() of nobody removes a user that an older client left", async () => {
  const { repository, storage } = scene();
  storage.setItem(`${KEY}-user`, "{}");
  await repository.save(null, 0);
  assertEquals(storage.getItem(`${KEY}-user`), null);
});

Deno.test("the clock is kept next to the session, and read with care", async () => {
  const { repository, storage } = scene();
  assertEquals(await repository.readClock(), 0);
  await repository.save(ADA, -7_200_000);
  assertEquals(storage.getItem(`${KEY}-clock`), "-7200000");
  assertEquals(await repository.readClock(), -7_200_000);
  for (const text of ["soon", "Infinity", "1e300", "", "{}", "NaN"]) {
    storage.setItem(`${KEY}-clock`, text);
    assertEquals(await repository.readClock(), 0);
  }
  await repository.save(ADA, 7_200_000);
  await repository.save(ADA, 0);
  assertEquals(storage.getItem(`${KEY}-clock`), null);
});

Deno.test("whatever the order of looks and writes, the last write is what counts", async () => {
  const sessions = [ADA, ADA_AGAIN, BOB, null];
  for (let seed = 0; seed < 200; seed++) {
    const storage = new HeldStorage();
    const { repository } = scene({ storage });
    let state = seed;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor(state / 2 ** 32 * below);
    };
    let last: StoredSession | null = null;
    const jobs: Promise<unknown>[] = [];
    for (let step = 0; step < 12; step++) {
      const kind = random(4);
      if (kind === 0) {
        last = sessions[random(sessions.length)]!;
        jobs.push(repository.save(last, 0));
      } else if (kind === 1) {
        jobs.push(Promise.resolve(repository.look(same)));
      } else storage.waiting.splice(random(storage.waiting.length), 1)[0]?.();
      await null;
    }
    jobs.push(repository.save(last, 0));
    await storage.releaseAll();
    await Promise.all(jobs);
    const news = await repository.look(same);
    assertStrictEquals(news, NO_NEWS, `seed ${seed}`);
    assertEquals(storage.items.get(KEY) ?? null, last?.text ?? null);
  }
});
