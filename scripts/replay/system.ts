/**
 * What a replay runs against: the servers of a recording, with or without control over clock, mail and outgoing calls.
 *
 * @module
 */
import type { HookCall } from "./hooks.ts";
import type { ReceivedMail } from "./mails.ts";
import type { Entry } from "./types.ts";

/** The servers under test. */
export interface System {
  /** Sends a request to the instance of an entry. */
  send(entry: Entry, request: Request): Promise<Response>;
  /** The clock of the servers in milliseconds since the epoch. */
  now(): number;
  /** Lets time pass. */
  pass(ms: number): void | Promise<void>;
  /** What only servers under our control offer; left out, steps that need it are skipped. */
  control?: Control;
}

/** Control over the surroundings of the servers. */
export interface Control {
  /** All mails of an instance (and those of its database, where they are shared), oldest first. */
  mails(config: string): readonly ReceivedMail[];
  /** All hook calls, oldest first. */
  readonly calls: readonly HookCall[];
}
