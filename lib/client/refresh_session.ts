/** Refreshing because a caller asks. */
import type { Metadata } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import { signInStored } from "../session/changes.ts";
import { exchangeToken } from "../session/exchange.ts";
import type { SessionManager } from "../session/manager.ts";
import { refreshStored } from "../session/refresher.ts";
import { sessionMissing, sessionSuperseded } from "../session/refusals.ts";
import { isPromise } from "../session/storage.ts";
import { ownerOf } from "../session/stored.ts";
import type { SignedIn } from "../wire/session.ts";
import { completeSession } from "./current_session.ts";

/**
 * Refreshes now, whether or not the access token still lives.
 *
 * @param manager Whose session.
 * @param token The refresh token; the session's when there is none.
 * @param request How to wait for it.
 * @returns The user and the session.
 * @throws {AuthSessionError} `session_missing` when nobody is signed in,
 * `session_superseded` when somebody else has been meanwhile.
 */
export async function refreshTokens<M extends Metadata>(
  manager: SessionManager<M>,
  token?: string,
  request?: RequestOptions,
): Promise<SignedIn<M>> {
  const current = await manager.current();
  const wanted = token ?? current?.refreshToken;
  if (wanted === undefined) throw sessionMissing();
  let stored;
  if (current && wanted === current.refreshToken) {
    stored = await refreshStored(manager, current, request);
    if (stored && ownerOf(stored) !== ownerOf(current)) {
      throw sessionSuperseded();
    }
  } else {
    stored = await exchangeToken(manager, wanted, request);
    await signInStored(manager, stored, "TOKEN_REFRESHED", "user");
  }
  if (!stored) throw sessionMissing();
  const complete = completeSession(manager, stored, request);
  const session = isPromise(complete) ? await complete : complete;
  return { user: session.user, session };
}
