/**
 * The only place that calls `fetch`. Everything that can go wrong with a
 * request becomes a typed error here.
 */
import { type AuthConfig, checkTimeout, type Metadata } from "./config.ts";
import type { NetworkErrorCode } from "./error_codes.ts";
import {
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
  /** The path below the server's address; with ids, see `fillPath`. */
  readonly path: string;
  /** The same with its ids. */
  readonly filledPath?: string;
  /** Members that are `undefined` are left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  readonly body?: object;
  /**
   * Whether making the request twice does no more than making it once.
   * @default {true for all but POST}
   */
  readonly idempotent?: boolean;
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

/** What one call carries along. */
export interface Call<T> {
  readonly endpoint: string;
  readonly idempotent: boolean;
  readonly parse: Parser<T>;
  /** Bound on a body of success; one of refusal is always bounded. */
  readonly maxLength?: number;
  readonly config: Pick<AuthConfig, "fetch" | "now" | "timeoutMs">;
}

/** What a network error is caused by; none where time was up. */
type Cause = Pick<AuthErrorDetails, "cause">;

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
  const { method, path, filledPath = path, body } = spec;
  const { idempotent = method !== "POST" } = spec;
  const headers: Record<string, string> = { ...config.headers };
  const init: RequestInit = { method, headers, redirect: "manual" };
  if (body) {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  addHeaders(headers, Object.entries(options.headers ?? {}));
  const url = config.url + filledPath + buildQuery(spec.query);
  const call = { endpoint: `${method} ${path}`, idempotent, parse, config };
  return await perform(call, url, init, options);
}

function buildQuery(query: RequestSpec["query"] = {}): string {
  const given = Object.entries(query)
    .filter(([, value]) => value !== undefined) as [string, string][];
  return given.length > 0 ? `?${new URLSearchParams(given)}` : "";
}

/**
 * Makes a request. The exchange, its deadline and the caller's signal: the
 * first one counts.
 *
 * @param call What is asked, and how the answer is read.
 * @param url The address.
 * @param init What `fetch` takes.
 * @param options How to make the request.
 * @returns What the parser made.
 */
export function perform<T>(
  call: Call<T>,
  url: string,
  init: RequestInit,
  { signal, timeoutMs = call.config.timeoutMs }: RequestOptions,
): Promise<T> {
  const deadlineMs = checkTimeout(timeoutMs);
  const controller = new AbortController();
  const { signal: stopped } = controller;
  const stop = (...why: readonly [NetworkErrorCode, string, Cause?]) =>
    controller.abort(noAnswer(call, ...why));
  const onAbort = () =>
    stop("aborted", "the caller aborted it", { cause: signal?.reason });
  const onLate = () => stop("timeout", `no answer within ${deadlineMs} ms`);
  const timer = setTimeout(onLate, deadlineMs);
  signal?.addEventListener("abort", onAbort);
  return new Promise<T>((resolve, reject) => {
    stopped.onabort = () => reject(stopped.reason);
    if (signal?.aborted) return onAbort();
    exchange(call, url, { ...init, signal: stopped }).then(resolve, reject);
  }).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  });
}

async function exchange<T>(
  call: Call<T>,
  url: string,
  init: RequestInit,
): Promise<T> {
  let response: Response, text: string | undefined;
  try {
    // Taken out of the configuration: a platform's fetch refuses to be called
    // as a method of another object.
    const { fetch = globalThis.fetch } = call.config;
    response = await fetch(url, init);
    text = await readText(
      response,
      response.ok ? call.maxLength ?? Infinity : MAX_REFUSAL,
    );
  } catch (error) {
    const cause = withoutQuery(error);
    throw noAnswer(call, "network_failure", "the request failed", { cause });
  }
  try {
    return understand(text, response, call);
  } catch (error) {
    if (!(error instanceof AuthResponseError)) throw error;
    const { code, message } = error;
    throw new AuthResponseError(code, message, describe(response, call));
  }
}

/** Throws the server's refusal, or what is wrong with its answer. */
function understand<T>(
  text: string | undefined,
  response: Response,
  call: Call<T>,
): T {
  const { ok, status, headers } = response;
  if (text === undefined) {
    const message = "Cannot read the answer: it is too long";
    throw new AuthResponseError("response_too_large", message);
  }
  let body: unknown, isJson = true;
  try {
    if (text) body = JSON.parse(text);
  } catch {
    isJson = false;
  }
  if (ok && isJson) return call.parse({ body, text, headers });
  const type = headers.get("content-type") ?? "no type";
  throw parseErrorBody(body, headers, describe(response, call, true)) ??
    invalid(`status ${status}, ${type}`);
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
  { endpoint, idempotent, config }: Call<unknown>,
  isRefusal = false,
): AuthErrorDetails {
  const isTemporary = status === 408 || status >= 500;
  return {
    status,
    endpoint,
    requestId: headers.get("sb-request-id") ?? headers.get("x-request-id") ??
      headers.get("cf-ray") ?? undefined,
    retryAfterMs: parseRetryAfter(headers.get("retry-after"), config.now),
    retryable: status === 429 || status === 409 ||
      isTemporary && (isRefusal || idempotent) || ok && idempotent,
  };
}

/**
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3}
 */
function parseRetryAfter(
  value: string | null,
  now: () => number,
): number | undefined {
  const seconds = parseInt(value ?? "");
  const ms = isNaN(seconds) ? Date.parse(value ?? "") - now() : seconds * 1000;
  return isNaN(ms) ? undefined : Math.max(0, ms);
}

/** The error for a request to which no answer came. */
function noAnswer(
  { endpoint, idempotent }: Call<unknown>,
  code: NetworkErrorCode,
  why: string,
  cause?: Cause,
): AuthNetworkError {
  const message = `Cannot finish ${endpoint}: ${why}`;
  const retryable = idempotent && code !== "aborted";
  return new AuthNetworkError(code, message, { endpoint, retryable, ...cause });
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
