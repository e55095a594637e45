import type { Row } from "./records.ts";
import { type Journal, Table } from "./table.ts";
import { createTables, type Tables } from "./tables.ts";

/** A committed change: the record as it is now, or null when it was deleted. */
export interface Change {
  /** The name of the table. */
  readonly table: string;
  /** The id of the record. */
  readonly id: string;
  /** The record, null when it is gone. */
  readonly row: Row | null;
}

/** The writes of one request: all of them are kept, or those before the last `keep()`, or none. */
export interface Transaction {
  /** Makes the writes so far permanent, whatever happens later. */
  keep(): void;
  /** Lets other requests run while this one waits for the outside world. */
  outside<T>(work: () => Promise<T>): Promise<T>;
}

type Listener = (changes: readonly Change[]) => void;

interface Note {
  readonly table: string;
  readonly id: string;
  readonly undo: () => void;
}

/**
 * All data of one emulator, or of several that share it. Lookups go through indexes; the writes of
 * a request happen one request at a time and are taken back when it fails.
 */
export class Store {
  /** The tables. */
  readonly tables: Tables;
  readonly #byName: ReadonlyMap<string, Table<Row, string>>;
  readonly #listeners = new Map<Listener, readonly string[] | undefined>();
  readonly #waiting: (() => void)[] = [];
  #busy = false;
  #notes: Note[] | undefined;
  #seq = 0;

  constructor() {
    const journal: Journal = {
      nextSeq: () => ++this.#seq,
      note: (table, id, undo) => this.#note({ table, id, undo }),
    };
    this.tables = createTables(journal);
    const tables = Object.values(this.tables).filter((table) =>
      table instanceof Table
    );
    this.#byName = new Map(
      tables.map((
        table,
      ) => [table.name, table as unknown as Table<Row, string>]),
    );
  }

  /** Runs a request's writes: nothing of them is kept when `work` throws, except up to its last `keep()`. */
  async transaction<T>(
    work: (transaction: Transaction) => T | Promise<T>,
  ): Promise<T> {
    await this.#enter();
    const notes: Note[] = this.#notes = [];
    const transaction: Transaction = {
      keep: () => this.#publish(notes.splice(0)),
      outside: (wait) => this.#outside(notes, wait),
    };
    try {
      return await work(transaction);
    } catch (error) {
      this.#notes = undefined;
      for (const note of notes.splice(0).reverse()) note.undo();
      throw error;
    } finally {
      this.#notes = undefined;
      transaction.keep();
      this.#leave();
    }
  }

  /** Tells a listener the committed changes (of some tables only); returns what ends that. */
  subscribe(listener: Listener, tables?: readonly string[]): () => void {
    this.#listeners.set(listener, tables);
    return () => void this.#listeners.delete(listener);
  }

  /** All records, table by table, for a snapshot. */
  *snapshot(): Iterable<Change> {
    for (const [table, rows] of this.#byName) {
      for (const row of rows.all()) yield { table, id: row.id, row };
    }
  }

  /** Puts saved records back (or removes them) without telling anybody; unknown tables are skipped. */
  restore(changes: Iterable<Change>): void {
    for (const { table, id, row } of changes) {
      if (row === null) this.#byName.get(table)?.unload(id);
      else this.#byName.get(table)?.load(row);
      this.#seq = Math.max(this.#seq, row?.seq ?? 0);
    }
  }

  /** Deletes everything. */
  clear(): void {
    for (const table of this.#byName.values()) {
      for (const row of [...table.all()]) table.delete(row.id);
    }
  }

  async #outside<T>(notes: Note[], work: () => Promise<T>): Promise<T> {
    this.#leave();
    try {
      return await work();
    } finally {
      await this.#enter();
      this.#notes = notes;
    }
  }

  async #enter(): Promise<void> {
    if (this.#busy) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#busy = true;
  }

  #leave(): void {
    this.#notes = undefined;
    const next = this.#waiting.shift();
    if (next === undefined) this.#busy = false;
    else next();
  }

  #note(note: Note): void {
    if (this.#notes === undefined) this.#publish([note]);
    else this.#notes.push(note);
  }

  #publish(notes: readonly Note[]): void {
    for (const [listener, tables] of [...this.#listeners]) {
      const heard = tables === undefined
        ? notes
        : notes.filter(({ table }) => tables.includes(table));
      if (heard.length > 0) notify(listener, this.#changes(heard));
    }
  }

  /** Each changed record once, with its last state. */
  #changes(notes: readonly Note[]): Change[] {
    const latest = new Map(
      notes.map(({ table, id }) => [`${table} ${id}`, { table, id }]),
    );
    return [...latest.values()].map(({ table, id }) => ({
      table,
      id,
      row: this.#byName.get(table)?.get(id) ?? null,
    }));
  }
}

function notify(
  listener: (changes: readonly Change[]) => void,
  changes: readonly Change[],
): void {
  try {
    listener(changes);
  } catch {
    // What an observer does cannot undo what has been committed.
  }
}
