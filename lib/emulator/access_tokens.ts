import { unixSeconds } from "./clock.ts";
import type { Context } from "./context.ts";
import { customClaims } from "./hooks/claims.ts";
import { json } from "./http.ts";
import { userJson, type UserJsonOptions } from "./objects.ts";
import type { JsonObject, Session, User } from "./records.ts";
import { encodeRefreshToken, issueRefreshToken } from "./refresh_tokens.ts";
import {
  createSession,
  highestAal,
  type NewSession,
  sessionAal,
} from "./sessions.ts";
import type { Claims } from "./signing.ts";
import { signToken } from "./tokens.ts";

/** An access token and when it ends. */
export interface AccessToken {
  /** The signed token. */
  readonly token: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** Signs an access token for a session (auth-server §6.1). */
export async function createAccessToken(
  context: Context,
  user: User,
  session: Session,
  method: string = session.amr.at(-1)?.method ?? "",
): Promise<AccessToken> {
  const issuedAt = unixSeconds(context.server.clock.now());
  const expiresAt = accessTokenEnd(context, user, session, issuedAt);
  const claims = accessClaims(context, user, session, issuedAt, expiresAt);
  const final = await customClaims(context, claims, method);
  return { token: await signToken(context.server.keys, final), expiresAt };
}

function accessTokenEnd(
  context: Context,
  user: User,
  session: Session,
  issuedAt: number,
): number {
  const end = issuedAt + context.settings.GOTRUE_JWT_EXP;
  const lowAal = context.settings.GOTRUE_SESSIONS_ALLOW_LOW_AAL;
  const isLow = lowAal > 0 && sessionAal(session) === "aal1" &&
    highestAal(context, user) === "aal2";
  if (!isLow) return end;
  return Math.min(end, unixSeconds(session.created_at + lowAal));
}

function accessClaims(
  context: Context,
  user: User,
  session: Session,
  iat: number,
  exp: number,
): Claims {
  const { GOTRUE_JWT_ISSUER: iss } = context.settings;
  return {
    ...(iss === "" ? {} : { iss }),
    sub: user.id,
    aud: user.aud,
    exp,
    iat,
    email: user.email,
    phone: user.phone,
    app_metadata: user.app_metadata,
    user_metadata: user.user_metadata,
    role: user.role,
    aal: sessionAal(session),
    amr: amrClaims(context, user, session),
    session_id: session.id,
    is_anonymous: user.is_anonymous,
    ...(session.oauth_client_id === null
      ? {}
      : { client_id: session.oauth_client_id }),
    ...(session.scopes === null ? {} : { scope: session.scopes }),
  };
}

function amrClaims(
  context: Context,
  user: User,
  session: Session,
): JsonObject[] {
  const newestFirst = [...session.amr].reverse().sort((a, b) => b.at - a.at);
  return newestFirst.map(({ method, at }) => {
    const identities = method === "sso/saml"
      ? context.db.identities.list("user", user.id)
      : [];
    const [identity] = identities;
    const provider = identities.length === 1
      ? { provider: identity!.provider.replace(/^sso:/, "") }
      : {};
    return { method, timestamp: unixSeconds(at), ...provider };
  });
}

/** What of a token response is not derived from the session. */
export interface TokenResponseOptions extends UserJsonOptions {
  /** Members after the user, such as `weak_password` and the provider's tokens. */
  readonly extra?: JsonObject;
  /** What the hook is told of how the user signed in; the newest method of the session unless given. */
  readonly method?: string;
  /** Changes to the user's JSON. */
  readonly user?: JsonObject;
}

/** The members of a token response (auth-server §5.3). */
export async function tokenJson(
  context: Context,
  user: User,
  session: Session,
  refreshToken: string,
  options: TokenResponseOptions = {},
): Promise<JsonObject> {
  const { token, expiresAt } = await createAccessToken(
    context,
    user,
    session,
    options.method,
  );
  return {
    access_token: token,
    token_type: "bearer",
    expires_in: expiresAt - unixSeconds(context.server.clock.now()),
    expires_at: expiresAt,
    refresh_token: refreshToken,
    user: { ...userJson(context.db, user, options), ...options.user },
    ...options.extra,
  };
}

/** A session that has just begun. */
export interface StartedSession {
  /** The user as it is now. */
  readonly user: User;
  /** The session. */
  readonly session: Session;
  /** Its first refresh token. */
  readonly refreshToken: string;
}

/** Begins a session and issues its first refresh token, without a word in the answer. */
export function startSession(
  context: Context,
  user: User,
  method: string,
  values: NewSession = {},
): StartedSession {
  const session = createSession(context, user, method, values);
  const refreshToken = session.refresh_token_hmac_key === null
    ? issueRefreshToken(context, session, "").id
    : encodeRefreshToken(session);
  return { user: context.db.users.must(user.id), session, refreshToken };
}

/** Begins a session that the answer is about. */
export function signIn(
  context: Context,
  user: User,
  method: string,
  values: NewSession = {},
): StartedSession {
  const started = startSession(context, user, method, values);
  setTokenHeaders(context, started.session, started.refreshToken);
  return started;
}

/** Begins a session and answers with its tokens. */
export async function signInResponse(
  context: Context,
  user: User,
  method: string,
  options: TokenResponseOptions = {},
): Promise<Response> {
  const { user: signedIn, session, refreshToken } = signIn(
    context,
    user,
    method,
  );
  return json(
    await tokenJson(context, signedIn, session, refreshToken, options),
  );
}

/** Sets the headers that go with a token response. */
export function setTokenHeaders(
  context: Context,
  session: Session,
  refreshToken: string,
): void {
  const headers = context.answerHeaders;
  headers.set("sb-auth-user-id", session.user_id);
  headers.set("sb-auth-session-id", session.id);
  if (session.refresh_token_hmac_key === null) {
    headers.set("sb-auth-refresh-token-prefix", refreshToken.slice(0, 5));
  } else {
    headers.set(
      "sb-auth-refresh-token-counter",
      String(session.refresh_token_counter),
    );
  }
}
