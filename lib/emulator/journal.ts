import {
  decodeEntries,
  encodeEntry,
  type Entry,
  HEADER,
} from "./journal_format.ts";
import type { Row } from "./records.ts";
import type { Change, Store } from "./store.ts";

/** A file that a journal writes to. */
export interface JournalFile {
  /** Adds to the end; what is given is with the system when this returns. */
  append(bytes: Uint8Array): void;
  /** Cuts the file to so many bytes. */
  truncate(length: number): void;
  /** Ends it. */
  close(): void;
}

/** The files that a journal needs; all of them work at once, so that nothing is answered before it is kept. */
export interface JournalFiles {
  /** Keeps other processes from a file; returns what ends that. Throws when another one has it. */
  lock(path: string): () => void;
  /** The bytes of a file, undefined when there is none. */
  read(path: string): Uint8Array | undefined;
  /** Opens a file that is there for appending. */
  open(path: string): JournalFile;
  /** Makes a file that must not be there yet; it is on the disk when this returns. */
  create(path: string, chunks: Iterable<Uint8Array>): void;
  /** Puts a file in the place of another in one step. */
  rename(from: string, to: string): void;
  /** Deletes a file. */
  remove(path: string): void;
}

/** What a journal works with. */
export interface JournalOptions {
  /** The machine's files. */
  readonly files: JournalFiles;
  /** The file. */
  readonly path: string;
  /** What is kept in it. */
  readonly store: Store;
  /** Learns what went wrong, in words. */
  readonly onProblem: (message: string) => void;
}

/** So many bytes are added before the file is written anew, at least. */
const MIN_GROWTH = 1_048_576;
const ROWS_PER_ENTRY = 200;

/**
 * Keeps a store in a file. Every commit is one line, written before its request is answered; when the lines
 * have outgrown the data, a new file with the data alone takes the old one's place in one step.
 */
export class Journal {
  readonly #files: JournalFiles;
  readonly #path: string;
  readonly #onProblem: (message: string) => void;
  /** The committed records. What a request in progress has written is in the store already, but not here. */
  readonly #rows = new Map<string, Map<string, Row>>();
  readonly #keys = new Map<string, readonly unknown[]>();
  readonly #end: (() => void)[] = [];
  #file: JournalFile | undefined;
  #length = 0;
  #limit = 0;

  /** Opens or makes the file and fills the store. Throws when the file is not the emulator's, or damaged. */
  constructor(options: JournalOptions) {
    this.#files = options.files;
    this.#path = options.path;
    this.#onProblem = options.onProblem;
    this.#end.push(this.#files.lock(this.#path));
    try {
      this.#removeLeftover();
      this.#load();
    } catch (error) {
      this.#release();
      throw error;
    }
    options.store.restore(this.#changes());
    this.#end.push(options.store.subscribe((changes) => this.#note(changes)));
  }

  /** The keys that were kept under a name. */
  loadKeys(name: string): readonly unknown[] | undefined {
    return this.#keys.get(name);
  }

  /** Keeps keys under a name. */
  saveKeys(name: string, keys: readonly unknown[]): void {
    this.#write({ keys: { [name]: keys } });
  }

  /** Ends writing. What was not written for want of room is tried once more. */
  close(): void {
    if (this.#file === undefined) this.#renew();
    this.#file?.close();
    this.#release();
  }

  #release(): void {
    for (const end of this.#end.splice(0).reverse()) end();
  }

  #load(): void {
    const bytes = this.#files.read(this.#path);
    if (bytes === undefined || bytes.byteLength === 0) {
      this.#replace();
      return;
    }
    if (!startsLike(bytes, HEADER)) {
      throw new Error(
        `${this.#path} is no data file of this emulator; it is left as it is`,
      );
    }
    const { entries, whole, isDamaged } = decodeEntries(bytes);
    if (isDamaged) {
      throw new Error(
        `${this.#path} is damaged at byte ${whole}; it is left as it is`,
      );
    }
    for (const entry of entries) this.#apply(entry);
    this.#file = this.#files.open(this.#path);
    this.#length = whole;
    const torn = bytes.byteLength - whole;
    if (torn > 0) {
      this.#file.truncate(whole);
      this.#onProblem(
        `${this.#path} ended within a record: its last ${torn} bytes were cut off`,
      );
    }
    this.#limit = Math.max(MIN_GROWTH, 2 * whole);
  }

