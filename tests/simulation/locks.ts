/** Web Locks of one browser profile: as they should be, stolen, or broken. */
import type { Locks } from "../../lib/session/locks.ts";

/** How the locks of a profile behave. */
export type LocksKind =
  | "absent"
  | "good"
  | "stolen"
  | "throwing"
  | "rejecting"
  | "silent";

/** Who asks for locks. */
export interface LockUser {
  readonly id: number;
  readonly isDead: boolean;
}

interface Holder {
  readonly user: LockUser;
  readonly since: number;
  readonly reject: (error: unknown) => void;
  isLost: boolean;
}

interface Waiter {
  readonly user: LockUser;
  readonly grant: () => void;
}

/** Hands out locks. */
export class LockManager {
  /** How they behave. */
  readonly kind: LocksKind;
  readonly #now: () => number;
  readonly #holders: Map<string, Holder> = new Map();
  readonly #queues: Map<string, Waiter[]> = new Map();

  constructor(kind: LocksKind, now: () => number) {
    this.kind = kind;
    this.#now = now;
  }

  /** What `navigator.locks` is for a tab. */
  view(user: LockUser): Locks | undefined {
    if (this.kind === "absent") return undefined;
    return {
      request: (name, options, callback) => {
        if (this.kind === "throwing") throw new Error("Locks are broken");
        if (this.kind === "rejecting") {
          return Promise.reject(new DOMException("Locks are denied"));
        }
        if (this.kind === "silent" || user.isDead) return new Promise(() => {});
        return this.#request(user, name, options, callback);
      },
    };
  }

  /** For how long each lock has been held by somebody who lives. */
  *heldFor(): Iterable<{ readonly tab: number; readonly ms: number }> {
    for (const { user, since } of this.#holders.values()) {
      if (!user.isDead) yield { tab: user.id, ms: this.#now() - since };
    }
  }

  /** Whether a tab that lives holds a lock. */
  isHeldBy(user: LockUser): boolean {
    const holders = [...this.#holders.values()];
    return !user.isDead && holders.some((holder) => holder.user === user);
  }

  /**
   * Somebody takes every lock away from its holder.
   *
   * @returns Whether there was one.
   */
  steal(): boolean {
    const isHeld = this.#holders.size > 0;
    for (const [name, holder] of [...this.#holders]) {
      holder.isLost = true;
      holder.reject(new DOMException("The lock was stolen", "AbortError"));
      this.#release(name);
    }
    return isHeld;
  }

  /** What a dead tab held is free. */
  releaseDead(): void {
    for (const [name, { user }] of [...this.#holders]) {
      if (user.isDead) this.#release(name);
    }
  }

  #request(
    user: LockUser,
    name: string,
    options: { readonly ifAvailable?: boolean; readonly signal?: AbortSignal },
    callback: (lock: unknown) => Promise<void>,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const hold = () => {
        const since = this.#now();
        const holder: Holder = { user, since, reject, isLost: false };
        this.#holders.set(name, holder);
        Promise.resolve().then(() => callback({ name })).then(resolve, reject)
          .finally(() => {
            if (!holder.isLost && !user.isDead) this.#release(name);
          });
      };
      if (!this.#holders.has(name)) return hold();
      if (options.ifAvailable) {
        Promise.resolve().then(() => callback(null)).then(resolve, reject);
        return;
      }
      const waiter = { user, grant: hold };
      const queue = this.#queues.get(name) ?? [];
      this.#queues.set(name, queue);
      queue.push(waiter);
      options.signal?.addEventListener("abort", () => {
        const index = queue.indexOf(waiter);
        if (index < 0) return;
        queue.splice(index, 1);
        reject(options.signal?.reason);
      });
    });
  }

  #release(name: string): void {
    this.#holders.delete(name);
    const queue = this.#queues.get(name) ?? [];
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (next.user.isDead) continue;
      return next.grant();
    }
  }
}
