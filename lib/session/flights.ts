/**
 * One refresh in flight for one refresh token, across all clients of a process.
 */
import { isAuthError } from "../errors.ts";
import { finish } from "../request.ts";

/** How long to wait for somebody else's refresh, in milliseconds. */
export const FLIGHT_DEADLINE_MS = 5_000;

/**
 * The same for a refresh that somebody has started who had waited too: it is
 * not stuck, and takes no longer than this unless its starter is cut off.
 */
export const SECOND_DEADLINE_MS = 30_000;

/**
 * A flight has given nothing: it may be stuck, as happens where the request that
 * started it has been cut off by its platform, or has found nothing to do.
 */
export const UNANSWERED: unique symbol = Symbol("unanswered");

/** A refresh under way. */
export interface Flight {
  /** Server and token. */
  readonly key: string;
  readonly result: Promise<unknown>;
}

/**
 * Refreshes under way, the oldest first; each leaves when it has settled. There
 * are so few that looking through them takes less than hashing a key.
 */
export type Flights = Set<Flight>;

/** Those of this process. */
export const processFlights: Flights = new Set();

/** More would mean that they do not settle; the oldest gives way. */
const MAX_FLIGHTS = 1_000;

/**
 * Joins the flight for a key, or starts one.
 *
 * @param flights Where flights are found.
 * @param key Server and token.
 * @param start Starts one.
 * @param deadlineMs How long to wait for somebody else's.
 * @returns Its result, or {@link UNANSWERED} when it is somebody else's and
 * takes too long.
 */
export function joinFlight<T>(
  flights: Flights,
  key: string,
  start: () => Promise<T>,
  deadlineMs: number = FLIGHT_DEADLINE_MS,
): Promise<T | typeof UNANSWERED> {
  for (const flight of flights) {
    if (flight.key === key) return waitFor<T>(flights, flight, deadlineMs);
  }
  const result = start();
  const flight = { key, result };
  flights.add(flight);
  if (flights.size > MAX_FLIGHTS) {
    const [oldest = flight] = flights;
    flights.delete(oldest);
  }
  const land = () => void flights.delete(flight);
  result.then(land, land);
  return result;
}

async function waitFor<T>(
  flights: Flights,
  flight: Flight,
  deadlineMs: number,
): Promise<T | typeof UNANSWERED> {
  const result = flight.result as Promise<T>;
  try {
    return await finish("the flight", deadlineMs, undefined, () => result);
  } catch (error) {
    if (!isAuthError(error, "timeout")) return await result; // As it came.
    // Of all who have waited in vain, only the first starts another one.
    flights.delete(flight);
    return UNANSWERED;
  }
}
