import type {
  AuthErrorCode,
  CeremonyErrorCode,
  NetworkErrorCode,
  ResponseErrorCode,
  SessionErrorCode,
  TokenErrorCode,
} from "./error_codes.ts";

/** What every {@link AuthError} can tell besides its code and message. */
export interface AuthErrorDetails {
  /** HTTP status of the answer, where there was one. */
  readonly status?: number | undefined;
  /** The server's or gateway's name for the request, for its logs. */
  readonly requestId?: string | undefined;
  /** Method and path template of the request, without query or ids. */
  readonly endpoint?: string | undefined;
  /** Whether the same call may be made again as it was. */
  readonly retryable?: boolean | undefined;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** What led to this error. */
  readonly cause?: unknown;
}

/**
 * Base of everything this library throws, apart from `TypeError` for arguments
 * of a wrong type. Never thrown itself.
 *
 * No message, property or JSON of it holds a token, password, key or URL query.
 *
 * @example Telling errors apart by code
 * ```ts
 * import { createAuthConfig, isAuthError } from "@gotrue/edge";
 * import { signInWithPassword } from "@gotrue/edge/api";
 *
 * const config = createAuthConfig({
 *   url: "https://auth.example",
 *   fetch: () =>
 *     Promise.resolve(Response.json(
 *       { code: 400, error_code: "invalid_credentials", msg: "Invalid login credentials" },
 *       { status: 400 },
 *     )),
 * });
 * try {
 *   await signInWithPassword(config, { email: "a@example.com", password: "x" });
 * } catch (error) {
 *   if (!isAuthError(error, "invalid_credentials")) throw error;
 *   console.log(error.message);
 * }
 * ```
 */
export abstract class AuthError extends Error {
  /** Why, for programs: a code of the server or of this library. */
  declare readonly code: AuthErrorCode;
  /** HTTP status of the answer, where there was one. */
  declare readonly status?: number;
  /** The server's or gateway's name for the request, for its logs. */
  declare readonly requestId?: string;
  /** Method and path template of the request, such as `POST /token`. */
  declare readonly endpoint?: string;
  /** How long the server asks to wait before the next try, in milliseconds. */
  declare readonly retryAfterMs?: number;
  /** Whether the same call may be made again as it was. */
  readonly retryable: boolean = false;

  /**
   * Makes an error with all that is known of its origin.
   *
   * @param code Why, for programs.
   * @param message Why, for people.
   * @param details Where it came from.
   */
  constructor(
    code: AuthErrorCode,
    message: string,
    details: AuthErrorDetails = {},
  ) {
    super(message, details);
    this.code = code;
    addDetails(this, details);
  }

  /** Marks errors of every copy of this package: see {@link isAuthError}. */
  "~gotrue"(): void {}

  /**
   * What a log may hold: everything but the cause and the stack.
   *
   * @returns A plain object of strings, numbers and booleans.
   */
  toJSON(): Record<string, unknown> {
    return { ...this as object, message: this.message };
  }
}

/**
 * Tells an error what is known of its origin.
 *
 * @param error What gets members of these names.
 * @param details All but the cause, which belongs to the making of an error.
 */
export function addDetails(error: AuthError, details: AuthErrorDetails): void {
  for (const name in details) {
    const value = details[name as keyof AuthErrorDetails];
    if (value !== undefined) {
      (error as unknown as Record<string, unknown>)[name] = value;
    }
  }
}

/**
 * The server refused, by an answer or by the URL it sent the user back to.
 * `code` is the server's.
 */
export class AuthApiError extends AuthError {
  /** The class, also where class names are minified. */
  override readonly name: string = "AuthApiError";
}

/** The server refused a password as too weak: code `weak_password`. */
export class AuthWeakPasswordError extends AuthApiError {
  /** The class, also where class names are minified. */
  override readonly name = "AuthWeakPasswordError";
  /** Of `length`, `characters` and `pwned`, those that apply. */
  declare readonly reasons: readonly string[];

  /**
   * Makes an error of code `weak_password`.
   *
   * @param message The server's.
   * @param details Where it came from, and the reasons.
   */
  constructor(
    message: string,
    details: AuthErrorDetails & { readonly reasons: readonly string[] },
  ) {
    super("weak_password", message, details);
  }
}

/**
 * No answer came. `network_failure`: the request failed; `timeout`: the
 * deadline passed; `aborted`: the caller's signal, with its reason as `cause`.
 */
export class AuthNetworkError extends AuthError {
  /** The class, also where class names are minified. */
  override readonly name = "AuthNetworkError";
  /** Why, for programs. */
  declare readonly code: NetworkErrorCode;
}

/**
 * An answer came that is not the auth server's. `invalid_response`: HTML,
 * truncated or misshapen JSON, a redirect; `response_too_large`.
 */
export class AuthResponseError extends AuthError {
  /** The class, also where class names are minified. */
  override readonly name = "AuthResponseError";
  /** Why, for programs. */
  declare readonly code: ResponseErrorCode;
}

/**
 * The call needs a session or a flow that is not there. `session_missing`:
 * nobody is signed in; `session_superseded`: the session was replaced while
 * the call was under way; `pkce_code_verifier_not_found`: the flow was not
 * started here; `client_disposed`.
 */
export class AuthSessionError extends AuthError {
  /** The class, also where class names are minified. */
  override readonly name = "AuthSessionError";
  /** Why, for programs. */
  declare readonly code: SessionErrorCode;
}

/** A token was refused, `code` says why. */
export class AuthTokenError extends AuthError {
  /** The class, also where class names are minified. */
  override readonly name = "AuthTokenError";
  /** Why, for programs. */
  declare readonly code: TokenErrorCode;
}

/** The browser, its authenticator or a wallet refused. */
export class AuthCeremonyError extends AuthError {
  /** The class, also where class names are minified. */
  override readonly name = "AuthCeremonyError";
  /** Why, for programs. */
  declare readonly code: CeremonyErrorCode;
}

/**
 * Whether a value is an {@link AuthError}, of any copy of this package and of
 * any realm, and optionally of one code.
 *
 * @param value Anything, usually what was caught.
 * @param code The only code to accept.
 * @returns Whether it is.
 *
 * @example
 * ```ts
 * import { isAuthError } from "@gotrue/edge";
 *
 * console.log(isAuthError(new Error("other")));
 * ```
 */
export function isAuthError<Code extends AuthErrorCode = AuthErrorCode>(
  value: unknown,
  code?: Code,
): value is AuthError & { readonly code: Code } {
  const error = value as Partial<AuthError> | null | undefined;
  // No JSON has functions.
  return typeof error?.["~gotrue"] === "function" &&
    (code === undefined || error.code === code);
}
