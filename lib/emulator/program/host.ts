import type { JournalFiles } from "../journal.ts";

/** Where a server listens. */
export interface ListenOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** The address of an interface: `127.0.0.1` by default. */
  readonly hostname?: string;
  /**
   * Answers the control of `connectEmulator()` too, and shows a page for people at `/_emulator/`; off by default,
   * and refused where others can reach it.
   */
  readonly control?: boolean;
}

/** A server that listens. */
export interface Listening {
  /** The address, `http://127.0.0.1:9999`. */
  readonly url: string;
  /** The port. */
  readonly port: number;
  /** Ends listening and breaks what is still open. */
  close(): Promise<void>;
}

/** What the program needs of the machine it runs on. */
export interface Host {
  /** The environment of the process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a text file. */
  readText(path: string): Promise<string>;
  /** A path as it is meant in a file at another path. */
  resolve(from: string, path: string): string;
  /** Files for the journal. */
  readonly files: JournalFiles;
  /** Serves requests on a port. */
  serve(
    handler: (request: Request) => Promise<Response>,
    options: { readonly port: number; readonly hostname: string },
  ): Promise<Listening>;
  /** Writes a line for those who want to know. */
  print(line: string): void;
  /** Writes a line for those who have to know. */
  warn(line: string): void;
}
