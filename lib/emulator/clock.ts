/** The clock of one emulator. All its times, expiries and frequencies follow it. */
export interface Clock {
  /** Milliseconds since 1970, like `Date.now`. Bound: it can be passed on by itself. */
  readonly now: () => number;
  /** Moves the clock forward (or back) by so many milliseconds. */
  advance(milliseconds: number): void;
  /** Sets the clock to a moment; it goes on from there, unless it is frozen. */
  set(moment: Date | number): void;
  /** Stops the clock, at a moment or where it is. */
  freeze(moment?: Date | number): void;
  /** Lets a frozen clock run on. */
  resume(): void;
}

/** The clock as the server sees it. */
export interface ServerClock extends Clock {
  /** A point in time for a record, in milliseconds with a fraction; two never coincide unless the clock is frozen. */
  stamp(): number;
  /** Whether time stands still. */
  readonly isFrozen: boolean;
}

/** Makes a clock on top of a source of time (the host's by default). */
export function createClock(source: () => number = Date.now): ServerClock {
  let offset = 0;
  let frozen: number | undefined;
  let last = 0;

  function now(): number {
    return frozen ?? source() + offset;
  }
  function moveTo(moment: number): void {
    if (frozen === undefined) offset = moment - source();
    else frozen = moment;
  }
  return {
    now,
    get isFrozen() {
      return frozen !== undefined;
    },
    advance: (milliseconds) => moveTo(now() + milliseconds),
    set: (moment) => moveTo(Number(moment)),
    freeze: (moment = now()) => {
      frozen = Number(moment);
    },
    resume: () => {
      if (frozen === undefined) return;
      offset = frozen - source();
      frozen = undefined;
    },
    stamp: () => {
      const current = now();
      const sameMillisecond = frozen === undefined && current <= last &&
        last < current + 1;
      last = sameMillisecond ? Math.round(last * 1000 + 1) / 1000 : current;
      return last;
    },
  };
}

/** RFC 3339 in UTC with up to six fractional digits, trailing zeros dropped, as the server writes times. */
export function formatTime(milliseconds: number): string {
  const micros = Math.round(milliseconds * 1000);
  const seconds = Math.floor(micros / 1e6);
  const text = new Date(seconds * 1000).toISOString().slice(0, -5);
  const rest = micros - seconds * 1e6;
  if (rest === 0) return `${text}Z`;
  const fraction = String(rest).padStart(6, "0").replace(/0+$/, "");
  return `${text}.${fraction}Z`;
}

/** Milliseconds of an RFC 3339 time in UTC, with microseconds as their fraction; undefined for another text. */
export function parseTime(text: string): number | undefined {
  const [, seconds, fraction] = /^([\dT:-]{19})(\.\d+)?Z$/.exec(text) ?? [];
  const time = Date.parse(`${seconds}Z`);
  if (Number.isNaN(time)) return undefined;
  return time + Math.round(Number(fraction ?? 0) * 1e6) / 1000;
}

/** Whole seconds since 1970. */
export function unixSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
