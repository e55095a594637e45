import type { JournalFile, JournalFiles } from "../journal.ts";
import type { NodeFiles } from "./node.ts";

/** Readable by its owner only: the file holds sessions and keys. */
const OWNER_ONLY = 0o600;

/** The files of a machine, for the journal. */
export function createJournalFiles(fs: NodeFiles): JournalFiles {
  return {
    read: (path) => {
      try {
        return fs.readFileSync(path);
      } catch (error) {
        if (hasCode(error, "ENOENT")) return undefined;
        throw error;
      }
    },
    open: (path) => openFile(fs, path),
    create: (path, text) => {
      const file = fs.openSync(path, "wx", OWNER_ONLY);
      try {
        writeAll(fs, file, text);
        fs.fsyncSync(file);
      } finally {
        fs.closeSync(file);
      }
    },
    rename: (from, to) => fs.renameSync(from, to),
    remove: (path) => fs.unlinkSync(path),
  };
}

/** Whether an error is one of the system with a code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function openFile(fs: NodeFiles, path: string): JournalFile {
  const file = fs.openSync(path, "a");
  return {
    append: (text) => writeAll(fs, file, text),
    truncate: (bytes) => fs.ftruncateSync(file, bytes),
    close: () => {
      fs.fsyncSync(file);
      fs.closeSync(file);
    },
  };
}

function writeAll(fs: NodeFiles, file: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.byteLength;) at += fs.writeSync(file, bytes, at);
}
