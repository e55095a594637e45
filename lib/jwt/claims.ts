/** What a token claims, and the policy that decides whether to believe it. */
import type { Metadata, UnknownMetadata } from "../config.ts";
import type { TokenErrorCode } from "../error_codes.ts";
import { AuthTokenError } from "../errors.ts";

/** One way in which the user has proved who they are. */
export interface AmrEntry {
  /** Such as `password`, `otp`, `oauth`, `totp`, `passkey`. */
  readonly method: string;
  /** When, in seconds since 1970, by the server's clock. */
  readonly timestamp: number;
  /** The SSO provider's id, with method `sso/saml`. */
  readonly provider?: string;
}

/** How sure the server is of who signed in; a later server may know more. */
export type AuthenticatorAssuranceLevel =
  | "aal1"
  | "aal2"
  | "aal3"
  // deno-lint-ignore ban-types -- keeps completion of the known levels
  | (string & {});

/**
 * The claims of an access token, as the auth server writes them. A server's
 * `custom_access_token` hook may add others: they are `unknown`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1}
 */
export interface AccessTokenClaims<M extends Metadata = UnknownMetadata> {
  /** The user's id. */
  readonly sub: string;
  /** End of the token's life, in seconds since 1970. */
  readonly exp: number;
  /** When the token was issued, in seconds since 1970. */
  readonly iat: number;
  /** Start of the token's life, in seconds since 1970; the server sets none. */
  readonly nbf?: number;
  /** The server that issued it; absent when a server is configured without. */
  readonly iss?: string;
  /** Whom it is for: `authenticated` for every user. */
  readonly aud?: string | readonly string[];
  /** The role in the database, `authenticated` for users. */
  readonly role?: string;
  /** Authenticator assurance level: `aal2` after a second factor. */
  readonly aal?: AuthenticatorAssuranceLevel;
  /** How the user has signed in, newest first. */
  readonly amr?: readonly AmrEntry[] | null;
  /** The session, until signing out. */
  readonly session_id?: string;
  /** Whether the user is a guest who has given neither address nor number. */
  readonly is_anonymous?: boolean;
  /** Empty when the user has none. */
  readonly email?: string;
  /** Without the leading `+`; empty when the user has none. */
  readonly phone?: string;
  /** Written by trusted servers only. */
  readonly app_metadata?: M["app_metadata"] | null;
  /** Written by the user: never a ground for access. */
  readonly user_metadata?: M["user_metadata"] | null;
  /** The application, in a token that the OAuth server issued. */
  readonly client_id?: string;
  /** What the application may do, separated by spaces. */
  readonly scope?: string;
  /** What a hook of the server has added. */
  readonly [name: string]: unknown;
}

/**
 * Claims of a token whose signature, issuer, audience and times were checked.
 * Only a verifier makes them, so that a parameter of this type cannot be given
 * what {@link decodeJwt} has read. The brand is there for the compiler only.
 */
export type VerifiedClaims<M extends Metadata = UnknownMetadata> =
  & AccessTokenClaims<M>
  & { readonly "~trust": "verified" };

/** Claims that anybody may have written: for display, never for a decision. */
export type UnverifiedClaims<M extends Metadata = UnknownMetadata> =
  & Partial<AccessTokenClaims<M>>
  & { readonly "~trust": "unverified" };

/** What claims must say to be accepted. */
export interface PolicyOptions {
  /** The auth server: its address is the issuer unless `issuer` is given. */
  readonly url?: string | undefined;
  /**
   * Whose tokens to accept. `null` leaves the issuer unchecked, which a server
   * that is configured without one needs.
   * @default {url}
   */
  readonly issuer?: string | readonly string[] | null | undefined;
  /**
   * Tokens for whom to accept; `null` leaves the audience unchecked.
   * @default {"authenticated"}
   */
  readonly audience?: string | readonly string[] | null | undefined;
  /**
   * Claims that a token must have besides `exp`; one that is left out here may
   * be missing, whatever its type says.
   * @default {["sub", "iat"]}
   */
  readonly requiredClaims?: readonly string[] | undefined;
  /**
   * By how much the server's clock and this one may differ, in seconds.
   * @default {5}
   */
  readonly clockToleranceSeconds?: number | undefined;
}

/** Checked {@link PolicyOptions}. */
export interface Policy {
  /** Whose tokens to accept; null for anybody's. */
  readonly issuers: readonly string[] | null;
  /** For whom they must be; null for anybody. */
  readonly audiences: readonly string[] | null;
  /** The claims that must be there, besides `exp`. */
  readonly required: readonly string[];
  /** By how much clocks may differ, in seconds. */
  readonly tolerance: number;
}

