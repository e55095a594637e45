/** Chance, all of it from one seed. */
export class Random {
  #state: number;

  /** @param seed The same seed gives the same numbers. */
  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0;
    this.bits();
    this.bits();
  }

  /** 32 random bits (mulberry32). */
  bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** In [0, 1). */
  fraction(): number {
    return this.bits() / 0x100000000;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  /** True in so many of a hundred cases. */
  chance(percent: number): boolean {
    return this.fraction() * 100 < percent;
  }

  /** One of some values. */
  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.fraction() * values.length)]!;
  }

  /** One of the names, by their weights. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
    const { names, ends } = tableOf(weights);
    const at = this.fraction() * ends.at(-1)!;
    return names[ends.findIndex((end) => at < end)] as T;
  }

  /** Fills bytes. */
  fill(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i += 4) {
      const bits = this.bits();
      bytes[i] = bits;
      if (i + 1 < bytes.length) bytes[i + 1] = bits >>> 8;
      if (i + 2 < bytes.length) bytes[i + 2] = bits >>> 16;
      if (i + 3 < bytes.length) bytes[i + 3] = bits >>> 24;
    }
  }
}

interface Table {
  readonly names: readonly string[];
  /** The sum of the weights up to each name. */
  readonly ends: readonly number[];
}

const tables = new WeakMap<object, Table>();

function tableOf(weights: Readonly<Record<string, number>>): Table {
  const known = tables.get(weights);
  if (known) return known;
  let sum = 0;
  const ends = Object.values(weights).map((weight) => sum += weight);
  const table = { names: Object.keys(weights), ends };
  tables.set(weights, table);
  return table;
}
