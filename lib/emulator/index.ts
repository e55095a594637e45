import type { Row } from "./records.ts";

/** What a table keeps up to date beside its records. */
export interface TableIndex<T extends Row> {
  /** Whether adding the record would break a rule of uniqueness. */
  conflicts(row: T): boolean;
  /** Adds a record. */
  add(row: T): void;
  /** Removes a record. */
  remove(row: T): void;
  /** Puts a record in the place of its former version. */
  replace(before: T, after: T): void;
}

/** How an index finds its key; null leaves the record out. */
export interface IndexOptions<T> {
  /** The key of a record. */
  readonly key: (row: T) => string | null;
  /** Whether two records may not share a key. */
  readonly unique?: boolean;
}

/** Records by a key that some may share. */
export class HashIndex<T extends Row> implements TableIndex<T> {
  readonly #options: IndexOptions<T>;
  readonly #rows = new Map<string, Map<string, T>>();

  constructor(options: IndexOptions<T>) {
    this.#options = options;
  }

  conflicts(row: T): boolean {
    if (!this.#options.unique) return false;
    const key = this.#options.key(row);
    const present = key === null ? undefined : this.#rows.get(key);
    return present !== undefined && !present.has(row.id);
  }

  add(row: T): void {
    const key = this.#options.key(row);
    if (key === null) return;
    const present = this.#rows.get(key);
    if (present === undefined) this.#rows.set(key, new Map([[row.id, row]]));
    else present.set(row.id, row);
  }

  remove(row: T): void {
    const key = this.#options.key(row);
    if (key === null) return;
    const present = this.#rows.get(key);
    present?.delete(row.id);
    if (present?.size === 0) this.#rows.delete(key);
  }

  replace(before: T, after: T): void {
    if (this.#options.key(before) !== this.#options.key(after)) {
      this.remove(before);
    }
    this.add(after);
  }

  /** The records under a key, in no particular order. */
  get(key: string): Iterable<T> {
    return this.#rows.get(key)?.values() ?? [];
  }
}

interface Entry {
  readonly id: string;
  readonly seq: number;
  readonly created_at: number;
}

/** Ids by group in the order of their creation, so that any page is found without sorting. */
export class Timeline<T extends Row & { readonly created_at: number }>
  implements TableIndex<T> {
  readonly #group: (row: T) => string;
  readonly #entries = new Map<string, Entry[]>();

  constructor(group: (row: T) => string) {
    this.#group = group;
  }

  conflicts(_row: T): boolean {
    return false;
  }

  add(row: T): void {
    const { id, seq, created_at } = row;
    const entries = this.#entries.get(this.#group(row)) ?? [];
    entries.splice(position(entries, row), 0, { id, seq, created_at });
    this.#entries.set(this.#group(row), entries);
  }

  remove(row: T): void {
    this.#entries.get(this.#group(row))?.splice(
      position(this.#entries.get(this.#group(row)) ?? [], row),
      1,
    );
  }

  replace(before: T, after: T): void {
    if (
      this.#group(before) === this.#group(after) &&
      before.created_at === after.created_at
    ) return;
    this.remove(before);
    this.add(after);
  }

  /** The ids of a group, oldest first. */
  ids(group: string): readonly { readonly id: string }[] {
    return this.#entries.get(group) ?? [];
  }
}

function position(entries: readonly Entry[], row: Omit<Entry, "id">): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(entries[middle]!, row)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore(entry: Entry, row: Omit<Entry, "id">): boolean {
  if (entry.created_at !== row.created_at) {
    return entry.created_at < row.created_at;
  }
  return entry.seq < row.seq;
}
