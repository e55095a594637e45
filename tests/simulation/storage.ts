/** One storage for all tabs: prompt or slow, reliable or not. */
import type { SessionStorage } from "../../lib/session/storage.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./time.ts";

/** How a storage answers. */
export interface StorageKind {
  /** Whether it answers by promises. */
  readonly isAsync: boolean;
  /** The longest that an operation takes, in milliseconds; 0 is at once. */
  readonly latencyMs: number;
}

/** What goes wrong for a while. */
export type StorageTrouble = "failing" | "full" | "torn" | "hanging";

/** A change of one item. */
export interface StorageChange {
  /** Which tab wrote; undefined for the world itself. */
  readonly writer: number | undefined;
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
  /** The text that was to be written, where only a part arrived. */
  readonly isTorn: boolean;
}

/** Learns what happens in a storage. */
export interface StorageWatch {
  onChange(change: StorageChange): void;
  /** Something has gone wrong. */
  count(kind: string): void;
}

/** Whose view of the storage it is. */
export interface Reader {
  readonly id: number;
  readonly isDead: boolean;
}

/** What the tabs of a browser profile share. */
export class SharedStorage {
  /** What is stored. */
  readonly items: Map<string, string> = new Map();
  /** What goes wrong now. */
  trouble: StorageTrouble | undefined;
  readonly #kind: StorageKind;
  readonly #time: VirtualTime;
  readonly #random: () => Random;
  readonly #watch: StorageWatch;
  /** Operations that have not answered yet. */
  pending = 0;

  /** @param watch Told what happens, at its moment. */
  constructor(
    kind: StorageKind,
    time: VirtualTime,
    random: () => Random,
    watch: StorageWatch,
  ) {
    this.#kind = kind;
    this.#time = time;
    this.#random = random;
    this.#watch = watch;
  }

  /** The storage as one tab has it. Its operations keep their order. */
  view(reader: Reader): SessionStorage {
    const lane = { freeAt: 0 };
    return {
      getItem: (key) =>
        this.#answer(reader, lane, null, () => {
          if (this.#isFailing("get")) throw new Error("Storage cannot be read");
          return this.items.get(key) ?? null;
        }),
      setItem: (key, value) =>
        this.#answer(reader, lane, undefined, () => {
          if (this.#isFailing("set")) return this.#refuse(reader, key, value);
          this.put(key, value, reader.id);
        }),
      removeItem: (key) =>
        this.#answer(reader, lane, undefined, () => {
          if (this.#isFailing("remove")) throw new Error("Storage is broken");
          this.put(key, null, reader.id);
        }),
    };
  }

  /** Changes an item. */
  put(
    key: string,
    after: string | null,
    writer?: number,
    isTorn = false,
  ): void {
    const before = this.items.get(key) ?? null;
    if (after === null) this.items.delete(key);
    else this.items.set(key, after);
    this.#watch.onChange({ writer, key, before, after, isTorn });
  }

  #isFailing(operation: "get" | "set" | "remove"): boolean {
    const { trouble } = this;
    if (!trouble || trouble === "hanging") return false;
    const isHit = trouble === "failing"
      ? this.#random().chance(70)
      : operation === "set";
    if (isHit) this.#watch.count(`storage ${trouble}`);
    return isHit;
  }

  #refuse(reader: Reader, key: string, value: string): void {
    if (this.trouble === "torn") {
      const length = this.#random().whole(0, value.length - 1);
      this.put(key, value.slice(0, length), reader.id, true);
      if (this.#random().chance(50)) return;
    }
    throw new DOMException("The quota has been exceeded", "QuotaExceededError");
  }

  #answer<T>(
    reader: Reader,
    lane: { freeAt: number },
    nothing: T,
    run: () => T,
  ): T | Promise<T> {
    if (!this.#kind.isAsync) return reader.isDead ? nothing : run();
    if (reader.isDead) return new Promise(() => {});
    if (this.trouble === "hanging") {
      this.#watch.count("storage hanging");
      return new Promise(() => {});
    }
    const { latencyMs } = this.#kind;
    if (latencyMs === 0) {
      return new Promise((resolve) => resolve(reader.isDead ? nothing : run()));
    }
    const wait = this.#random().whole(0, latencyMs);
    const at = lane.freeAt = Math.max(lane.freeAt, this.#time.now + wait);
    this.pending++;
    return new Promise((resolve, reject) => {
      this.#time.schedule(at - this.#time.now, () => {
        this.pending--;
        if (reader.isDead) return;
        try {
          resolve(run());
        } catch (error) {
          reject(error);
        }
      });
    });
  }
}
