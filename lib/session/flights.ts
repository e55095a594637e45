/**
 * One refresh in flight for one refresh token, across all clients of a process.
 */
import { TIMED_OUT, withDeadline } from "./timers.ts";

/** How long to wait for somebody else's refresh, in milliseconds. */
export const FLIGHT_DEADLINE_MS = 5_000;

/**
 * The same for a refresh that somebody has started who had waited too: it is
 * not stuck, and takes no longer than this unless its starter is cut off.
 */
export const SECOND_DEADLINE_MS = 30_000;

/**
 * A waiter's time is up: the one in flight may be stuck, as happens where the
 * request that started it has been cut off by its platform.
 */
export const STUCK: unique symbol = Symbol("stuck");

/** Refreshes under way, by server and token. Each leaves when it has settled. */
export type Flights = Map<string, Promise<unknown>>;

/** Those of this process. */
export const processFlights: Flights = new Map();

/** More would mean that they do not settle; the oldest gives way. */
const MAX_FLIGHTS = 1_000;

/**
 * Joins the flight for a key, or starts one.
 *
 * @param flights Where flights are found.
 * @param key Server and token.
 * @param start Starts one.
 * @param deadlineMs How long to wait for somebody else's.
 * @returns Its result, or {@link STUCK} when it is somebody else's and takes
 * too long.
 */
export async function joinFlight<T>(
  flights: Flights,
  key: string,
  start: () => Promise<T>,
  deadlineMs: number = FLIGHT_DEADLINE_MS,
): Promise<T | typeof STUCK> {
  const pending = flights.get(key) as Promise<T> | undefined;
  if (!pending) return await startFlight(flights, key, start);
  const result = await withDeadline(pending, deadlineMs);
  if (result !== TIMED_OUT) return result;
  // Of all who have waited for it, only the first starts another one.
  if (flights.get(key) === pending) flights.delete(key);
  return STUCK;
}

function startFlight<T>(
  flights: Flights,
  key: string,
  start: () => Promise<T>,
): Promise<T> {
  const flight = start();
  flights.set(key, flight);
  const oldest = flights.keys().next();
  if (flights.size > MAX_FLIGHTS && !oldest.done) flights.delete(oldest.value);
  const land = () => {
    if (flights.get(key) === flight) flights.delete(key);
  };
  flight.then(land, land);
  return flight;
}
