import type { JournalFile, JournalFiles } from "../journal.ts";
import type { NodeFiles, NodeProcess } from "./node.ts";

/** Readable by its owner only: the file holds sessions and keys. */
const OWNER_ONLY = 0o600;

/** The files of a machine, for the journal. */
export function createJournalFiles(
  fs: NodeFiles,
  process: Pick<NodeProcess, "pid" | "kill">,
): JournalFiles {
  const read = (path: string) => readOptional(fs, path);
  return {
    lock: (path) => lock(fs, process, path),
    read,
    open: (path) => openFile(fs, path),
    create: (path, chunks) => createFile(fs, path, chunks),
    rename: (from, to) => fs.renameSync(from, to),
    remove: (path) => fs.unlinkSync(path),
  };
}

/** Whether an error is one of the system with a code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function readOptional(fs: NodeFiles, path: string): Uint8Array | undefined {
  try {
    return fs.readFileSync(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function createFile(
  fs: NodeFiles,
  path: string,
  chunks: Iterable<Uint8Array>,
): void {
  const file = fs.openSync(path, "wx", OWNER_ONLY);
  try {
    for (const chunk of chunks) writeAll(fs, file, chunk);
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

function openFile(fs: NodeFiles, path: string): JournalFile {
  const file = fs.openSync(path, "a");
  return {
    append: (bytes) => writeAll(fs, file, bytes),
    truncate: (length) => fs.ftruncateSync(file, length),
    close: () => {
      fs.fsyncSync(file);
      fs.closeSync(file);
    },
  };
}

function writeAll(fs: NodeFiles, file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength;) at += fs.writeSync(file, bytes, at);
}

/** A file with the number of the process that has the data; that of a process that is gone counts as none. */
function lock(
  fs: NodeFiles,
  process: Pick<NodeProcess, "pid" | "kill">,
  path: string,
): () => void {
  const lockPath = `${path}.lock`;
  const owner = new TextDecoder().decode(readOptional(fs, lockPath));
  if (owner !== "") {
    if (!/^\d+\n?$/.test(owner)) {
      throw new Error(`${lockPath} is in the way; it is left as it is`);
    }
    if (isRunning(process, Number(owner))) {
      throw new Error(`${path} is in use by the process ${Number(owner)}`);
    }
  }
  if (readOptional(fs, lockPath) !== undefined) fs.unlinkSync(lockPath);
  createFile(fs, lockPath, [new TextEncoder().encode(`${process.pid}\n`)]);
  return () => fs.unlinkSync(lockPath);
}

function isRunning(
  process: Pick<NodeProcess, "pid" | "kill">,
  pid: number,
): boolean {
  // In a container the process of another start often had the same number.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}
