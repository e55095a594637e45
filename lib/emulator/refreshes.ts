import { setTokenHeaders } from "./access_tokens.ts";
import { audit } from "./audit.ts";
import { clientIp } from "./client_ip.ts";
import type { Context } from "./context.ts";
import { fail, OAuthError } from "./errors.ts";
import type { RefreshToken, Session, Time, User } from "./records.ts";
import { checkSession, lastRefreshed, updateSession } from "./sessions.ts";

/** Which OAuth client asks; null for the ordinary endpoint. */
export type RefreshingClient = string | null;

/** A refresh that went well: the session and its token as they are now. */
export interface Refreshed {
  readonly user: User;
  readonly session: Session;
  readonly refreshToken: string;
}

/** Refuses a token that the server does not know. */
export function refuseUnknown(): never {
  fail(
    400,
    "refresh_token_not_found",
    "Invalid Refresh Token: Refresh Token Not Found",
  );
}

/** Refuses a token that was used before. */
export function refuseUsed(keepWrites: boolean): never {
  fail(
    400,
    "refresh_token_already_used",
    "Invalid Refresh Token: Already Used",
    { keepWrites },
  );
}

/** The checks that both versions share, before the token itself is looked at. */
export function checkRefresh(
  context: Context,
  user: User,
  session: Session,
  client: RefreshingClient,
  token?: RefreshToken,
): void {
  if ((user.banned_until ?? 0) > context.server.clock.now()) {
    fail(400, "user_banned", "Invalid Refresh Token: User Banned");
  }
  context.answerHeaders.set("sb-auth-user-id", user.id);
  context.answerHeaders.set("sb-auth-session-id", session.id);
  const reasons = {
    valid: undefined,
    expired: "",
    inactive: " (Inactivity)",
    "low-aal": " (Low AAL: User Needs MFA Verification)",
  };
  const reason =
    reasons[checkSession(context, session, user, token?.updated_at)];
  if (reason !== undefined) refuseExpired(reason);
  checkClient(session, client);
  if (isReplaced(context, user, session, token?.updated_at)) {
    refuseExpired(" (Revoked by Newer Login)");
  }
}

function refuseExpired(reason: string): never {
  fail(
    400,
    "session_expired",
    `Invalid Refresh Token: Session Expired${reason}`,
  );
}

function checkClient(session: Session, client: RefreshingClient): void {
  if (session.oauth_client_id === client) return;
  throw new OAuthError(
    "invalid_client",
    client === null
      ? "Client authentication required for OAuth session"
      : session.oauth_client_id === null
      ? "Client authentication not allowed for non-OAuth session"
      : "Client does not match the session's OAuth client",
  );
}

/** Whether another session of the user is the newer one, where only one may be. */
function isReplaced(
  context: Context,
  user: User,
  session: Session,
  tokenTime?: Time,
): boolean {
  if (!context.settings.GOTRUE_SESSIONS_SINGLE_PER_USER) return false;
  const mine = lastRefreshed(session, tokenTime);
  return context.db.sessions.list("user", user.id).some((other) =>
    other.id !== session.id && other.tag === session.tag &&
    checkSession(context, other, user) === "valid" &&
    lastRefreshed(other) > mine
  );
}

/** Notes a refresh and gives what the answer is made of. */
export function finishRefresh(
  context: Context,
  user: User,
  session: Session,
  tokenOf: (session: Session) => string,
): Refreshed {
  audit(context, user, "token_refreshed");
  const refreshed = updateSession(context, session, {
    refreshed_at: context.now(),
    user_agent: context.headers.get("User-Agent") ?? "",
    ip: clientIp(context),
  });
  const refreshToken = tokenOf(refreshed);
  setTokenHeaders(context, refreshed, refreshToken);
  return {
    user: context.db.users.must(user.id),
    session: refreshed,
    refreshToken,
  };
}
