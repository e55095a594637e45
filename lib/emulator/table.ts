import {
  HashIndex,
  type IndexOptions,
  type TableIndex,
  UniqueViolation,
} from "./indexes.ts";
import type { Row } from "./records.ts";

/** What a table tells its store when it changes. */
export interface Journal {
  /** Serial numbers for new records. */
  nextSeq(): number;
  /** Notes a change together with what takes it back. */
  note(table: string, id: string, undo: () => void): void;
}

/** What is particular about a table. */
export interface TableOptions<T extends Row> {
  /** A further index. */
  readonly index?: TableIndex<T>;
  /**
   * What decides a record's place in lists: when it changes, the record goes to the end, as the
   * database moves rows of which an indexed column was written.
   */
  readonly place?: (row: T) => string;
}

/** Records by id with further indexes. A record is never altered: a change replaces it. */
export class Table<T extends Row, I extends string = never> {
  /** The name under which changes are noted. */
  readonly name: string;
  readonly #journal: Journal;
  readonly #rows = new Map<string, T>();
  readonly #hashes: Readonly<Record<I, HashIndex<T>>>;
  readonly #indexes: TableIndex<T>[];
  readonly #place: ((row: T) => string) | undefined;

  constructor(
    name: string,
    journal: Journal,
    indexes: Readonly<Record<I, IndexOptions<T>>>,
    options: TableOptions<T> = {},
  ) {
    this.name = name;
    this.#journal = journal;
    const built = Object.entries<IndexOptions<T>>(indexes)
      .map(([index, options]) => [index, new HashIndex(options)] as const);
    this.#hashes = Object.fromEntries(built) as Record<I, HashIndex<T>>;
    this.#indexes = built.map(([, index]) => index);
    if (options.index !== undefined) this.#indexes.push(options.index);
    this.#place = options.place;
  }

  /** The number of records. */
  get size(): number {
    return this.#rows.size;
  }

  /** The record with an id, as it is now. */
  get(id: string): T | undefined {
    return this.#rows.get(id);
  }

  /** The record with an id that has to be there. */
  must(id: string): T {
    const row = this.#rows.get(id);
    if (row === undefined) throw new Error(`A record of ${this.name} is gone`);
    return row;
  }

  /** All records, in no particular order. */
  all(): Iterable<T> {
    return this.#rows.values();
  }

  /** A record under a key of an index. */
  first(index: I, key: string): T | undefined {
    return this.#hashes[index].first(key);
  }

  /** All records under a key of an index, in the order of their insertion. */
  list(index: I, key: string): T[] {
    return [...this.#hashes[index].get(key)].sort((a, b) => a.seq - b.seq);
  }

  /** Adds a record. Throws a {@linkcode UniqueViolation} when a unique key is taken. */
  insert(values: Omit<T, "seq">): T {
    const row = { ...values, seq: this.#journal.nextSeq() } as T;
    if (this.#rows.has(row.id)) {
      throw new UniqueViolation(`${this.name}_pkey`, ["id"], [row.id]);
    }
    this.#check(row);
    this.#put(row);
    this.#journal.note(this.name, row.id, () => this.#take(row.id));
    return row;
  }

  /** Replaces some members of a record. Throws a {@linkcode UniqueViolation} when a unique key is taken. */
  update(id: string, patch: Partial<Omit<T, "id" | "seq">>): T {
    const before = this.must(id);
    const changed = { ...before, ...patch };
    this.#check(changed);
    const moves = this.#place?.(before) !== this.#place?.(changed);
    const row = this.#swap(
      before,
      moves ? { ...changed, seq: this.#journal.nextSeq() } : changed,
    );
    // Only the changed members are taken back: what another request wrote meanwhile stays.
    const old = pick(before, [...Object.keys(patch), "seq"] as (keyof T)[]);
    this.#journal.note(this.name, id, () => this.#restore(id, old));
    return row;
  }

  /** Removes a record; unknown ids are ignored. */
  delete(id: string): void {
    const row = this.#take(id);
    if (row !== undefined) {
      this.#journal.note(this.name, id, () => this.#put(row));
    }
  }

  /** Puts a saved record in its place, beside the journal. */
  load(row: T): void {
    this.#take(row.id);
    this.#put(row);
  }

  /** Removes a record beside the journal. */
  unload(id: string): void {
    this.#take(id);
  }

  /** Taking back must not fail: it is not checked, though another request may have taken a key meanwhile. */
  #check(row: T): void {
    for (const index of this.#indexes) index.check(row);
  }

  #put(row: T): void {
    this.#rows.set(row.id, row);
    for (const index of this.#indexes) index.add(row);
  }

  #take(id: string): T | undefined {
    const row = this.#rows.get(id);
    if (row === undefined) return undefined;
    this.#rows.delete(id);
    for (const index of this.#indexes) index.remove(row);
    return row;
  }

  #swap(before: T, after: T): T {
    this.#rows.set(after.id, after);
    for (const index of this.#indexes) index.replace(before, after);
    return after;
  }

  #restore(id: string, old: Partial<T>): void {
    const row = this.#rows.get(id);
    if (row !== undefined) this.#swap(row, { ...row, ...old });
  }
}

function pick<T>(row: T, keys: readonly (keyof T)[]): Partial<T> {
  const picked: Partial<T> = {};
  for (const key of keys) picked[key] = row[key];
  return picked;
}
