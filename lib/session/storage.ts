import { type OnDiagnostic, report } from "../config.ts";
import { withDeadline } from "./timers.ts";

/**
 * Where a client keeps its session: anything with these three methods, of which
 * each may answer at once or by a promise. `localStorage` is one.
 */
export interface SessionStorage {
  /** The text stored under a key, or null. */
  getItem(key: string): string | null | Promise<string | null>;
  /** Stores a text under a key. */
  setItem(key: string, value: string): void | Promise<void>;
  /** Removes a key and its text. */
  removeItem(key: string): void | Promise<void>;
}

/**
 * A storage that forgets when the process ends.
 *
 * @returns A storage of its own at each call.
 *
 * @example
 * ```ts
 * import { AuthClient, memoryStorage } from "@gotrue/edge";
 *
 * const auth = new AuthClient({
 *   url: "https://auth.example",
 *   storage: memoryStorage(),
 * });
 * console.log(auth.getSnapshot().session); // null
 * ```
 */
export function memoryStorage(): SessionStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

/**
 * The page's `localStorage` where there is one that lets itself be read, else
 * memory. Some browsers refuse the very access.
 *
 * @returns A storage.
 */
export function defaultStorage(): SessionStorage {
  try {
    if ("document" in globalThis && globalThis.localStorage) {
      return globalThis.localStorage;
    }
  } catch {
    // Blocked: the session lives as long as the page.
  }
  return memoryStorage();
}

/** Reading failed; not the same as finding nothing. */
export const UNREADABLE: unique symbol = Symbol("unreadable");

/** What is stored under a key, if it could be read. */
export type Text = string | null | typeof UNREADABLE;

/** A storage that fails by telling so, and never takes for ever. */
export class SafeStorage {
  readonly #storage: SessionStorage;
  readonly #observer: { readonly onDiagnostic?: OnDiagnostic | undefined };

  /**
   * @param storage Where to read and write.
   * @param observer Told of failures.
   */
  constructor(
    storage: SessionStorage,
    observer: { readonly onDiagnostic?: OnDiagnostic | undefined },
  ) {
    this.#storage = storage;
    this.#observer = observer;
  }

  /**
   * Reads at once where the storage can.
   *
   * @param key What to read.
   * @returns The text, null, {@link UNREADABLE}, or a promise of one of them.
   */
  get(key: string): Text | Promise<Text> {
    return this.#try<unknown, Text>(
      "get",
      () => this.#storage.getItem(key),
      (value) => typeof value === "string" ? value : null,
      UNREADABLE,
    );
  }

  /**
   * Writes, or removes when the value is null.
   *
   * @param key What to write.
   * @param value The text.
   * @returns Whether the storage took it.
   */
  set(key: string, value: string | null): boolean | Promise<boolean> {
    return this.#try(
      value === null ? "remove" : "set",
      () =>
        value === null
          ? this.#storage.removeItem(key)
          : this.#storage.setItem(key, value),
      () => true,
      false,
    );
  }

  /** Does something at once where the storage can, and makes a value of it. */
  #try<T, V>(
    operation: "get" | "set" | "remove",
    run: () => T | Promise<T>,
    use: (result: T) => V,
    failure: V,
  ): V | Promise<V> {
    const failed = (error: unknown): V => {
      report(this.#observer, { type: "storage-failed", operation, error });
      return failure;
    };
    try {
      const result = run();
      return isPromise(result)
        ? withDeadline("storage", () => result, 5_000)
          .then(use).catch(failed)
        : use(result);
    } catch (error) {
      return failed(error);
    }
  }
}

/**
 * Whether a storage has answered by a promise.
 *
 * @param value Its answer.
 * @returns Whether it must be awaited.
 */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Promise<T> | null | undefined)?.then === "function";
}
