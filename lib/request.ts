/**
 * The only place that calls `fetch`. Everything that can go wrong with a
 * request becomes a typed error here.
 */
import { type AuthConfig, checkTimeout, type Metadata } from "./config.ts";
import type { NetworkErrorCode } from "./error_codes.ts";
import {
  addDetails,
  AuthApiError,
  AuthError,
  type AuthErrorDetails,
  AuthNetworkError,
  AuthResponseError,
} from "./errors.ts";
import { addHeaders } from "./headers.ts";
import { parseErrorBody } from "./wire/error_body.ts";
import { invalid } from "./wire/json.ts";

/** How one call is made: the last argument of every function. */
export interface RequestOptions {
  /** Ends the call with `aborted`; never taken for a sign-out. */
  readonly signal?: AbortSignal | undefined;
  /** Deadline in milliseconds. @default {the configuration's} */
  readonly timeoutMs?: number | undefined;
  /** Sent with this request, over the configuration's. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A request to the auth server. */
export interface RequestSpec {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The path below the server's address, without ids and query. */
  readonly path: string;
  /** The same with them: see `fillPath` and `withQuery`. */
  readonly filledPath?: string;
  /** Sent as JSON. */
  readonly body?: object;
  /**
   * Whether making the request twice does no more than making it once.
   * @default {true for all but POST}
   */
  readonly idempotent?: boolean;
  /** Bound on a body of success; one of refusal is always bounded. */
  readonly maxLength?: number;
}

/** An answer of success. */
export interface Answer {
  /** The parsed JSON; undefined when there is no body. */
  readonly body: unknown;
  /** The body as it came. */
  readonly text: string;
  readonly headers: Headers;
}

/** Makes of an answer what the caller gets. */
export type Parser<T> = (answer: Answer) => T;

/** Why no answer came. */
type NoAnswer = readonly [
  code: NetworkErrorCode,
  why: string,
  details?: Pick<AuthErrorDetails, "cause">,
];

/** More than any refusal needs, and little enough to hold. */
const MAX_REFUSAL = 65_536;

/**
 * Sends a request to the auth server.
 *
 * @param config The server.
 * @param spec The request.
 * @param parse Reads the answer of success.
 * @param options How to make the request.
 * @returns What the parser made.
 * @throws {AuthApiError} When the server refuses.
 * @throws {AuthNetworkError} When no answer comes, in time or at all.
 * @throws {AuthResponseError} When the answer is not the auth server's.
 */
export async function send<T>(
  config: AuthConfig<Metadata>,
  spec: RequestSpec,
  parse: Parser<T>,
  options: RequestOptions = {},
): Promise<T> {
  const { path, filledPath = path, body } = spec;
  const headers: Record<string, string> = { ...config.headers };
  if (body) headers["content-type"] = "application/json";
  addHeaders(headers, options.headers);
  const url = config.url + filledPath;
  return await perform(config, spec, url, headers, parse, options);
}

/**
 * Makes a request. The exchange, its deadline and the caller's signal: the
 * first one counts.
 *
 * @param config The clock, deadline and `fetch` to use.
 * @param spec What is asked.
 * @param url The address.
 * @param headers All that is sent.
 * @param parse Reads the answer of success.
 * @param options How to make the request.
 * @returns What the parser made.
 */
export async function perform<T>(
  config: Pick<AuthConfig, "fetch" | "now" | "timeoutMs">,
  spec: RequestSpec,
  url: string,
  headers: Readonly<Record<string, string>>,
  parse: Parser<T>,
  { signal, timeoutMs = config.timeoutMs }: RequestOptions,
): Promise<T> {
  const { method, path, body, maxLength } = spec;
  const { idempotent = method !== "POST" } = spec;
  const endpoint = `${method} ${path}`;
  const deadlineMs = checkTimeout(timeoutMs);
  const controller = new AbortController();
  const { signal: stopped } = controller;
  const init: RequestInit = { method, headers, redirect: "manual" };
  init.signal = stopped;
  if (body) init.body = JSON.stringify(body);
  const stop = () => controller.abort(signal?.reason);
  const timer = setTimeout(stop, deadlineMs);
  signal?.addEventListener("abort", stop);
  let received: Received;
  try {
    signal?.throwIfAborted();
    received = await Promise.race([
      receive(config, url, init, maxLength),
      new Promise<never>((_, reject) => stopped.onabort = reject),
    ]);
  } catch (error) {
    const cause = withoutQuery(error);
    const [code, why, details]: NoAnswer = signal?.aborted
      ? ["aborted", "the caller aborted it", { cause: signal.reason }]
      : stopped.aborted
      ? ["timeout", `no answer within ${deadlineMs} ms`]
      : ["network_failure", "the request failed", { cause }];
    throw new AuthNetworkError(code, `Cannot finish ${endpoint}: ${why}`, {
      endpoint,
      retryable: idempotent && code !== "aborted",
      ...details,
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
  try {
    return understand(received, parse);
  } catch (error) {
    if (error instanceof AuthError) {
      const mayRepeat = idempotent || error instanceof AuthApiError;
      const details = describe(received[0], config.now, mayRepeat);
      addDetails(error, { endpoint, ...details });
    }
    throw error;
  }
}

/** An answer, and its body unless that is longer than it may be. */
type Received = readonly [response: Response, text: string | undefined];

async function receive(
  { fetch = globalThis.fetch }: Pick<AuthConfig, "fetch">,
  url: string,
  init: RequestInit,
  maxLength: number = Infinity,
): Promise<Received> {
  const response = await fetch(url, init);
  const bound = response.ok ? maxLength : MAX_REFUSAL;
  return [response, await readText(response, bound)];
}

/** Throws the server's refusal, or what is wrong with its answer. */
function understand<T>(
  [{ ok, status, headers }, text]: Received,
  parse: Parser<T>,
): T {
  if (text === undefined) {
    const message = "Cannot read the answer: it is too long";
    throw new AuthResponseError("response_too_large", message);
  }
  const body = parseJson(text);
  if (ok && (!text || body !== undefined)) {
    return parse({ body, text, headers });
  }
  const type = headers.get("content-type") ?? "no type";
  throw parseErrorBody(body, headers) ?? invalid(`status ${status}, ${type}`);
}

/** Undefined for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The body as text, or undefined when it is longer than it may be. */
async function readText(
  response: Response,
  maxLength: number,
): Promise<string | undefined> {
  if (maxLength === Infinity || !response.body) return await response.text();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; text.length <= maxLength;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += value;
  }
  // Nobody waits for it: some platforms settle a cancellation late.
  reader.cancel().catch(() => {});
  return undefined;
}

/**
 * The server undoes everything a refused request did, so that one may be made
 * again where time may change the answer. A gateway's answer, and none at all,
 * leave open what happened.
 */
function describe(
  { ok, status, headers }: Response,
  now: () => number,
  mayRepeat: boolean,
): AuthErrorDetails {
  const isOpen = ok || status === 408 || status >= 500;
  return {
    status,
    requestId: headers.get("sb-request-id") ?? headers.get("x-request-id") ??
      headers.get("cf-ray") ?? undefined,
    retryAfterMs: parseRetryAfter(headers.get("retry-after") ?? "", now),
    retryable: status === 429 || status === 409 || isOpen && mayRepeat,
  };
}

/**
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3}
 */
function parseRetryAfter(value: string, now: () => number): number | undefined {
  const seconds = parseInt(value);
  const ms = isNaN(seconds) ? Date.parse(value) - now() : seconds * 1000;
  return isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Platforms put the address, whose query may be secret, into errors and causes. */
function withoutQuery(error: unknown, depth = 9): unknown {
  if (!(error instanceof Error)) return error;
  const message = error.message.replace(/\?\S*\w/g, "");
  const cause = depth ? withoutQuery(error.cause, depth - 1) : undefined;
  if (message === error.message && cause === error.cause) return error;
  const clean = new Error(message, { cause });
  clean.name = error.name;
  return clean;
}
