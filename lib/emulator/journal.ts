/** A file that a journal writes to. */
export interface JournalFile {
  /** Adds to the end; what is given is with the system when this returns. */
  append(text: string): void;
  /** Cuts the file to so many bytes. */
  truncate(bytes: number): void;
  /** Ends it. */
  close(): void;
}

/** The files that a journal needs; all of them work at once, so that nothing is answered before it is kept. */
export interface JournalFiles {
  /** The bytes of a file, undefined when there is none. */
  read(path: string): Uint8Array | undefined;
  /** Opens a file that is there for appending. */
  open(path: string): JournalFile;
  /** Makes a file that must not be there yet; it is on the disk when this returns. */
  create(path: string, text: string): void;
  /** Puts a file in the place of another in one step. */
  rename(from: string, to: string): void;
  /** Deletes a file. */
  remove(path: string): void;
}
