/** Signing out: here first, then on the server. */
import { signOut, type SignOutScope } from "../api/logout.ts";
import { type Metadata, report, withAccessToken } from "../config.ts";
import { isAuthError } from "../errors.ts";
import type { RequestOptions } from "../request.ts";
import { currentUser } from "../session/guard.ts";
import { flowIndexKey, lastVerifierKey } from "../session/keys.ts";
import type { SessionManager } from "../session/manager.ts";
import { definitiveRefusal } from "../session/refresh.ts";
import { exchangeToken } from "../session/refresher.ts";
import type { StoredSession } from "../session/stored.ts";
import type { Context } from "./context.ts";

/**
 * Signs out. `others` never touches the session here; the other scopes clear it
 * first, whatever the server says then.
 *
 * @param context The client's.
 * @param scope Which sessions to end.
 * @param request How to make the request.
 * @throws {AuthError} When the server could not be told.
 */
export async function endSession<M extends Metadata>(
  context: Context<M>,
  scope: SignOutScope,
  request?: RequestOptions,
): Promise<void> {
  const { manager } = context;
  if (scope === "others") {
    const config = await currentUser(manager, request);
    return await signOut(config, { scope }, request);
  }
  const taken = await manager.current();
  await manager.apply({ type: "signed-out", cause: "user" });
  await clearFlows(context);
  if (taken) await revoke(manager, taken, scope, request);
}

/** Ends what is under way, if anything is. */
async function clearFlows<M extends Metadata>(
  { manager, flows }: Context<M>,
): Promise<void> {
  const { config, storage, storageKey } = manager;
  const index = await storage.get(flowIndexKey(storageKey));
  const last = await storage.get(lastVerifierKey(storageKey));
  if (index === null && last === null) return;
  try {
    await (await flows()).store.clear();
  } catch (error) {
    report(config, { type: "storage-failed", operation: "remove", error });
  }
}

async function revoke<M extends Metadata>(
  manager: SessionManager<M>,
  taken: StoredSession,
  scope: SignOutScope,
  request?: RequestOptions,
): Promise<void> {
  try {
    const { accessToken } = manager.timeLeft(taken) > 0
      ? taken
      : await exchangeToken(manager, taken.refreshToken, request);
    const config = withAccessToken(manager.config, accessToken);
    await signOut(config, { scope }, request);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** The server knows no such session any more. A proxy's 403 does not tell that. */
function isGone(error: unknown): boolean {
  if (definitiveRefusal(error) !== null) return true;
  if (!isAuthError(error) || error.name !== "AuthApiError") return false;
  return [401, 403, 404].includes(error.status ?? 0);
}
