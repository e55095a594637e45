import type { JournalFile, JournalFiles } from "../../lib/emulator/journal.ts";

/** Files in memory. */
export class MemoryFiles implements JournalFiles {
  readonly bytes: Map<string, Uint8Array> = new Map<string, Uint8Array>();
  /** Makes the next writes fail after so many bytes, as a full disk does. */
  room: number = Infinity;

  constructor(texts: Record<string, string> = {}) {
    for (const [path, text] of Object.entries(texts)) this.put(path, text);
  }

  put(path: string, text: string): void {
    this.bytes.set(path, new TextEncoder().encode(text));
  }

  text(path: string): string {
    const bytes = this.bytes.get(path);
    if (bytes === undefined) throw new Error("No such file");
    return new TextDecoder().decode(bytes);
  }

  read(path: string): Uint8Array | undefined {
    return this.bytes.get(path);
  }

  open(path: string): JournalFile {
    // A file that was replaced goes on under no name.
    const isStale = () => this.bytes.get(path) === undefined;
    if (isStale()) throw new Error("No such file");
    return {
      append: (text) => this.#append(path, text),
      truncate: (length) =>
        void this.bytes.set(path, this.bytes.get(path)!.slice(0, length)),
      close: () => {},
    };
  }

  create(path: string, text: string): void {
    if (this.bytes.has(path)) throw new Error("The file exists");
    this.bytes.set(path, new Uint8Array());
    this.#append(path, text);
  }

  rename(from: string, to: string): void {
    this.bytes.set(to, this.bytes.get(from)!);
    this.bytes.delete(from);
  }

  remove(path: string): void {
    this.bytes.delete(path);
  }

  #append(path: string, text: string): void {
    const before = this.bytes.get(path)!;
    const added = new TextEncoder().encode(text);
    const fitting = added.slice(0, Math.max(0, this.room));
    this.room -= fitting.byteLength;
    this.bytes.set(path, new Uint8Array([...before, ...fitting]));
    if (fitting.byteLength < added.byteLength) throw new Error("Disk full");
  }
}
