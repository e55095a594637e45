/** What a handler asks before it acts on verified claims. */
import type { Metadata } from "../config.ts";
import { AuthTokenError } from "../errors.ts";
import type { VerifiedClaims } from "./claims.ts";

/** How recent a sign-in must be, and by which means. */
export interface RecentOptions {
  /** The clock, in milliseconds since 1970. @default {Date.now} */
  readonly now?: () => number;
  /** The methods that count, such as `["totp"]`. @default {all of them} */
  readonly methods?: readonly string[];
}

/**
 * Reads the token of a request.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-2.1}
 * @param request Anything with headers.
 * @returns What follows `Bearer` in the `Authorization` header, unchecked; null
 * when there is no such header or it is of another scheme.
 *
 * @example
 * ```ts
 * import { getBearerToken } from "@gotrue/edge/jwt";
 *
 * const headers = { authorization: "Bearer header.payload.signature" };
 * const request = new Request("https://app.example", { headers });
 * console.log(getBearerToken(request)); // header.payload.signature
 * ```
 */
export function getBearerToken(
  request: { readonly headers: Pick<Headers, "get"> },
): string | null {
  const value = request.headers.get("authorization") ?? "";
  return /^bearer +(.+)$/i.exec(value.trim())?.[1] ?? null;
}

/**
 * A good token that is not enough. Besides its code it tells what would be:
 * `toResponse` puts that into the challenge.
 */
export class AuthRequirementError extends AuthTokenError {
  /** The assurance level that is needed. */
  declare readonly acrValues?: string;
  /** How long ago the last sign-in may be, in seconds. */
  declare readonly maxAge?: number;

  /**
   * Made by the guards of this module.
   *
   * @param code Why, for programs.
   * @param why Why, for people.
   * @param needed What would be enough.
   */
  constructor(
    code: "jwt_aal_insufficient" | "jwt_role_mismatch" | "jwt_not_recent",
    why: string,
    needed: { readonly acrValues?: string; readonly maxAge?: number } = {},
  ) {
    super(code, `Cannot allow this: ${why}`);
    Object.assign(this, needed);
  }
}

/**
 * Demands an authenticator assurance level, usually `aal2`: a second factor.
 *
 * @param claims Of a verified token.
 * @param level The lowest level to accept.
 * @throws {AuthTokenError} `jwt_aal_insufficient`.
 *
 * @example
 * ```ts
 * import { requireAal } from "@gotrue/edge/jwt";
 * import type { VerifiedClaims } from "@gotrue/edge/jwt";
 *
 * function deleteEverything(claims: VerifiedClaims): void {
 *   requireAal(claims, "aal2");
 * }
 * console.log(deleteEverything.length); // 1
 * ```
 */
export function requireAal(
  claims: VerifiedClaims<Metadata>,
  level: "aal1" | "aal2" | "aal3",
): void {
  const { aal = "" } = claims;
  // The levels sort as text; anything else is no level.
  if (/^aal[123]$/.test(aal) && aal >= level) return;
  throw new AuthRequirementError(
    "jwt_aal_insufficient",
    `it needs the assurance level ${level}`,
    { acrValues: level },
  );
}

/**
 * Demands a role in the database.
 *
 * @param claims Of a verified token.
 * @param roles Those to accept.
 * @throws {AuthTokenError} `jwt_role_mismatch`.
 *
 * @example
 * ```ts
 * import { requireRole } from "@gotrue/edge/jwt";
 * import type { VerifiedClaims } from "@gotrue/edge/jwt";
 *
 * function moderate(claims: VerifiedClaims): void {
 *   requireRole(claims, "moderator", "owner");
 * }
 * console.log(moderate.length); // 1
 * ```
 */
export function requireRole(
  claims: VerifiedClaims<Metadata>,
  ...roles: string[]
): void {
  if (claims.role !== undefined && roles.includes(claims.role)) return;
  throw new AuthRequirementError(
    "jwt_role_mismatch",
    `it needs the role ${roles.join(" or ")}`,
  );
}

/**
 * Demands that the user has signed in, or proved a factor, a short while ago.
 * Refreshing a session does not count.
 *
 * @param claims Of a verified token.
 * @param seconds How long ago at most.
 * @param options Which methods count, and the clock.
 * @throws {AuthTokenError} `jwt_not_recent`.
 *
 * @example
 * ```ts
 * import { requireRecent } from "@gotrue/edge/jwt";
 * import type { VerifiedClaims } from "@gotrue/edge/jwt";
 *
 * function changeAddress(claims: VerifiedClaims): void {
 *   requireRecent(claims, 300, { methods: ["password", "passkey"] });
 * }
 * console.log(changeAddress.length); // 1
 * ```
 */
export function requireRecent(
  claims: VerifiedClaims<Metadata>,
  seconds: number,
  options: RecentOptions = {},
): void {
  const { now = Date.now, methods } = options;
  const earliest = now() / 1000 - seconds;
  const isRecent = claims.amr?.some(({ method, timestamp }) =>
    timestamp >= earliest && (methods?.includes(method) ?? true)
  );
  if (isRecent) return;
  throw new AuthRequirementError(
    "jwt_not_recent",
    `it needs a sign-in of the last ${seconds} seconds`,
    { maxAge: seconds },
  );
}
