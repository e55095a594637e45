/** What the engine needs from where it runs, apart from timers. */
import type { Sha256 } from "../pkce.ts";
import { type Channel, openChannel } from "./channel.ts";
import { type Flights, processFlights } from "./flights.ts";
import { type Locks, pageLocks } from "./locks.ts";

/** Replaced as a whole by the simulation; not an option for applications. */
export interface Platform {
  /** Shared by the clients of one process. */
  readonly flights: Flights;
  /** Shared by the tabs of one browser profile. */
  readonly locks: () => Locks | undefined;
  /** Reaches the tabs of one browser profile. */
  readonly openChannel: (
    key: string,
    onNews: () => void,
  ) => Channel | undefined;
  /** Between 0 and 1. */
  readonly random: () => number;
  /** The platform's unless given. */
  readonly sha256?: Sha256;
}

/** Where the code runs. */
export const thisPlatform: Platform = {
  flights: processFlights,
  locks: pageLocks,
  openChannel,
  random: () => Math.random(),
};