/**
 * Checks a policy itself.
 *
 * @param options What claims must say.
 * @returns The policy, for {@link checkClaims}.
 * @throws {TypeError} When there is nothing to compare the issuer with, or an
 * option has a wrong type.
 *
 * @example
 * ```ts
 * import { createPolicy } from "@gotrue/edge/jwt";
 *
 * const policy = createPolicy({ url: "https://auth.example" });
 * console.log(policy.audiences); // [ "authenticated" ]
 * ```
 */
export function createPolicy(options: PolicyOptions): Policy {
  const { url, audience = "authenticated" } = options;
  const { issuer = url?.replace(/\/*(\?.*)?$/, "") } = options;
  const { clockToleranceSeconds: tolerance = 5 } = options;
  if (issuer === undefined) {
    throw new TypeError("Cannot check the issuer: give url or issuer, or null");
  }
  if (!Number.isFinite(tolerance) || tolerance < 0) {
    throw new TypeError(
      "Cannot use clockToleranceSeconds: it must be a number",
    );
  }
  return {
    issuers: toList("issuer", issuer),
    audiences: toList("audience", audience),
    required: options.requiredClaims ?? ["sub", "iat"],
    tolerance,
  };
}

function toList(
  name: string,
  value: string | readonly string[] | null,
): readonly string[] | null {
  if (value === null) return null;
  const list = typeof value === "string" ? [value] : value;
  if (!list.every((one) => typeof one === "string" && one)) {
    throw new TypeError(`Cannot use ${name}: it must be text or null`);
  }
  return list;
}

/**
 * Checks what claims say, not who says it: issuer, audience, times, and that
 * nothing required is missing.
 *
 * @param claims The claims of a token.
 * @param policy What they must say.
 * @param now The time, in milliseconds since 1970.
 * @throws {AuthTokenError} `api_key_as_bearer`, `jwt_claim_missing`,
 * `jwt_issuer_mismatch`, `jwt_audience_mismatch`, `jwt_expired`,
 * `jwt_not_yet_valid`, `jwt_issued_in_future`.
 *
 * @example Claims that the server itself has confirmed
 * ```ts
 * import { checkClaims, createPolicy, decodeJwt } from "@gotrue/edge/jwt";
 *
 * const policy = createPolicy({ url: "https://auth.example" });
 * const { claims } = decodeJwt(
 *   "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEiLCJleHAiOjE3OTU0NjAwNTB9.c2ln",
 * );
 * try {
 *   checkClaims(claims, policy, Date.now());
 * } catch (error) {
 *   console.log((error as Error).message);
 * }
 * ```
 */
export function checkClaims(
  claims: Partial<AccessTokenClaims<Metadata>>,
  policy: Policy,
  now: number,
): void {
  const { issuers, audiences, required, tolerance } = policy;
  for (const name of required) {
    if ((claims[name] ?? "") === "") throw missing(claims, name);
  }
  if (issuers && !issuers.includes(claims.iss as string)) {
    throw mismatch("issuer", issuers, claims.iss);
  }
  if (audiences && !isFor(audiences, claims.aud)) {
    throw mismatch("audience", audiences, claims.aud);
  }
  const { exp, nbf = 0, iat = 0 } = claims;
  const seconds = Math.floor(now / 1000);
  const latest = seconds + tolerance;
  if (exp === undefined) throw missing(claims, "exp");
  // Without a clock nothing holds.
  if (!(exp > seconds - tolerance)) throw refuse("jwt_expired");
  if (!(nbf <= latest)) throw refuse("jwt_not_yet_valid");
  if (!(iat <= latest)) throw refuse("jwt_issued_in_future");
}

function isFor(
  audiences: readonly string[],
  aud: string | readonly string[] | undefined,
): boolean {
  return typeof aud === "object"
    ? aud.some((one) => audiences.includes(one))
    : audiences.includes(aud as string);
}

function missing(
  { role, sub }: Partial<AccessTokenClaims<Metadata>>,
  name: string,
): AuthTokenError {
  return !sub && (role === "anon" || role === "service_role")
    ? refuse("api_key_as_bearer")
    : refuse("jwt_claim_missing", `: ${name}`);
}

function mismatch(
  name: "issuer" | "audience",
  expected: readonly string[],
  found: unknown,
): AuthTokenError {
  const text = `${JSON.stringify(found)}`.slice(0, 200);
  return refuse(
    `jwt_${name}_mismatch`,
    `: expected ${expected.join(" or ")}, found ${text}`,
  );
}

/**
 * The error for a token that is not accepted; its message is the code in words.
 *
 * @param code Why.
 * @param detail What exactly, with a colon before it; nothing secret.
 * @returns The error, to be thrown.
 */
export function refuse(code: TokenErrorCode, detail = ""): AuthTokenError {
  const words = code.replace("jwt_", "").replaceAll("_", " ");
  return new AuthTokenError(code, `Cannot accept the token: ${words}${detail}`);
}
