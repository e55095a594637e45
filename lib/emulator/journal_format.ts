import { crc32 } from "./crc32.ts";
import type { Row } from "./records.ts";

/** What a file of the emulator begins with; the number changes with the format. */
export const HEADER = "gotrue-emulator journal 1\n";

/** One line of a journal: everything that one commit changed. */
export interface Entry {
  /** Records as they are now, by table. */
  readonly set?: readonly (readonly [table: string, row: Row])[];
  /** Records that are gone. */
  readonly cut?: readonly (readonly [table: string, id: string])[];
  /** Signing keys by the name of an instance. */
  readonly keys?: Readonly<Record<string, readonly unknown[]>>;
}

/** What was found in a file. */
export interface Reading {
  /** The entries up to the first that is not whole. */
  readonly entries: readonly Entry[];
  /** The bytes up to there. */
  readonly whole: number;
  /** Whether a whole entry comes after one that is not: then this is no torn end, but damage. */
  readonly isDamaged: boolean;
}

const NEWLINE = 10;
const CHECKSUM = 8;

/** Writes an entry: its checksum, a blank, JSON, a newline. */
export function encodeEntry(entry: Entry): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(entry));
  const line = new Uint8Array(CHECKSUM + 1 + text.byteLength + 1);
  const checksum = crc32(text).toString(16).padStart(CHECKSUM, "0");
  line.set(new TextEncoder().encode(`${checksum} `));
  line.set(text, CHECKSUM + 1);
  line[line.byteLength - 1] = NEWLINE;
  return line;
}

/** Reads the entries after the header. */
export function decodeEntries(bytes: Uint8Array): Reading {
  const entries: Entry[] = [];
  let whole = HEADER.length;
  for (const line of lines(bytes, whole)) {
    const entry = decodeLine(line);
    if (entry === undefined) {
      return { entries, whole, isDamaged: hasEntry(bytes, whole) };
    }
    entries.push(entry);
    whole += line.byteLength + 1;
  }
  return { entries, whole, isDamaged: false };
}

/** Whether any line from a place on is whole. */
function hasEntry(bytes: Uint8Array, from: number): boolean {
  for (const line of lines(bytes, from)) {
    if (decodeLine(line) !== undefined) return true;
  }
  return false;
}

/** Lines that end. */
function* lines(bytes: Uint8Array, from: number): Iterable<Uint8Array> {
  let start = from;
  for (
    let end = bytes.indexOf(NEWLINE, start);
    end >= 0;
    end = bytes.indexOf(NEWLINE, start)
  ) {
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

function decodeLine(line: Uint8Array): Entry | undefined {
  if (line.byteLength <= CHECKSUM) return undefined;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const text = line.subarray(CHECKSUM + 1);
  const checksum = crc32(text).toString(16).padStart(CHECKSUM, "0");
  const head = decoder.decode(line.subarray(0, CHECKSUM + 1));
  if (head !== `${checksum} `) return undefined;
  return JSON.parse(decoder.decode(text));
}
