import { audit } from "../audit.ts";
import type { Context } from "../context.ts";
import { toBase64Url } from "../encoding.ts";
import { fail } from "../errors.ts";
import type { RefreshToken, Session, User } from "../records.ts";
import {
  encodeRefreshToken,
  issueRefreshToken,
  revokeRefreshToken,
} from "../refresh_tokens.ts";
import { updateSession } from "../sessions.ts";
import { updateUser } from "../users.ts";
import {
  checkRefresh,
  finishRefresh,
  type Refreshed,
  type RefreshingClient,
  refuseUnknown,
  refuseUsed,
} from "../refreshes.ts";

/** Exchanges a refresh token of version 1 (auth-server §6.3). */
export function refreshVersion1(
  context: Context,
  value: string,
  client: RefreshingClient,
): Refreshed {
  const token = context.db.refreshTokens.get(value);
  const user = context.db.users.get(token?.user_id ?? "");
  if (token === undefined || user === undefined) refuseUnknown();
  const session = context.db.sessions.get(token.session_id);
  if (session === undefined) {
    fail(
      400,
      "session_not_found",
      "Invalid Refresh Token: No Valid Session Found",
    );
  }
  checkRefresh(context, user, session, client, token);
  const { headers, isNew, successor } = rotate(context, user, session, token);
  if (isNew) headers.set("sb-auth-refresh-token-reuse", "false");
  updateUser(context, user, { last_sign_in_at: user.last_sign_in_at });
  const upgraded = isNew ? upgrade(context, session) : undefined;
  if (upgraded !== undefined) {
    return finishRefresh(context, user, upgraded, encodeRefreshToken);
  }
  return finishRefresh(context, user, session, () => successor.id);
}

interface Rotation {
  readonly headers: Headers;
  readonly successor: RefreshToken;
  readonly isNew: boolean;
}

function rotate(
  context: Context,
  user: User,
  session: Session,
  token: RefreshToken,
): Rotation {
  const headers = context.answerHeaders;
  if (token.revoked) {
    const active = activeToken(context, session);
    if (active?.parent === token.id) {
      return { headers, successor: active, isNew: false };
    }
    if (!isWithinReuseInterval(context, token)) refuseReuse(context, session);
  }
  audit(context, user, "token_revoked");
  revokeRefreshToken(context, token);
  return {
    headers,
    successor: issueRefreshToken(context, session, token.id),
    isNew: true,
  };
}

/** The session's newest token that is not revoked. */
function activeToken(
  context: Context,
  session: Session,
): RefreshToken | undefined {
  const tokens = context.db.refreshTokens.list("session", session.id);
  return tokens.findLast((token) => !token.revoked);
}

function isWithinReuseInterval(context: Context, token: RefreshToken): boolean {
  const interval =
    context.settings.GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL * 1000;
  return context.now() <= token.updated_at + interval;
}

function refuseReuse(context: Context, session: Session): never {
  if (context.settings.GOTRUE_SECURITY_REFRESH_TOKEN_ROTATION_ENABLED) {
    context.answerHeaders.set("sb-auth-refresh-token-rotated", "true");
    for (const token of context.db.refreshTokens.list("session", session.id)) {
      if (!token.revoked) revokeRefreshToken(context, token);
    }
  }
  refuseUsed(true);
}

/** Turns a session over to version 2, where the settings say so. */
function upgrade(context: Context, session: Session): Session | undefined {
  const { settings, server } = context;
  const share = settings.GOTRUE_SECURITY_REFRESH_TOKEN_UPGRADE_PERCENTAGE / 100;
  if (settings.GOTRUE_SECURITY_REFRESH_TOKEN_ALGORITHM_VERSION !== 2) {
    return undefined;
  }
  if (share < 1 && server.random.fraction() >= share) return undefined;
  for (const token of context.db.refreshTokens.list("session", session.id)) {
    if (!token.revoked) revokeRefreshToken(context, token);
  }
  return updateSession(context, session, {
    refresh_token_hmac_key: toBase64Url(server.random.bytes(32)),
    refresh_token_counter: 0,
  });
}
