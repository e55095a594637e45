/** Requests with the stored access token, whose answers may end the session. */
import { getUser } from "../api/user.ts";
import { type Metadata, type UserConfig, withAccessToken } from "../config.ts";
import { isAuthError } from "../errors.ts";
import type { RequestOptions } from "../request.ts";
import type { Session } from "../wire/session.ts";
import { sourceOf } from "../wire/source.ts";
import { readTokenPayload } from "../wire/token.ts";
import type { UserResult } from "../wire/user.ts";
import { setUser } from "./changes.ts";
import { joinFlight, UNANSWERED } from "./flights.ts";
import type { SessionManager } from "./manager.ts";
import { bounded, liveSession } from "./refresher.ts";
import { sessionMissing, sessionSuperseded } from "./refusals.ts";
import type { AuthChangeEvent } from "./state.ts";
import { ownerOf, type StoredSession, withUser } from "./stored.ts";

/**
 * A configuration that acts for whoever is signed in.
 *
 * @param manager Whose session.
 * @param request How to wait for a refresh.
 * @returns The configuration, with an access token that lives.
 * @throws {AuthSessionError} `session_missing` when nobody is signed in,
 * `session_superseded` when somebody else has been meanwhile.
 */
export async function currentUser<M extends Metadata>(
  manager: SessionManager<M>,
  request?: RequestOptions,
): Promise<UserConfig<M>> {
  const before = await bounded(() => manager.current(), request);
  const stored = await liveSession(manager, request);
  if (!before || !stored) throw sessionMissing();
  // Another tab may have signed somebody else in, for whom this is not meant.
  if (ownerOf(before) !== ownerOf(stored)) throw sessionSuperseded();
  return withAccessToken(manager.config, stored.accessToken);
}

/**
 * Replaces the session by one that was got with it: not when the user has
 * signed out, or somebody else in, meanwhile.
 *
 * @param manager Whose session.
 * @param config What it was asked for with.
 * @param session As a function of `./api` gave it.
 * @param sentAt When it was asked for, in local milliseconds.
 * @param event How it is told.
 * @throws {AuthSessionError} `session_superseded`.
 */
export async function upgradeSession<M extends Metadata>(
  manager: SessionManager<M>,
  { accessToken }: UserConfig<M>,
  session: Session<M>,
  sentAt: number,
  event: AuthChangeEvent,
): Promise<void> {
  await manager.look();
  const { stored } = manager.state;
  // Who has signed out and in again is the same user, in another session.
  const nameOf = (token: string) => readTokenPayload(token)["session_id"];
  const isOpen = stored && ownerOf(stored) === session.user.id &&
    nameOf(stored.accessToken) === nameOf(accessToken);
  if (!isOpen) throw sessionSuperseded();
  await manager.signIn(session, sentAt, event);
}

/**
 * Asks for the user of a token. When the server says that the token's session
 * is gone, and it is the one that is stored, it is dropped.
 *
 * @param manager Whose session.
 * @param config With the token.
 * @param request How to make the request.
 * @returns The user.
 */
export async function fetchUser<M extends Metadata>(
  manager: SessionManager<M>,
  config: UserConfig<M>,
  request?: RequestOptions,
): Promise<UserResult<M>> {
  try {
    return await getUser(config, request);
  } catch (error) {
    const reason = sessionGone(error);
    if (reason !== null) {
      const { accessToken } = config;
      await manager.current();
      await manager.apply({ type: "session-gone", accessToken, reason });
    }
    throw error;
  }
}

/**
 * The session for callers, with the user that storage does not have.
 *
 * @param manager Whose session.
 * @param stored The session as it is stored.
 * @param request How to make the request.
 * @returns The same, parsed.
 */
export async function fetchAndComplete<M extends Metadata>(
  manager: SessionManager<M>,
  stored: StoredSession,
  request?: RequestOptions,
): Promise<Session<M>> {
  const user = await bounded(() => fetchOnce(manager, stored), request);
  await setUser(manager, user, false);
  const { stored: newest } = manager.state;
  const isStored = newest?.userId && newest.accessToken === stored.accessToken;
  return manager.parse(isStored ? newest : withUser(stored, user));
}

/** One request for all who miss the user of a session. */
async function fetchOnce<M extends Metadata>(
  manager: SessionManager<M>,
  { accessToken }: StoredSession,
): Promise<{ readonly id: string }> {
  const config = withAccessToken(manager.config, accessToken);
  const start = async () => {
    const { user } = await fetchUser(manager, config);
    return { ...sourceOf(user), id: user.id };
  };
  const key = `user\n${manager.storageKey}\n${config.url}\n${accessToken}`;
  for (;;) {
    const user = await joinFlight(manager.platform.flights, key, start);
    if (user !== UNANSWERED) return user;
  }
}

/**
 * Whether `GET /user` says that the session of its token is gone.
 *
 * @param error What the request failed with.
 * @returns The server's code as the reason, or null when the session stays.
 */
export function sessionGone(error: unknown): string | null {
  if (!isAuthError(error) || error.status !== 403) return null;
  const { code } = error;
  return code === "session_not_found" || code === "user_not_found"
    ? code
    : null;
}
