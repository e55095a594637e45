import { parseDuration } from "../go_duration.ts";

const HOUR = 3_600_000;
const MAX_BUCKETS = 10_000;

/** A bucket of tokens: full at first, filled again at a steady pace. */
interface Bucket {
  level: number;
  at: number;
}

/** How fast a bucket fills and how much it holds. */
export interface BucketRate {
  /** Tokens per second. */
  readonly perSecond: number;
  /** The size of the bucket. */
  readonly burst: number;
}

/** What may be sent in a while: a number per hour, or a bucket. */
export type BudgetRate =
  | { readonly perHour: number }
  | { readonly burst: number; readonly every: number };

/** Refuses settings with an impossible budget. */
export function checkBudgets(
  settings: Readonly<
    Record<`GOTRUE_RATE_LIMIT_${"EMAIL" | "SMS"}_SENT`, string>
  >,
): void {
  for (
    const name of [
      "GOTRUE_RATE_LIMIT_EMAIL_SENT",
      "GOTRUE_RATE_LIMIT_SMS_SENT",
    ] as const
  ) {
    parseBudget(name, settings[name]);
  }
}

/** Reads a budget: `30` (per hour) or `30/5m` (30 at once, then one in five minutes). */
export function parseBudget(name: string, text: string): BudgetRate {
  const [, events, duration] = /^(\d+(?:\.\d+)?)(?:\/(.+))?$/.exec(text) ?? [];
  const every = duration === undefined ? HOUR : milliseconds(duration);
  if (events === undefined || every <= 0) {
    throw new TypeError(`${name} must be a number, or a number per duration`);
  }
  return duration === undefined
    ? { perHour: Number(events) }
    : { burst: Math.trunc(Number(events)), every };
}

function milliseconds(duration: string): number {
  const result = parseDuration(duration);
  return "milliseconds" in result ? result.milliseconds : 0;
}

/** What one instance counts. Like the server's own counters it is no data: it neither lasts nor is shared. */
export class Rates {
  readonly #buckets = new Map<string, Bucket>();
  readonly #hours = new Map<string, { hour: number; count: number }>();
  readonly #start: number;

  /** Counts from a moment on; the hours of budgets begin there. */
  constructor(start: number) {
    this.#start = start;
  }

  /** The number of buckets that are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Takes a token out of a bucket, if there is one. */
  take(key: string, rate: BucketRate, now: number): boolean {
    const bucket = this.#buckets.get(key) ?? { level: rate.burst, at: now };
    const filled = (now - bucket.at) / 1000 * rate.perSecond;
    const level = Math.min(rate.burst, bucket.level + Math.max(0, filled));
    const isThere = level >= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { level: isThere ? level - 1 : level, at: now });
    this.#forgetOldest();
    return isThere;
  }

  /** Takes one unit out of a budget, if there is one. */
  spend(name: string, rate: BudgetRate, now: number): boolean {
    if ("every" in rate) {
      const perSecond = 1000 / rate.every;
      return this.take(name, { perSecond, burst: rate.burst }, now);
    }
    const hour = Math.floor((now - this.#start) / HOUR);
    const last = this.#hours.get(name);
    const count = last?.hour === hour ? last.count : 0;
    if (count >= rate.perHour) return false;
    this.#hours.set(name, { hour, count: count + 1 });
    return true;
  }

  /** Fills everything up. */
  clear(): void {
    this.#buckets.clear();
    this.#hours.clear();
  }

  /** Buckets that were not used for long are full again. */
  #forgetOldest(): void {
    if (this.#buckets.size <= MAX_BUCKETS) return;
    const [oldest] = this.#buckets.keys();
    this.#buckets.delete(oldest!);
  }
}
