import { isUuid } from "./body.ts";
import type { Context } from "./context.ts";
import { fail } from "./errors.ts";
import type { Session, User } from "./records.ts";
import { checkSession } from "./sessions.ts";
import { sessionIdOf, verifyToken } from "./tokens.ts";

/** What stands before a handler: it refuses or lets pass. */
export type Guard = (context: Context) => void | Promise<void>;

/** The token of `Authorization: Bearer`; undefined when there is none. */
export function bearerToken(headers: Headers): string | undefined {
  return /^bearer (\S+)$/i.exec(headers.get("Authorization") ?? "")?.[1];
}

/** Reads and checks the bearer token (auth-server §2.1, §2.2). */
async function readClaims(context: Context): Promise<void> {
  const token = bearerToken(context.headers);
  if (token === undefined) {
    fail(
      401,
      "no_authorization",
      "This endpoint requires a valid Bearer token",
    );
  }
  const { keys, clock } = context.server;
  context.claims = await verifyToken(keys, token, clock.now());
}

/** Demands a user's token (auth-server §2.3). */
export async function requireUser(context: Context): Promise<void> {
  await readClaims(context);
  const { user } = loadUser(context);
  if ((user.banned_until ?? 0) > context.server.clock.now()) {
    fail(403, "user_banned", "User is banned");
  }
}

/** Demands the token of a user that is not anonymous. */
export async function requireNotAnonymous(context: Context): Promise<void> {
  await requireUser(context);
  refuseAnonymous(context);
}

/** Refuses anonymous users, where the token has been checked already. */
export function refuseAnonymous(context: Context): void {
  if (context.claims?.["is_anonymous"] === true) {
    fail(
      403,
      "no_authorization",
      "Anonymous user not allowed to perform these actions",
    );
  }
}

/** Demands an admin's token (auth-server §2.4). */
export async function requireAdmin(context: Context): Promise<void> {
  await readClaims(context);
  if (sessionIdOf(context.claims!) !== undefined) {
    const { user, session } = loadUser(context);
    if (
      session !== undefined && checkSession(context, session, user) !== "valid"
    ) {
      fail(403, "session_expired", "Session is no longer valid");
    }
  }
  if (!isAdmin(context)) fail(403, "not_admin", "User not allowed");
}

/** Whether the checked token has an admin role. */
export function isAdmin(context: Context): boolean {
  return context.settings.GOTRUE_JWT_ADMIN_ROLES.includes(adminRole(context));
}

/** The role of the checked token. */
export function adminRole(context: Context): string {
  const role = context.claims?.["role"];
  return typeof role === "string" ? role : "";
}

function loadUser(
  context: Context,
): { user: User; session: Session | undefined } {
  const claims = context.claims!;
  const sub = claims["sub"];
  if (typeof sub !== "string" || sub === "") {
    fail(403, "bad_jwt", "invalid claim: missing sub claim");
  }
  if (!isUuid(sub)) {
    fail(400, "bad_jwt", "invalid claim: sub claim must be a UUID");
  }
  const user = context.db.users.get(sub.toLowerCase());
  if (user === undefined) {
    fail(403, "user_not_found", "User from sub claim in JWT does not exist");
  }
  const sessionId = sessionIdOf(claims);
  const session = sessionId === undefined
    ? undefined
    : context.db.sessions.get(sessionId);
  if (sessionId !== undefined && session === undefined) {
    fail(
      403,
      "session_not_found",
      "Session from session_id claim in JWT does not exist",
    );
  }
  context.authenticate(user, session);
  return { user, session };
}

/** The audience of a request (auth-server §1.9). */
export function requestAudience(context: Context): string {
  const header = context.headers.get("X-JWT-AUD") ?? "";
  if (header !== "") return header;
  if (context.claims !== undefined && !isAdmin(context)) {
    const audience = tokenAudience(context);
    if (audience !== "") return audience;
  }
  return context.settings.GOTRUE_JWT_AUD;
}

/** The first audience of the checked token, "" when it has none. */
export function tokenAudience(context: Context): string {
  const aud = context.claims?.["aud"];
  const first = Array.isArray(aud) ? aud[0] : aud;
  return typeof first === "string" ? first : "";
}
