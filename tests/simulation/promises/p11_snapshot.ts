/**
 * 11. The state can be read synchronously, and the snapshot is the same object
 * until something changes.
 */
import type { AuthSnapshot } from "../../../lib/session/manager_options.ts";
import type { Tab } from "../tab.ts";
import type { Checker, World } from "../world.ts";

interface Seen {
  readonly snapshot: AuthSnapshot;
  readonly calls: number;
}

export class Snapshots implements Checker {
  readonly #world: World;
  readonly #seen: Map<Tab, Seen> = new Map();
  readonly #calls: Map<Tab, number> = new Map();

  constructor(world: World) {
    this.#world = world;
  }

  onOpen(tab: Tab): void {
    // Subscribing starts the client: some are left alone.
    if (tab.id % 2 === 1) return;
    this.#calls.set(tab, 0);
    tab.client.subscribe(() => {
      this.#calls.set(tab, this.#calls.get(tab)! + 1);
    });
  }

  onRest(): void {
    for (const tab of this.#world.tabs) {
      if (tab.isUsable) this.#look(tab);
    }
  }

  #look(tab: Tab): void {
    const { snapshot } = tab;
    const seen = this.#seen.get(tab);
    const calls = this.#calls.get(tab) ?? 0;
    if (seen?.snapshot === snapshot) return;
    this.#seen.set(tab, { snapshot, calls });
    if (tab.snapshot !== snapshot) {
      this.#fail("reading twice gives the same object", tab, snapshot);
    }
    if (snapshot.status === "loading" && snapshot.session) {
      this.#fail("nothing is known while loading", tab, snapshot);
    }
    const { storage, hasUserStorage, hasGarbage } = this.#world.setup;
    // Whose user has to be fetched, or stored first, is told of later.
    const isSlow = storage.isAsync || hasUserStorage || hasGarbage;
    if (!seen || isSlow || !this.#calls.has(tab) || calls > seen.calls) return;
    if (isSame(seen.snapshot, snapshot)) {
      this.#fail("the same state is the same object", tab, snapshot);
    } else if (seen.snapshot.status !== "loading") {
      this.#fail("listeners are told of another snapshot", tab, snapshot);
    }
  }

  #fail(check: string, tab: Tab, snapshot: AuthSnapshot): void {
    const message = `${snapshot.status} ${snapshot.session?.refresh_token}`;
    this.#world.fail(11, check, `tab ${tab.id}: ${message}`);
  }
}

function isSame(a: AuthSnapshot, b: AuthSnapshot): boolean {
  return a.status === b.status &&
    a.session?.access_token === b.session?.access_token &&
    a.session?.refresh_token === b.session?.refresh_token &&
    JSON.stringify(a.session?.user) === JSON.stringify(b.session?.user);
}
