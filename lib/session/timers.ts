/**
 * Timers of the session engine. They are looked up at each call, so that a
 * test's clock counts. One that belongs to a call ends with it; the one in the
 * background never keeps a process alive.
 */

/** Ends a timer; more than once is harmless. */
export type CancelTimer = () => void;

/** A longer delay would overflow and fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Calls a function later. For a wait that belongs to a call under way.
 *
 * @param run What to call.
 * @param delayMs When, in milliseconds from now.
 * @returns Ends the timer.
 */
export function startTimer(run: () => void, delayMs: number): CancelTimer {
  const timer = setDelay(run, delayMs);
  return () => clearTimeout(timer as number);
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
  const timer = setDelay(run, delayMs);
  unref(timer);
  return () => clearTimeout(timer as number);
}

function setDelay(run: () => void, delayMs: number): unknown {
  return setTimeout(run, Math.min(Math.max(delayMs, 0), MAX_DELAY_MS));
}

/** Node and Bun have a method for it, Deno a function, browsers no need. */
function unref(timer: unknown): void {
  const { Deno } = globalThis as {
    Deno?: { unrefTimer?: (id: unknown) => void };
  };
  if (typeof timer === "number") Deno?.unrefTimer?.(timer);
  else (timer as { unref?: () => void } | null)?.unref?.();
}

/** What {@link withDeadline} gives when time is up. */
export const TIMED_OUT: unique symbol = Symbol("timed out");

/**
 * Waits for a promise, but not for ever. Nothing is left running: whoever made
 * the promise goes on, and the timer ends with the wait.
 *
 * @param promise What to wait for.
 * @param deadlineMs For how long at most, in milliseconds.
 * @param signal Ends the wait with its reason.
 * @returns What the promise gives, or {@link TIMED_OUT}.
 */
export function withDeadline<T>(
  promise: Promise<T>,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<T | typeof TIMED_OUT> {
  return new Promise((resolve, reject) => {
    const end = () => {
      cancel();
      signal?.removeEventListener("abort", onAbort);
    };
    const onAbort = () => {
      end();
      reject(signal?.reason);
    };
    const cancel = startTimer(() => {
      end();
      resolve(TIMED_OUT);
    }, deadlineMs);
    // Of foreign make, perhaps; and heard even when nobody waits any more.
    Promise.resolve(promise).then(resolve, reject).finally(end);
    if (signal?.aborted) return onAbort();
    signal?.addEventListener("abort", onAbort);
  });
}

/**
 * Waits.
 *
 * @param delayMs For how long, in milliseconds.
 */
export function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => startTimer(resolve, delayMs));
}
