/** Sessions made of tokens: from elsewhere, or refreshed because somebody asks. */
import { type Metadata, withAccessToken } from "../config.ts";
import { getUser } from "../api/user.ts";
import type { RequestOptions } from "../request.ts";
import { completeSession } from "../session/guard.ts";
import type { SessionManager } from "../session/manager.ts";
import {
  exchangeToken,
  refreshStored,
  sessionMissing,
} from "../session/refresher.ts";
import { parseSession, type SignedIn } from "../wire/session.ts";
import { sourceOf } from "../wire/source.ts";
import { readTokenPayload } from "../wire/token.ts";

/** A session's tokens. */
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/**
 * Makes a session of tokens and makes it the current one. An access token that
 * has expired is refreshed first.
 *
 * @param manager Whose session.
 * @param tokens The tokens.
 * @param request How to make the request.
 * @returns The user and the session.
 */
export async function useTokens<M extends Metadata>(
  manager: SessionManager<M>,
  { access_token, refresh_token }: Tokens,
  request?: RequestOptions,
): Promise<SignedIn<M>> {
  await manager.ready();
  // Without a readable end it counts as expired.
  const exp = Number(readTokenPayload(access_token)["exp"] ?? 0);
  const left = manager.timeLeftUntil(exp);
  if (!(left > 0)) {
    const stored = await exchangeToken(manager, refresh_token, request);
    await manager.signInStored(stored, "TOKEN_REFRESHED", "user");
    const session = await completeSession(manager, stored, request);
    return { user: session.user, session };
  }
  const config = withAccessToken(manager.config, access_token);
  const { user } = await getUser(config, request);
  const session = parseSession({
    access_token,
    refresh_token,
    token_type: "bearer",
    expires_in: Math.floor(left / 1000),
    expires_at: exp,
    user: sourceOf(user),
  }, manager.config.metadata);
  await manager.signIn(session);
  return { user: session.user, session };
}

/**
 * Refreshes now, whether or not the access token still lives.
 *
 * @param manager Whose session.
 * @param token The refresh token; the session's when there is none.
 * @param request How to wait for it.
 * @returns The user and the session.
 * @throws {AuthSessionError} `session_missing` when nobody is signed in.
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
  } else {
    stored = await exchangeToken(manager, wanted, request);
    await manager.signInStored(stored, "TOKEN_REFRESHED", "user");
  }
  if (!stored) throw sessionMissing();
  const session = await completeSession(manager, stored, request);
  return { user: session.user, session };
}
