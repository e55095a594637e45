/**
 * 8. No background timer unless auto-refresh is on; no timer outlives the call
 * that made it; timers never keep a process alive; `dispose` ends everything.
 */
import type { SentRequest } from "../network.ts";
import type { Tab, Told } from "../tab.ts";
import type { Checker, World } from "../world.ts";

/** For another's refresh, after a first wait that was in vain. */
const LONGEST_WAIT_MS = 30_000;

export class Timers implements Checker {
  readonly #world: World;
  /** When a disposed tab was last at work. */
  readonly #quiet: Set<Tab> = new Set();
  #settledAt = -Infinity;

  constructor(world: World) {
    this.#world = world;
  }

  onSend({ tab, endpoint }: SentRequest): void {
    if (this.#quiet.has(tab)) {
      this.#fail(
        "what is disposed of asks nothing",
        `tab ${tab.id} ${endpoint}`,
      );
    }
  }

  onTold({ tab, event }: Told): void {
    if (tab.isDisposed) {
      this.#fail("what is disposed of tells nothing", `tab ${tab.id} ${event}`);
    }
  }

  onRest(): void {
    const { time, tabs, network, storage, users } = this.#world;
    const isBusy = network.open.size > 0 || storage.pending > 0 ||
      (users?.pending ?? 0) > 0 || time.isWorldBusy ||
      tabs.some((tab) => tab.pending.size > 0) ||
      this.#world.setup.hasCrashes;
    if (isBusy) {
      this.#settledAt = time.awake;
      return;
    }
    for (const tab of tabs) if (tab.isDisposed) this.#quiet.add(tab);
    // What failed in the background may be tried again for a moment.
    if (time.awake - this.#settledAt < 20_000) return;
    const allowed = tabs.filter((tab) => tab.isAuto && tab.isUsable).length;
    const timers = [...time.timers()];
    if (timers.filter(({ isRef }) => !isRef).length > allowed) {
      const delays = timers.map(({ delayMs }) => delayMs);
      this.#fail("only auto-refresh has timers", `${allowed}: ${delays}`);
    }
    for (const { isRef, delayMs, startedAt } of timers) {
      // A refresh in the background may wait for a lock, or for another one, and
      // so may the request for a user who is not stored.
      const { setup, isReliable } = this.#world;
      const hasReason = !isReliable || setup.hasUserStorage ||
        tabs.some(({ wasAuto }) => wasAuto);
      const isWait = hasReason && delayMs <= LONGEST_WAIT_MS;
      if (!isRef || (isWait && time.awake - startedAt <= 10_000)) continue;
      this.#fail("no timer keeps a process alive", `${delayMs} ms`);
    }
  }

  /** When all tabs are disposed of, nothing is left. */
  async onEnd(): Promise<void> {
    const world = this.#world;
    for (const tab of world.usable) {
      tab.isDisposed = true;
      void tab.call("dispose", () => tab.client.dispose());
    }
    await world.advance(120_000);
    if (world.setup.hasCrashes || world.setup.hasStorageTrouble) return;
    const { timerCount } = world.time;
    if (timerCount > 0) this.#fail("dispose ends all timers", `${timerCount}`);
  }

  #fail(check: string, message: string): void {
    this.#world.fail(8, check, message);
  }
}
