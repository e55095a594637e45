/** The session for callers. */
import type { Metadata } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import type { SessionManager } from "../session/manager.ts";
import { liveSession } from "../session/refresher.ts";
import type { StoredSession } from "../session/stored.ts";
import type { Session } from "../wire/session.ts";
import { loadLater } from "./lazy.ts";

/**
 * The session, refreshed if its access token is about to expire.
 *
 * @param manager Whose session.
 * @param request How to wait for it.
 * @returns The session; null when nobody is signed in.
 */
export async function currentSession<M extends Metadata>(
  manager: SessionManager<M>,
  request?: RequestOptions,
): Promise<Session<M> | null> {
  const stored = await liveSession(manager, request);
  return stored && await completeSession(manager, stored, request);
}

/**
 * The session for callers. Fetches the user where storage does not have it.
 *
 * @param manager Whose session.
 * @param stored The session as it is stored.
 * @param request How to make the request.
 * @returns The same, parsed.
 */
export function completeSession<M extends Metadata>(
  manager: SessionManager<M>,
  stored: StoredSession,
  request?: RequestOptions,
): Session<M> | Promise<Session<M>> {
  return stored.userId
    ? manager.parse(stored)
    : fetchAndComplete(manager, stored, request);
}

async function fetchAndComplete<M extends Metadata>(
  manager: SessionManager<M>,
  stored: StoredSession,
  request?: RequestOptions,
): Promise<Session<M>> {
  const { fetchAndComplete } = await loadLater();
  return await fetchAndComplete(manager, stored, request);
}
