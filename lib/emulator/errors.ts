/** What the server knows about a refusal besides its status, code and message. */
export interface HttpErrorOptions {
  /** The writes of the request are kept although it fails (auth-server §3.7). */
  readonly keepWrites?: boolean;
  /** The reason inside the server, never shown. */
  readonly cause?: unknown;
}

/** A refusal in the ordinary envelope (auth-server §3.2). */
export class HttpError extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** The error code; undefined for errors that were raised without one. */
  readonly code: string | undefined;
  /** Whether the writes of the request are kept. */
  readonly keepWrites: boolean;

  constructor(
    status: number,
    code: string | undefined,
    message: string,
    options: HttpErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "HttpError";
    this.status = status;
    this.code = code;
    this.keepWrites = options.keepWrites ?? false;
  }
}

/** A password that does not meet the rules (auth-server §3.3). */
export class WeakPasswordError extends HttpError {
  /** Which rules: length, characters, pwned. */
  readonly reasons: readonly string[];

  constructor(message: string, reasons: readonly string[]) {
    super(422, "weak_password", message);
    this.name = "WeakPasswordError";
    this.reasons = reasons;
  }
}

/** Where the real server's code would crash on its input (auth-server §3.2, "panic"). */
export class PanicError extends Error {
  constructor() {
    super("Internal Server Error");
    this.name = "PanicError";
  }
}

/** A refusal in the OAuth envelope (auth-server §3.4). */
export class OAuthError extends Error {
  /** The `error` member. */
  readonly error: string;

  constructor(error: string, description: string) {
    super(description);
    this.name = "OAuthError";
    this.error = error;
  }
}

/** A refusal that is an answer of its own, such as a redirect: the writes of the request are taken back. */
export class Refusal extends Error {
  /** What the client gets. */
  readonly response: Response;
  /** Whether the writes of the request are kept all the same. */
  readonly keepWrites: boolean;

  constructor(response: Response, options: HttpErrorOptions = {}) {
    super("Refused", { cause: options.cause });
    this.name = "Refusal";
    this.response = response;
    this.keepWrites = options.keepWrites ?? false;
  }
}

/** Whether an error is a refusal, and not a fault of the emulator. */
export function isRefusal(error: unknown): boolean {
  return error instanceof HttpError || error instanceof OAuthError ||
    error instanceof PanicError;
}

/** Refuses a request. */
export function fail(
  status: number,
  code: string | undefined,
  message: string,
  options?: HttpErrorOptions,
): never {
  throw new HttpError(status, code, message, options);
}

/** Refuses a request with 400 `validation_failed`, the most frequent refusal. */
export function invalid(message: string): never {
  throw new HttpError(400, "validation_failed", message);
}
