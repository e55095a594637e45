import type { Row } from "./records.ts";

/** What a table keeps up to date beside its records. */
export interface TableIndex<T extends Row> {
  /** Throws a {@linkcode UniqueViolation} when the record would break a rule of uniqueness. */
  check(row: T): void;
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
  /** Set where two records may not share a key: the constraint's name and columns. */
  readonly unique?: Constraint<T>;
}

/** A rule of uniqueness under the name that it has in the real server's database. */
export interface Constraint<T> {
  /** The name. */
  readonly name: string;
  /** The columns that make up the key. */
  readonly columns: readonly (keyof T & string)[];
}

/** A record that would break a rule of uniqueness. */
export class UniqueViolation extends Error {
  /** Which values are taken, in the database's words. */
  readonly detail: string;

  constructor(
    constraint: string,
    columns: readonly string[],
    values: readonly unknown[],
  ) {
    super(`duplicate key value violates unique constraint "${constraint}"`);
    this.name = "UniqueViolation";
    this.detail = `Key (${columns.join(", ")})=(${
      values.join(", ")
    }) already exists.`;
  }
}

/** Records by a key that some may share. Most keys have one record, which is kept without a map of its own. */
export class HashIndex<T extends Row> implements TableIndex<T> {
  readonly #options: IndexOptions<T>;
  readonly #rows = new Map<string, T | Map<string, T>>();

  constructor(options: IndexOptions<T>) {
    this.#options = options;
  }

  check(row: T): void {
    const { unique } = this.#options;
    const key = unique === undefined ? null : this.#options.key(row);
    const present = key === null ? undefined : this.first(key);
    if (unique === undefined || present === undefined) return;
    if (present.id === row.id) return;
    const values = unique.columns.map((column) => row[column]);
    throw new UniqueViolation(unique.name, unique.columns, values);
  }

  add(row: T): void {
    const key = this.#options.key(row);
    if (key === null) return;
    const present = this.#rows.get(key);
    if (present instanceof Map) present.set(row.id, row);
    else if (present === undefined || present.id === row.id) {
      this.#rows.set(key, row);
    } else {
      this.#rows.set(key, new Map([[present.id, present], [row.id, row]]));
    }
  }

  remove(row: T): void {
    const key = this.#options.key(row);
    const present = key === null ? undefined : this.#rows.get(key);
    if (key === null || present === undefined) return;
    if (present instanceof Map) {
      present.delete(row.id);
      if (present.size === 0) this.#rows.delete(key);
    } else if (present.id === row.id) this.#rows.delete(key);
  }

  replace(before: T, after: T): void {
    if (this.#options.key(before) !== this.#options.key(after)) {
      this.remove(before);
    }
    this.add(after);
  }

  /** A record under a key. */
  first(key: string): T | undefined {
    const present = this.#rows.get(key);
    return present instanceof Map ? present.values().next().value : present;
  }

  /** The records under a key, in no particular order. */
  get(key: string): Iterable<T> {
    const present = this.#rows.get(key);
    if (present === undefined) return [];
    return present instanceof Map ? present.values() : [present];
  }
}

/** A record's place in time. */
export interface Entry {
  /** The record. */
  readonly id: string;
  /** Orders what was made at the same moment. */
  readonly seq: number;
  /** When it was made. */
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

  check(_row: T): void {}

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
  ids(group: string): readonly Entry[] {
    return this.#entries.get(group) ?? [];
  }
}

/** Where a record stands among others that are in order, or would stand. */
export function position(
  entries: readonly Entry[],
  row: Omit<Entry, "id">,
): number {
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
