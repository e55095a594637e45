/** When to refresh, when to try again and when to give up: from numbers only. */
import { isAuthError } from "../errors.ts";
import type { StoredSession } from "./stored.ts";

/** A token with less left than this is refreshed, in milliseconds. */
const MARGIN_MS = 90_000;
/** Smaller differences are latency, not a wrong clock. */
const CLOCK_TOLERANCE_MS = 5_000;

/** How the server's clock differs from the local one. */
export interface ServerClock {
  /** To be added to the local time, in milliseconds. */
  readonly offsetMs: number;
  /** The latest local time seen, to notice a clock set back. */
  readonly seenAt: number;
}

/**
 * Follows the local clock: when it was set back since it was last seen, the
 * server's is that much further ahead.
 *
 * @param clock What is known.
 * @param now The local time, in milliseconds.
 * @returns What is known now; the same object when nothing changed but time.
 */
export function trackClock(clock: ServerClock, now: number): ServerClock {
  const back = clock.seenAt - now;
  if (back <= 0) return { offsetMs: clock.offsetMs, seenAt: now };
  if (back < CLOCK_TOLERANCE_MS) return clock;
  return { offsetMs: clock.offsetMs + back, seenAt: now };
}

/**
 * Reads the server's clock off a session that it has just issued.
 *
 * @param stored The session.
 * @param now The local time, in milliseconds.
 * @param sentAt When it was asked for.
 * @param known What was to be added until now; kept where it may be true.
 * @returns What is to be added to the local time; 0 when it is about right.
 */
export function readOffset(
  stored: StoredSession,
  now: number,
  sentAt: number = now,
  known: number = 0,
): number {
  const { expires_at, expires_in } = stored.json;
  if (!Number.isFinite(expires_at) || !Number.isFinite(expires_in)) return 0;
  const issuedAt = ((expires_at as number) - (expires_in as number)) * 1000;
  // It was issued some time between request and answer, and the device may
  // have slept in between.
  const most = issuedAt - Math.min(sentAt, now);
  const offsetMs = Math.min(Math.max(issuedAt - now, known), most);
  return Math.abs(offsetMs) < CLOCK_TOLERANCE_MS ? 0 : Math.round(offsetMs);
}

/**
 * How early to refresh. A token that lives shorter than the usual margin is
 * refreshed in the last quarter of its life, not at every call.
 *
 * @param stored The session.
 * @returns Milliseconds before its end.
 */
export function marginOf(stored: StoredSession): number {
  return Math.min(MARGIN_MS, stored.lifetime * 250);
}

/**
 * When the timer is to refresh.
 *
 * @param stored The session.
 * @param left How long its access token still lives, in milliseconds.
 * @returns Milliseconds from now; not negative.
 */
export function refreshDelay(stored: StoredSession, left: number): number {
  const margin = marginOf(stored);
  // A little earlier than calls do, so that none has to wait.
  const lead = Math.min(30_000, margin / 3);
  return Math.max(0, left - margin - lead);
}

/**
 * How long to leave the server alone after failures in a row.
 *
 * @param failures How many; after the first, the next call may try at once.
 * @param random Between 0 and 1, so that clients do not return in step.
 * @returns Milliseconds.
 */
export function backoff(failures: number, random: number): number {
  if (failures < 2) return 0;
  const full = Math.min(1_000 * 2 ** (failures - 2), 60_000);
  return full * (0.5 + random / 2);
}

/**
 * How much longer the server is to be left alone. Not at all when the clock has
 * been set back since: what it then says of the end means nothing.
 *
 * @param rest When the last refresh failed, and when the next may be tried.
 * @param now The local time, in milliseconds.
 * @returns Milliseconds; not negative.
 */
export function restLeft(
  rest: { readonly failedAt: number; readonly retryAt: number },
  now: number,
): number {
  const isSetBack = now < rest.failedAt - CLOCK_TOLERANCE_MS;
  return isSetBack ? 0 : Math.max(0, rest.retryAt - now);
}

const DEFINITIVE = [
  "refresh_token_not_found",
  "refresh_token_already_used",
  "session_not_found",
  "session_expired",
  "user_banned",
  "validation_failed",
  "invalid_client",
];

/**
 * Whether the refusal of a refresh means that the session is gone for good.
 * Anything not on the list keeps it: a proxy's 403 is not the server's word.
 *
 * @param error What the refresh failed with.
 * @returns The server's code as the reason, or null when the session stays.
 */
export function definitiveRefusal(error: unknown): string | null {
  if (!isAuthError(error) || error.name !== "AuthApiError") return null;
  const { status = 0, code } = error;
  const isRefusal = status >= 400 && status < 500 &&
    status !== 409 && status !== 429;
  return isRefusal && DEFINITIVE.includes(code) ? code : null;
}
