/** Changes of a session that go beyond signing in and refreshing. */
import type { Metadata } from "../config.ts";
import { sourceOf } from "../wire/source.ts";
import type { SessionManager } from "./manager.ts";
import type { AuthChangeEvent, ChangeCause } from "./state.ts";
import { ownerOf, type StoredSession, withUser } from "./stored.ts";

/** Takes over a session that need not have been issued just now. */
export async function signInStored<M extends Metadata>(
  manager: SessionManager<M>,
  stored: StoredSession,
  event: AuthChangeEvent,
  cause: ChangeCause,
): Promise<void> {
  if (cause !== "url") await manager.ready();
  await manager.apply({ type: "signed-in", event, stored, cause });
}

/**
 * Takes over what the server says of the user.
 *
 * @param manager Whose session.
 * @param user As a function of `./api` gave it.
 * @param isNews Whether subscribers are told; not of one who was missing.
 */
export async function setUser<M extends Metadata>(
  manager: SessionManager<M>,
  user: { readonly id: string },
  isNews = true,
): Promise<void> {
  // Another tab may have refreshed: its tokens must not be overwritten.
  await manager.look();
  const { stored } = manager.state;
  // Nobody, or somebody else, is signed in by now.
  if (!stored || ownerOf(stored) !== user.id) return;
  if (!isNews && stored.userId) return;
  const changed = withUser(stored, sourceOf(user));
  await manager.apply({ type: "user-changed", stored: changed, isNews });
}
