import type { Context } from "../context.ts";
import { invalid } from "../errors.ts";
import type { Session } from "../records.ts";
import {
  encodeRefreshToken,
  isSignedBy,
  type ParsedRefreshToken,
} from "../refresh_tokens.ts";
import { lastRefreshed, updateSession } from "../sessions.ts";
import { deleteSession } from "../users.ts";
import {
  checkRefresh,
  finishRefresh,
  type Refreshed,
  type RefreshingClient,
  refuseUnknown,
  refuseUsed,
} from "../refreshes.ts";

/** Exchanges a refresh token of version 2 (auth-server §6.4). */
export function refreshVersion2(
  context: Context,
  token: ParsedRefreshToken,
  client: RefreshingClient,
): Refreshed {
  const session = context.db.sessions.get(token.sessionId);
  const user = context.db.users.get(session?.user_id ?? "");
  if (session === undefined || user === undefined) refuseUnknown();
  if (session.refresh_token_hmac_key === null || !isSignedBy(token, session)) {
    refuseUnknown();
  }
  checkRefresh(context, user, session, client);
  const behind = session.refresh_token_counter - token.counter;
  if (behind < 0) invalid("Invalid Refresh Token: Not Issued By This Server");
  if (behind > 0) {
    allowReuse(context, session, behind);
    return finishRefresh(context, user, session, encodeRefreshToken);
  }
  context.answerHeaders.set("sb-auth-refresh-token-reuse", "false");
  const next = updateSession(context, session, {
    refresh_token_counter: session.refresh_token_counter + 1,
  });
  return finishRefresh(context, user, next, encodeRefreshToken);
}

function allowReuse(context: Context, session: Session, behind: number): void {
  const { settings, server, answerHeaders } = context;
  const interval = settings.GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL * 1000;
  const isRecent =
    Math.abs(server.clock.now() - lastRefreshed(session)) < interval;
  const causes = [
    ...(isRecent ? ["concurrent-refresh"] : []),
    ...(behind === 1 ? ["fail-to-save"] : []),
    ...(settings.GOTRUE_SECURITY_REFRESH_TOKEN_ALLOW_REUSE
      ? ["always-allow"]
      : []),
  ];
  if (causes.length > 0) {
    answerHeaders.set("sb-auth-refresh-token-reuse-cause", causes.join(","));
    return;
  }
  if (settings.GOTRUE_SECURITY_REFRESH_TOKEN_ROTATION_ENABLED) {
    answerHeaders.set("sb-auth-refresh-token-rotated", "true");
    deleteSession(context, session.id);
  }
  refuseUsed(true);
}
