/**
 * One refresh at a time in a browser profile, where Web Locks work. Only a
 * courtesy: stolen, broken or missing locks cost a request, never a session.
 */
import { finish } from "../request.ts";
import { FLIGHT_DEADLINE_MS } from "./flights.ts";

/** The part of `navigator.locks` that is used. */
export interface Locks {
  /** Calls back while the lock is held. */
  request(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly signal?: AbortSignal },
    callback: (lock: unknown) => Promise<void>,
  ): Promise<unknown>;
}

/**
 * Those of the page, if it has any.
 *
 * @returns The lock manager.
 */
export function pageLocks(): Locks | undefined {
  const { document, navigator } = globalThis as {
    document?: unknown;
    navigator?: { locks?: Locks };
  };
  return document === undefined ? undefined : navigator?.locks;
}

/**
 * Does something while holding a lock, or without it when it is not to be had
 * in time.
 *
 * @param locks Where there are any.
 * @param name The lock.
 * @param run What to do; done once. Told whether another tab had the lock before.
 * @returns What it gave, as soon as it is done.
 */
export function whileLocked<T>(
  locks: Locks | undefined,
  name: string,
  run: (hasWaited: boolean) => Promise<T>,
): Promise<T> {
  if (!locks) return run(false);
  return new Promise((resolve, reject) => {
    let work: Promise<void> | undefined;
    const start = (hasWaited: boolean) =>
      work ??= run(hasWaited).then(resolve, reject);
    const startAnyway = () => start(false);
    holdAndStart(locks, name, start).then(startAnyway, startAnyway);
  });
}

async function holdAndStart(
  locks: Locks,
  name: string,
  start: (hasWaited: boolean) => Promise<void>,
): Promise<void> {
  let isTaken = false;
  await bounded(async () => {
    await locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock === null) isTaken = true;
      else await start(false);
    });
  });
  if (!isTaken) return;
  await bounded(async (signal) => {
    await locks.request(name, { signal }, () => start(true));
  });
}

function bounded(
  run: (signal: AbortSignal) => Promise<unknown>,
): Promise<unknown> {
  return finish("the lock", FLIGHT_DEADLINE_MS, undefined, run);
}
