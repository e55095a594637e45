/** What is left of signing out once there is no session here any more. */
import { signOut, type SignOutScope } from "../api/logout.ts";
import { type Metadata, report, withAccessToken } from "../config.ts";
import { isAuthError } from "../errors.ts";
import type { RequestOptions } from "../request.ts";
import type { FlowStore } from "../session/flows.ts";
import type { SessionManager } from "../session/manager.ts";
import { definitiveRefusal } from "../session/refresh.ts";
import { exchangeToken } from "../session/exchange.ts";
import type { StoredSession } from "../session/stored.ts";

/**
 * Ends the flows that are under way.
 *
 * @param manager Whose diagnostics to tell what fails.
 * @param store The flows.
 */
export async function clearFlows<M extends Metadata>(
  { config }: SessionManager<M>,
  store: FlowStore,
): Promise<void> {
  try {
    await store.clear();
  } catch (error) {
    report(config, { type: "storage-failed", operation: "remove", error });
  }
}

/**
 * Ends a session on the server.
 *
 * @param manager Whose it was.
 * @param taken The session; its tokens are refreshed in memory if need be.
 * @param scope Which sessions to end.
 * @param request How to make the request.
 * @throws {AuthError} When the server could not be told.
 */
export async function revoke<M extends Metadata>(
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
