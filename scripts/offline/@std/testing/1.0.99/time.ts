// Stands in for jsr:@std/testing/time where JSR is out of reach: a clock and
// timers that move only when told to. For development; not part of any
// published package.

/** What is thrown when time is faked twice, or used when it is not faked. */
export class TimeError extends Error {
  override name = "TimeError";
}

interface Timer {
  readonly id: number;
  readonly run: () => void;
  readonly everyMs: number | undefined;
  due: number;
}

const real = {
  Date: globalThis.Date,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
};
const realTimeout = AbortSignal.timeout;

let current: FakeTime | undefined;

/** Replaces `Date`, the timers and `AbortSignal.timeout` until `restore()`. */
export class FakeTime {
  readonly #start: number;
  #now: number;
  #lastId = 0;
  #timers = new Map<number, Timer>();

  constructor(start?: number | string | Date | null) {
    if (current) throw new TimeError("Time is already faked");
    const at = new real.Date(start ?? real.Date.now()).getTime();
    if (Number.isNaN(at)) throw new TypeError("Invalid start");
    this.#start = this.#now = at;
    current = this;
    this.#install();
  }

  #install(): void {
    Object.assign(globalThis, {
      Date: fakeDate(() => this.#now),
      setTimeout: (fn: unknown, ms?: number, ...args: unknown[]) =>
        this.#add(fn, ms, args, false),
      setInterval: (fn: unknown, ms?: number, ...args: unknown[]) =>
        this.#add(fn, ms, args, true),
      clearTimeout: (id?: unknown) => this.#remove(id),
      clearInterval: (id?: unknown) => this.#remove(id),
    });
    AbortSignal.timeout = (ms: number): AbortSignal => {
      const controller = new AbortController();
      const reason = new DOMException("Signal timed out.", "TimeoutError");
      this.#add(() => controller.abort(reason), ms, [], false);
      return controller.signal;
    };
  }

  #add(fn: unknown, ms = 0, args: unknown[], repeats: boolean): number {
    if (current !== this) throw new TimeError("Time is not faked any more");
    if (typeof fn !== "function") throw new TimeError("Expected a function");
    const delay = Math.max(repeats ? 1 : 0, Math.floor(ms));
    const id = ++this.#lastId;
    this.#timers.set(id, {
      id,
      run: () => fn(...args),
      everyMs: repeats ? delay : undefined,
      due: this.#now + delay,
    });
    return id;
  }

  #remove(id: unknown): void {
    if (current !== this) throw new TimeError("Time is not faked any more");
    if (typeof id === "number") this.#timers.delete(id);
  }

  #first(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers.values()) {
      if (!first || timer.due < first.due) first = timer;
    }
    return first;
  }

  #fire(timer: Timer): void {
    this.#now = Math.max(this.#now, timer.due);
    this.#timers.delete(timer.id);
    if (timer.everyMs !== undefined) {
      timer.due = this.#now + timer.everyMs;
      this.#timers.set(timer.id, timer);
    }
    timer.run();
  }

  /** The faked time in milliseconds; setting it fires what falls due. */
  get now(): number {
    return this.#now;
  }
  set now(value: number) {
    if (value < this.#now) throw new RangeError("Time cannot go backwards");
    for (
      let next = this.#first();
      next && next.due <= value;
      next = this.#first()
    ) {
      this.#fire(next);
    }
    this.#now = value;
  }

  /** The time at which the clock was started. */
  get start(): number {
    return this.#start;
  }

  /** Lets so much time pass. */
  tick(ms = 0): void {
    this.now += ms;
  }

  /** Settles promises, then lets so much time pass. */
  async tickAsync(ms = 0): Promise<void> {
    await this.runMicrotasks();
    this.tick(ms);
  }

  /** Goes to the next timer; tells whether there was one. */
  next(): boolean {
    const due = this.#first()?.due;
    if (due === undefined) return false;
    this.now = Math.max(due, this.#now);
    return true;
  }

  /** Settles promises, then goes to the next timer. */
  async nextAsync(): Promise<boolean> {
    await this.runMicrotasks();
    return this.next();
  }

  /** Fires timers until none is left. */
  runAll(): void {
    while (this.next());
  }

  /** The same, settling promises between. */
  async runAllAsync(): Promise<void> {
    while (await this.nextAsync());
  }

  /** Settles promises. */
  async runMicrotasks(): Promise<void> {
    await this.delay(0);
  }

  /** Waits in real time. */
  delay(ms: number, options: { signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        real.clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = real.setTimeout(() => {
        signal?.removeEventListener("abort", abort);
        resolve();
      }, ms);
      if (signal?.aborted) abort();
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Puts the real clock and timers back. */
  restore(): void {
    if (current !== this) throw new TimeError("Time is already restored");
    current = undefined;
    Object.assign(globalThis, real);
    AbortSignal.timeout = realTimeout;
  }

  [Symbol.dispose](): void {
    this.restore();
  }
}

function fakeDate(now: () => number): DateConstructor {
  return new Proxy(real.Date, {
    construct: (target, args) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args),
    apply: () => new real.Date(now()).toString(),
    get: (target, key) => key === "now" ? now : Reflect.get(target, key),
  });
}
