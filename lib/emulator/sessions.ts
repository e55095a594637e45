import { clientIp } from "./client_ip.ts";
import type { Context } from "./context.ts";
import { toBase64Url } from "./encoding.ts";
import type { AmrClaim, Session, Time, User } from "./records.ts";
import { updateUser } from "./users.ts";

const STRONG_METHODS = ["totp", "mfa/phone", "mfa/webauthn"];

/** Members of a new session that are not at their defaults. */
export type NewSession = Partial<
  Pick<Session, "not_after" | "oauth_client_id" | "scopes">
>;

/** Begins a session, authenticated by one method. */
export function createSession(
  context: Context,
  user: User,
  method: string,
  values: NewSession = {},
): Session {
  const now = context.now();
  const version =
    context.settings.GOTRUE_SECURITY_REFRESH_TOKEN_ALGORITHM_VERSION;
  const session = context.db.sessions.insert({
    id: context.server.random.uuid(),
    user_id: user.id,
    created_at: now,
    updated_at: now,
    refreshed_at: null,
    not_after: null,
    aal: "aal1",
    factor_id: null,
    user_agent: context.headers.get("User-Agent") ?? "",
    ip: clientIp(context),
    tag: context.settings.GOTRUE_SESSIONS_TAGS[0] ?? null,
    oauth_client_id: null,
    scopes: null,
    amr: [{ method, at: now }],
    refresh_token_hmac_key: version === 2
      ? toBase64Url(context.server.random.bytes(32))
      : null,
    refresh_token_counter: 0,
    ...values,
  });
  updateUser(context, user, { last_sign_in_at: now });
  return session;
}

/** Changes a session; `updated_at` moves. */
export function updateSession(
  context: Context,
  session: Session,
  patch: Partial<Omit<Session, "id" | "seq">>,
): Session {
  return context.db.sessions.update(session.id, {
    ...patch,
    updated_at: context.now(),
  });
}

/** The session's methods with one more, or with its time renewed. */
export function withMethod(
  session: Session,
  method: string,
  at: Time,
): readonly AmrClaim[] {
  return [...session.amr.filter((claim) => claim.method !== method), {
    method,
    at,
  }];
}

/** What is right or wrong with a session's age (auth-server §6.5). */
export type SessionValidity = "valid" | "expired" | "inactive" | "low-aal";

/** Checks a session's age; `tokenTime` is when the presented refresh token last changed. */
export function checkSession(
  context: Context,
  session: Session,
  user: User,
  tokenTime?: Time,
): SessionValidity {
  const { settings } = context;
  const now = context.server.clock.now();
  const {
    GOTRUE_SESSIONS_TIMEBOX: timebox,
    GOTRUE_SESSIONS_INACTIVITY_TIMEOUT: idle,
  } = settings;
  if (session.not_after !== null && now > session.not_after) return "expired";
  if (timebox > 0 && now > session.created_at + timebox) return "expired";
  if (idle > 0 && now > lastRefreshed(session, tokenTime) + idle) {
    return "inactive";
  }
  const lowAal = settings.GOTRUE_SESSIONS_ALLOW_LOW_AAL;
  const isLow = lowAal > 0 && session.aal === "aal1" &&
    highestAal(context, user) === "aal2";
  return isLow && now > session.created_at + lowAal ? "low-aal" : "valid";
}

/** When a session was last refreshed, or begun. */
export function lastRefreshed(session: Session, tokenTime?: Time): Time {
  if (session.refreshed_at !== null) return session.refreshed_at;
  return Math.max(session.created_at, tokenTime ?? 0);
}

/** The level that a user could reach. */
export function highestAal(context: Context, user: User): "aal1" | "aal2" {
  const factors = context.db.factors.list("user", user.id);
  return factors.some((factor) => factor.status === "verified")
    ? "aal2"
    : "aal1";
}

/** The level that a session's methods amount to. */
export function sessionAal(session: Session): "aal1" | "aal2" {
  return session.amr.some(({ method }) => STRONG_METHODS.includes(method))
    ? "aal2"
    : "aal1";
}
