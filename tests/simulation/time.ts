/**
 * Virtual time. Timers of the library and everything that happens to take time
 * in the simulated world are entries of one queue; the clock moves to the next
 * entry at once. Nothing waits for the real clock.
 */

import { LeanHeaders, LeanResponse } from "./lean.ts";

/** A timer that the library has started. */
export class Timer {
  /** Whether it would keep a process alive. */
  isRef = true;
  /** How long it was to wait, in milliseconds. */
  readonly delayMs: number;
  /** When it was started, in time that the machine was awake. */
  readonly startedAt: number;
  readonly #time: VirtualTime;

  /** @param time The queue it is in. */
  constructor(time: VirtualTime, delayMs: number) {
    this.#time = time;
    this.delayMs = delayMs;
    this.startedAt = time.awake;
  }

  /** What Node and Bun have for it. */
  unref(): this {
    this.isRef = false;
    return this;
  }

  /** Ends it. */
  clear(): void {
    this.#time.clear(this);
  }
}

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  readonly timer: Timer | undefined;
}

/** Where every simulated world begins: 2027-01-15. */
export const START = 1_800_000_000_000;

const { process, setImmediate } = globalThis as unknown as {
  readonly process: { nextTick(run: () => void): void };
  setImmediate(run: () => void): void;
};

/** Afterwards every promise that can settle has settled. */
export async function settle(): Promise<void> {
  // Asked for by a promise, a tick comes after all of them.
  await null;
  await new Promise<void>((resolve) => process.nextTick(resolve));
}

/** A turn of the event loop: rejections that nobody has heard are reported. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The clock, and what is to come. */
export class VirtualTime {
  /** The true time, in milliseconds since 1970. */
  now: number = START;
  /** The same without the time that the machine slept. */
  awake: number = START;
  /** The timer that was started last. */
  latest: Timer | undefined;
  #entries: Entry[] = [];
  #order = 0;

  /** Has something happen in the world. */
  schedule(delayMs: number, run: () => void): void {
    this.#insert(delayMs, run, undefined);
  }

  /** Takes the place of `setTimeout`. */
  start(run: () => void, delayMs: number): Timer {
    const timer = new Timer(this, delayMs);
    this.latest = timer;
    this.#insert(Math.max(1, delayMs || 0), run, timer);
    return timer;
  }

  /** Takes the place of `clearTimeout`. */
  clear(timer: unknown): void {
    if (!timer) return;
    const index = this.#entries.findIndex((entry) => entry.timer === timer);
    if (index >= 0) this.#entries.splice(index, 1);
  }

  /** The library's timers that are running. */
  *timers(): Iterable<Timer> {
    for (const { timer } of this.#entries) if (timer) yield timer;
  }

  /** How many of {@link timers} there are. */
  get timerCount(): number {
    return this.#entries.filter(({ timer }) => timer).length;
  }

  /** Whether anything but a timer is to come. */
  get isWorldBusy(): boolean {
    return this.#entries.some(({ timer }) => !timer);
  }

  /**
   * Moves to the next entry that is due until then, and has it happen.
   *
   * @returns Whether there was one.
   */
  next(until: number): boolean {
    const entry = this.#entries[0];
    if (!entry || entry.at > until) return false;
    this.#entries.shift();
    this.#moveTo(Math.max(this.now, entry.at));
    entry.run();
    return true;
  }

  /** Moves on with nothing happening. */
  moveTo(moment: number): void {
    this.#moveTo(moment);
  }

  /** The machine sleeps: what is due meanwhile happens when it wakes. */
  sleep(durationMs: number): void {
    this.now += durationMs;
  }

  #moveTo(moment: number): void {
    this.awake += moment - this.now;
    this.now = moment;
  }

  #insert(delayMs: number, run: () => void, timer: Timer | undefined): void {
    const entry = { at: this.now + delayMs, order: this.#order++, run, timer };
    let index = this.#entries.length;
    while (index > 0 && this.#entries[index - 1]!.at > entry.at) index--;
    this.#entries.splice(index, 0, entry);
  }
}

/**
 * Puts virtual time and the seed's chance in the place of the platform's, and
 * what is lean in the place of what is costly.
 *
 * @param current The world's time.
 * @param fill The world's chance.
 * @param hasStacks Whether errors are to tell where they come from, at a price.
 * @returns Puts the platform's back.
 */
export function install(
  current: () => VirtualTime,
  fill: (bytes: Uint8Array) => void,
  hasStacks: boolean,
): () => void {
  const { setTimeout, clearTimeout, Headers, Response } = globalThis;
  const { getRandomValues } = crypto;
  const errors = Error as { stackTraceLimit?: number };
  const { stackTraceLimit = 10 } = errors;
  Object.assign(globalThis, {
    setTimeout: (
      run: (...values: unknown[]) => void,
      ms = 0,
      ...values: unknown[]
    ) => current().start(() => run(...values), ms),
    clearTimeout: (timer: unknown) => current().clear(timer),
    Headers: LeanHeaders,
    Response: LeanResponse,
  });
  replaceChance((bytes: Uint8Array) => (fill(bytes), bytes));
  if (!hasStacks) errors.stackTraceLimit = 0;
  return () => {
    Object.assign(globalThis, { setTimeout, clearTimeout, Headers, Response });
    replaceChance(getRandomValues);
    errors.stackTraceLimit = stackTraceLimit;
  };
}

function replaceChance(value: unknown): void {
  const descriptor = { value, configurable: true, writable: true };
  Object.defineProperty(crypto, "getRandomValues", descriptor);
}
