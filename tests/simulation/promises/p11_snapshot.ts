/**
 * 11. The state can be read synchronously, and the snapshot is the same object
 * until something changes.
 */
import type { AuthSnapshot } from "../../../lib/session/manager_options.ts";
import type { Tab } from "../tab.ts";
import type { Checker, World } from "../world.ts";

interface Seen {
  readonly snapshot: AuthSnapshot;
  readonly text: string;
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
    const text = textOf(snapshot);
    this.#seen.set(tab, { snapshot, text, calls });
    if (tab.snapshot !== snapshot) {
      this.#fail("reading twice gives the same object", tab, text);
    }
    const isLoading = snapshot.status === "loading";
    if (isLoading !== (snapshot.status === "loading" && !snapshot.session)) {
      this.#fail("nothing is known while loading", tab, text);
    }
    const { storage, hasUserStorage, hasGarbage } = this.#world.setup;
    // Whose user has to be fetched, or stored first, is told of later.
    const isSlow = storage.isAsync || hasUserStorage || hasGarbage;
    if (!seen || isSlow || !this.#calls.has(tab)) return;
    const isTold = calls > seen.calls;
    if (seen.text === text && !isTold) {
      this.#fail("the same state is the same object", tab, text);
    }
    if (seen.text !== text && !isTold && seen.snapshot.status !== "loading") {
      this.#fail("listeners are told of another snapshot", tab, text);
    }
  }

  #fail(check: string, tab: Tab, message: string): void {
    this.#world.fail(11, check, `tab ${tab.id}: ${message}`);
  }
}

function textOf({ status, session }: AuthSnapshot): string {
  if (!session) return status;
  const { access_token, refresh_token, user } = session;
  const { updated_at } = user;
  return [
    status,
    access_token,
    refresh_token,
    updated_at?.getTime(),
    JSON.stringify(user),
  ]
    .join(" ");
}
