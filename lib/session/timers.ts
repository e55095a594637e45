/**
 * Timers of the session engine. They are looked up at each call, so that a
 * test's clock counts. One that belongs to a call ends with it; the one in the
 * background never keeps a process alive.
 */
import { isAuthError } from "../errors.ts";
import { finish } from "../request.ts";

/** Ends a timer; more than once is harmless. */
export type CancelTimer = () => void;

/** Node and Bun have a method for it, Deno a function, browsers no need. */
interface Host {
  readonly Deno?: { readonly unrefTimer?: (timer: unknown) => void };
}

/**
 * Calls a function later, unless the process has nothing else to do and ends.
 *
 * @param run What to call.
 * @param delayMs When, in milliseconds from now.
 * @returns Ends the timer.
 */
export function startBackgroundTimer(
  run: () => void,
  delayMs: number,
): CancelTimer {
  const timer: unknown = setTimeout(run, delayMs);
  if (typeof timer === "number") (globalThis as Host).Deno?.unrefTimer?.(timer);
  else (timer as { unref?: () => void } | null)?.unref?.();
  return () => clearTimeout(timer as number);
}

/**
 * Waits for something, but not for ever. What it fails with is thrown as it is.
 *
 * @param what Names it in errors.
 * @param run What to wait for; it goes on when nobody waits any more.
 * @param deadlineMs For how long at most, in milliseconds.
 * @param signal Ends the wait.
 * @returns What it gives.
 * @throws {AuthNetworkError} `timeout`, `aborted`.
 */
export async function withDeadline<T>(
  what: string,
  run: () => T | Promise<T>,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<T> {
  let running: Promise<T> | undefined;
  const start = () => running = (async () => await run())();
  try {
    return await finish(what, deadlineMs, signal, start);
  } catch (error) {
    if (running && isAuthError(error, "network_failure")) return await running;
    throw error;
  }
}

/**
 * Waits.
 *
 * @param delayMs For how long, in milliseconds.
 */
export function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
