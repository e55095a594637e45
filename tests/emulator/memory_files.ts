import type { JournalFile, JournalFiles } from "../../lib/emulator/journal.ts";

/** Files in memory. */
export class MemoryFiles implements JournalFiles {
  readonly bytes: Map<string, Uint8Array> = new Map<string, Uint8Array>();
  readonly locked: Set<string> = new Set();
  /** Makes the next writes fail after so many bytes, as a full disk does. */
  room: number = Infinity;

  constructor(texts: Record<string, string> = {}) {
    for (const [path, text] of Object.entries(texts)) this.put(path, text);
  }

  lock(path: string): () => void {
    if (this.locked.has(path)) throw new Error(`${path} is in use`);
    this.locked.add(path);
    return () => void this.locked.delete(path);
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
    if (!this.bytes.has(path)) throw new Error("No such file");
    return {
      append: (bytes) => this.#append(path, bytes),
      truncate: (length) =>
        void this.bytes.set(path, this.bytes.get(path)!.slice(0, length)),
      close: () => {},
    };
  }

  create(path: string, chunks: Iterable<Uint8Array>): void {
    if (this.bytes.has(path)) throw new Error("The file exists");
    this.bytes.set(path, new Uint8Array());
    for (const chunk of chunks) this.#append(path, chunk);
  }

  rename(from: string, to: string): void {
    this.bytes.set(to, this.bytes.get(from)!);
    this.bytes.delete(from);
  }

  remove(path: string): void {
    this.bytes.delete(path);
  }

  #append(path: string, added: Uint8Array): void {
    const before = this.bytes.get(path)!;
    const fitting = added.slice(0, Math.max(0, this.room));
    this.room -= fitting.byteLength;
    const after = new Uint8Array(before.byteLength + fitting.byteLength);
    after.set(before);
    after.set(fitting, before.byteLength);
    this.bytes.set(path, after);
    if (fitting.byteLength < added.byteLength) throw new Error("Disk full");
  }
}
