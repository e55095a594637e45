/** Signing out: here first, then on the server. */
import type { SignOutScope } from "../api/logout.ts";
import type { Metadata } from "../config.ts";
import type { RequestOptions } from "../request.ts";
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
  { manager, later }: Context<M>,
  scope: SignOutScope,
  request?: RequestOptions,
): Promise<void> {
  if (scope === "others") return await (await later()).signOutOthers(request);
  const taken = await manager.current();
  await manager.apply({ type: "signed-out", cause: "user" });
  await (await later()).finishSignOut(taken, scope, request);
}
