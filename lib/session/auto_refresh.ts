/** Refreshing in the background, only when asked for. */
import type { Metadata } from "../config.ts";
import type { SessionManager } from "./manager.ts";
import { refreshDelay, restLeft } from "./refresh.ts";
import { refreshStored } from "./refresher.ts";
import { type CancelTimer, startBackgroundTimer } from "./timers.ts";

/** The one timer of a client. */
export class AutoRefresh<M extends Metadata> {
  readonly #manager: SessionManager<M>;
  #cancel: CancelTimer | undefined;
  /** Tells a check under way that it has been stopped, or started anew. */
  #run: object | undefined;

  /** @param manager Whose session to keep fresh. */
  constructor(manager: SessionManager<M>) {
    this.#manager = manager;
  }

  /** Checks now, and from then on whenever it is time to. */
  start(): void {
    this.stop();
    const run = this.#run = {};
    this.#check(run);
  }

  /** Ends the timer. A refresh under way goes on. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#run = undefined;
  }

  async #check(run: object): Promise<void> {
    const manager = this.#manager;
    try {
      const stored = await manager.current();
      if (this.#run !== run) return;
      if (stored && this.#delay() === 0) await refreshStored(manager, stored);
    } catch {
      // A failed refresh has been reported; the next check tries again.
    }
    if (this.#run !== run || manager.isDisposed) return;
    // Often enough to notice another tab's session and a clock that was set.
    const pause = Math.min(Math.max(this.#delay(), 1_000), 30_000);
    this.#cancel = startBackgroundTimer(() => this.#check(run), pause);
  }

  #delay(): number {
    const { state, config } = this.#manager;
    if (!state.stored) return Infinity;
    const left = this.#manager.timeLeft(state.stored);
    const delay = refreshDelay(state.stored, left);
    return Math.max(restLeft(state, config.now()), delay);
  }
}
