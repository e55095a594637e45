/**
 * 5. One event per real transition, with its cause; tab focus, restored
 * sessions and other tabs' news cause no false `SIGNED_IN`.
 */
import type { StorageChange } from "../storage.ts";
import type { Tab, Told } from "../tab.ts";
import type { Checker, World } from "../world.ts";

export class Events implements Checker {
  readonly #world: World;
  readonly #last: Map<Tab, Map<number, Told>> = new Map();
  /** Access tokens by the tabs that stored them; "" is none. */
  readonly #writers: Map<string, Set<number | undefined>> = new Map();
  /** Tabs whose last events may still be on their way. */
  readonly #changedAt: Map<Tab, number> = new Map();

  constructor(world: World) {
    this.#world = world;
  }

  onStore({ writer, after }: StorageChange): void {
    const access = this.#world.facts.stored.issue?.access ?? "";
    if (after !== null && access === "") return;
    const writers = this.#writers.get(access) ?? new Set();
    this.#writers.set(access, writers.add(writer));
  }

  onTold(told: Told): void {
    const { tab, subscriber } = told;
    const all = this.#last.get(tab) ?? new Map<number, Told>();
    this.#last.set(tab, all);
    this.#changedAt.set(tab, this.#world.time.awake);
    const last = all.get(subscriber);
    all.set(subscriber, told);
    if (!last || told.event === "INITIAL_SESSION") {
      return this.#checkFirst(told, last);
    }
    const { hasUserStorage, hasGarbage } = this.#world.setup;
    // Without its user, a session cannot be told.
    if (hasUserStorage || hasGarbage) return;
    // What a page's address brought may have been the first that was told.
    if (told.cause === "url") return;
    this.#checkChain(told, last);
    this.#checkEvent(told, last);
  }

  onRest(): void {
    for (const [tab, all] of this.#last) {
      if (!tab.isUsable || this.#isUnsettled(tab)) continue;
      const access = tab.snapshot.session?.access_token;
      for (const { session, event } of all.values()) {
        if (session?.access_token === access) continue;
        this.#fail(
          "every transition is told",
          { tab, event },
          `told ${session?.refresh_token}, ` +
            `is ${tab.snapshot.session?.refresh_token}`,
        );
      }
    }
  }

  #checkFirst(told: Told, last: Told | undefined): void {
    if (told.event !== "INITIAL_SESSION") {
      return this.#fail("INITIAL_SESSION comes first", told);
    }
    if (last) return this.#fail("INITIAL_SESSION comes once", told);
    if (told.cause !== "restore" || told.previous) {
      this.#fail("INITIAL_SESSION restores", told);
    }
  }

  #checkChain(told: Told, last: Told): void {
    const { previous } = told;
    if (previous?.access_token === last.session?.access_token) return;
    this.#fail(
      "events follow one another",
      told,
      `after ${last.session?.refresh_token}: ${previous?.refresh_token}`,
    );
  }

  #checkEvent(told: Told, last: Told): void {
    const { event, session, previous, cause } = told;
    const isSameUser = session?.user.id === previous?.user.id;
    const isSameToken = session?.access_token === previous?.access_token &&
      session?.refresh_token === previous?.refresh_token;
    if (cause === "restore") return this.#fail("nothing is restored", told);
    if (event === "SIGNED_OUT") {
      if (session || !previous) this.#fail("SIGNED_OUT ends a session", told);
    } else if (!session) {
      this.#fail("only SIGNED_OUT is without a session", told);
    }
    if (event === "SIGNED_IN" && cause === "other-tab" && isSameUser) {
      this.#fail("no false SIGNED_IN", told);
    }
    if (event === "TOKEN_REFRESHED" && cause !== "user") {
      if (!previous || !isSameUser || isSameToken) {
        this.#fail("TOKEN_REFRESHED brings a token", told);
      }
    }
    if (event === last.event && isSameToken && session === last.session) {
      this.#fail("one event per transition", told);
    }
    if (cause === "other-tab") this.#checkOther(told);
    if (event === "SIGNED_OUT" && cause === "refresh" && !told.reason) {
      this.#fail("a lost session has its reason", told);
    }
  }

  /** What no other tab has stored is no news of another tab. */
  #checkOther(told: Told): void {
    const { tab, session } = told;
    const writers = this.#writers.get(session?.access_token ?? "");
    const others = [...writers ?? []].filter((writer) => writer !== tab.id);
    if (others.length > 0 || !this.#world.isReliable) return;
    this.#fail("other tabs' news are theirs", told);
  }

  /** Whether an event may wait for storage, or for the caller. */
  #isUnsettled(tab: Tab): boolean {
    const { time, setup } = this.#world;
    const { isAsync, latencyMs } = setup.storage;
    if (!this.#world.isReliable || setup.hasUserStorage) return true;
    if (tab.pending.size === 0 && !(isAsync && latencyMs > 0)) return false;
    const access = tab.snapshot.session?.access_token ?? "";
    const key = this.#changedAt.get(tab);
    if (this.#seen.get(tab) !== access || key === undefined) {
      this.#seen.set(tab, access);
      this.#changedAt.set(tab, time.awake);
      return true;
    }
    return time.awake - key < 6 * latencyMs + 100;
  }

  readonly #seen: Map<Tab, string> = new Map();

  #fail(
    check: string,
    { tab, event }: Pick<Told, "tab" | "event">,
    message = "",
  ): void {
    this.#world.fail(5, check, `tab ${tab.id}, ${event}: ${message}`);
  }
}