  /** A new file that was not finished when the process ended. */
  #removeLeftover(): void {
    const path = this.#newPath;
    const bytes = this.#files.read(path);
    if (bytes === undefined) return;
    if (!startsLike(bytes, HEADER.slice(0, bytes.byteLength))) {
      throw new Error(`${path} is in the way; it is left as it is`);
    }
    this.#files.remove(path);
  }

  get #newPath(): string {
    return `${this.#path}.new`;
  }

  #apply(entry: Entry): void {
    for (const [table, row] of entry.set ?? []) {
      const rows = this.#rows.get(table) ?? new Map<string, Row>();
      this.#rows.set(table, rows.set(row.id, row));
    }
    for (const [table, id] of entry.cut ?? []) {
      this.#rows.get(table)?.delete(id);
    }
    for (const [name, keys] of Object.entries(entry.keys ?? {})) {
      this.#keys.set(name, keys);
    }
  }

  /** The records in the order in which they came into being. */
  #changes(): Change[] {
    const changes = [...this.#rows].flatMap(([table, rows]) =>
      [...rows.values()].map((row) => ({ table, id: row.id, row }))
    );
    return changes.sort((a, b) => a.row.seq - b.row.seq);
  }

  #note(changes: readonly Change[]): void {
    const set: [string, Row][] = [];
    const cut: [string, string][] = [];
    for (const { table, id, row } of changes) {
      if (row === null) cut.push([table, id]);
      else set.push([table, row]);
    }
    this.#write({
      ...(set.length > 0 ? { set } : {}),
      ...(cut.length > 0 ? { cut } : {}),
    });
  }

  #write(entry: Entry): void {
    this.#apply(entry);
    if (this.#file !== undefined) this.#append(this.#file, encodeEntry(entry));
    if (this.#file === undefined || this.#length > this.#limit) this.#renew();
  }

  #append(file: JournalFile, line: Uint8Array): void {
    try {
      file.append(line);
      this.#length += line.byteLength;
    } catch (error) {
      this.#onProblem(
        `${this.#path} cannot be written: ${error}`,
      );
      this.#giveUpFile(file);
    }
  }

  /** After half a line nothing may follow: a new file has to take the place of this one. */
  #giveUpFile(file: JournalFile): void {
    this.#file = undefined;
    try {
      file.truncate(this.#length);
      file.close();
    } catch {
      // A torn end is cut off at the next start.
    }
  }

  /** Writes the data anew; when that fails, the old file stays and goes on where it is in order. */
  #renew(): void {
    try {
      this.#replace();
    } catch (error) {
      this.#limit = this.#length + MIN_GROWTH;
      this.#onProblem(`${this.#newPath} cannot be written: ${error}`);
    }
  }

  #replace(): void {
    let length = 0;
    const chunks = [...this.#snapshot()];
    for (const chunk of chunks) length += chunk.byteLength;
    this.#removeLeftover();
    this.#files.create(this.#newPath, chunks);
    this.#file?.close();
    this.#file = undefined;
    this.#files.rename(this.#newPath, this.#path);
    this.#file = this.#files.open(this.#path);
    this.#length = length;
    this.#limit = Math.max(MIN_GROWTH, 2 * length);
  }

  *#snapshot(): Iterable<Uint8Array> {
    yield new TextEncoder().encode(HEADER);
    if (this.#keys.size > 0) {
      yield encodeEntry({ keys: Object.fromEntries(this.#keys) });
    }
    const changes = this.#changes();
    for (let at = 0; at < changes.length; at += ROWS_PER_ENTRY) {
      const part = changes.slice(at, at + ROWS_PER_ENTRY);
      yield encodeEntry({ set: part.map(({ table, row }) => [table, row!]) });
    }
  }
}

function startsLike(bytes: Uint8Array, text: string): boolean {
  const expected = new TextEncoder().encode(text);
  return expected.every((byte, index) => bytes[index] === byte);
}
