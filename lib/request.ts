/**
 * The only place that calls `fetch`. Everything that can go wrong with a
 * request becomes a typed error here.
 */
import {
  addHeaders,
  API_VERSION,
  type AuthConfig,
  checkTimeout,
  type Metadata,
} from "./config.ts";
import {
  type AuthError,
  type AuthErrorDetails,
  AuthNetworkError,
  AuthResponseError,
} from "./errors.ts";
import { parseErrorBody } from "./wire/error_body.ts";

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
  /**
   * The path below the server's address: literal text and parameters in turn,
   * `["/admin/users/", id, "/factors"]`. Parameters are encoded.
   */
  readonly path: string | readonly string[];
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
interface Call<T> {
  readonly endpoint: string;
  readonly idempotent: boolean;
  readonly parse: Parser<T>;
  /** Bound on a body of success; one of refusal is always bounded. */
  readonly maxBytes?: number;
  readonly config: Pick<AuthConfig, "fetch" | "now" | "timeoutMs">;
}

/** More than any refusal needs, and little enough to hold. */
const MAX_ERROR_BYTES = 65_536;
/** More than any key set needs. */
const MAX_PUBLIC_BYTES = 524_288;
const REQUEST_ID_HEADERS = ["sb-request-id", "x-request-id", "cf-ray"];

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
  const { method, path } = spec;
  const call: Call<T> = {
    endpoint: `${method} ${nameOf(path)}`,
    idempotent: spec.idempotent ?? method !== "POST",
    parse,
    config,
  };
  const url = config.url + buildPath(path) + buildQuery(spec.query);
  const headers = buildHeaders(config, spec, options);
  const init: RequestInit = { method, headers, redirect: "manual" };
  if (spec.body) init.body = JSON.stringify(spec.body);
  return await race(call, url, init, options);
}

/**
 * Fetches a public JSON document without the key or any other header of the
 * configuration, so that a foreign host never sees them.
 *
 * @param config The clock, deadline and `fetch` to use.
 * @param url The absolute address.
 * @param parse Reads the answer of success.
 * @param options How to make the request.
 * @returns What the parser made.
 * @throws {AuthNetworkError} When no answer comes, in time or at all.
 * @throws {AuthApiError} When the host refuses as the auth server does.
 * @throws {AuthResponseError} When the answer is no JSON of success.
 */
export async function sendPublic<T>(
  config: Pick<AuthConfig, "fetch" | "now" | "timeoutMs">,
  url: string,
  parse: Parser<T>,
  options: RequestOptions = {},
): Promise<T> {
  const call: Call<T> = {
    endpoint: `GET ${url.replace(/[?#].*$/, "")}`,
    idempotent: true,
    maxBytes: MAX_PUBLIC_BYTES,
    parse,
    config,
  };
  const headers = { accept: "application/json", ...options.headers };
  const init: RequestInit = { method: "GET", headers, redirect: "manual" };
  return await race(call, url, init, options);
}

/** The exchange, its deadline and the caller's signal: the first one counts. */
function race<T>(
  call: Call<T>,
  url: string,
  init: RequestInit,
  options: RequestOptions,
): Promise<T> {
  const { signal } = options;
  const timeoutMs = checkTimeout(options.timeoutMs ?? call.config.timeoutMs);
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const stop = (error: AuthError) => {
      end();
      reject(error);
      controller.abort(error);
    };
    const onAbort = () => stop(aborted(call, signal?.reason));
    const timer = setTimeout(() => stop(timedOut(call, timeoutMs)), timeoutMs);
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    if (signal?.aborted) return onAbort();
    signal?.addEventListener("abort", onAbort);
    init.signal = controller.signal;
    exchange(call, url, init).then(resolve, reject).finally(end);
  });
}

async function exchange<T>(
  call: Call<T>,
  url: string,
  init: RequestInit,
): Promise<T> {
  let response: Response, text: string | null;
  try {
    // Taken out of the configuration: a platform's fetch refuses to be called
    // as a method of another object.
    const { fetch = globalThis.fetch } = call.config;
    response = await fetch(url, init);
    const bound = response.ok ? call.maxBytes : MAX_ERROR_BYTES;
    text = await readText(response, bound);
  } catch (error) {
    throw networkFailure(call, error, url);
  }
  if (text === null) throw tooLarge(describe(response, call));
  const body = parseJson(text);
  if (!response.ok) throw refusal(response, body, call);
  if (body === NOT_JSON) {
    throw notUnderstood(describe(response, call), response);
  }
  return understand({ body, text, headers: response.headers }, response, call);
}

/** Lets the parser's error say which answer it was. */
function understand<T>(answer: Answer, response: Response, call: Call<T>): T {
  try {
    return call.parse(answer);
  } catch (error) {
    if (!(error instanceof AuthResponseError)) throw error;
    throw new AuthResponseError(
      error.code,
      error.message,
      describe(response, call),
    );
  }
}

function refusal<T>(
  response: Response,
  body: unknown,
  call: Call<T>,
): AuthError {
  const details = describe(response, call);
  const retryable = isRetryable(response.status, call, true);
  return parseErrorBody(body, response.headers, { ...details, retryable }) ??
    notUnderstood(details, response);
}

const NOT_JSON = Symbol();

function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

/** The body as text, or null when it is longer than the bound. */
async function readText(
  response: Response,
  maxBytes?: number,
): Promise<string | null> {
  const stream = response.body;
  if (maxBytes === undefined || !stream) return await response.text();
  const decoder = new TextDecoder();
  let text = "", bytes = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      // Nobody waits for it: some platforms settle a cancellation late.
      reader.cancel().catch(() => {});
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}

/**
 * The server undoes everything a refused request did, so that one may be made
 * again where time may change the answer. A gateway's answer, and none at all,
 * leave open what happened.
 */
function isRetryable(
  status: number,
  call: Call<unknown>,
  fromServer: boolean,
): boolean {
  if (status === 429 || status === 409) return true;
  const temporary = status === 408 || status >= 500;
  return temporary && (fromServer || call.idempotent);
}

function describe(response: Response, call: Call<unknown>): AuthErrorDetails {
  const { status, headers } = response;
  const id = REQUEST_ID_HEADERS.find((name) => headers.has(name));
  return {
    status,
    endpoint: call.endpoint,
    requestId: id === undefined ? undefined : headers.get(id) ?? undefined,
    retryAfterMs: parseRetryAfter(headers.get("retry-after"), call.config.now),
    retryable: isRetryable(status, call, false) ||
      (response.ok && call.idempotent),
  };
}

/**
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3}
 */
function parseRetryAfter(
  value: string | null,
  now: () => number,
): number | undefined {
  if (value === null) return undefined;
  const ms = /^\s*\d+\s*$/.test(value)
    ? Number(value) * 1000
    : Date.parse(value) - now();
  return isNaN(ms) ? undefined : Math.max(0, ms);
}

function aborted(call: Call<unknown>, cause: unknown): AuthError {
  const { endpoint } = call;
  const message = `Cannot finish ${endpoint}: the caller aborted it`;
  return new AuthNetworkError("aborted", message, { endpoint, cause });
}

function timedOut(call: Call<unknown>, timeoutMs: number): AuthError {
  const { endpoint, idempotent: retryable } = call;
  const message = `Cannot finish ${endpoint}: no answer within ${timeoutMs} ms`;
  return new AuthNetworkError("timeout", message, { endpoint, retryable });
}

function networkFailure(
  call: Call<unknown>,
  error: unknown,
  url: string,
): AuthError {
  const { endpoint, idempotent: retryable } = call;
  const message = `Cannot finish ${endpoint}: the request failed`;
  const cause = withoutQuery(error, /\?.*$/.exec(url)?.[0] ?? "");
  const details = { endpoint, retryable, cause };
  return new AuthNetworkError("network_failure", message, details);
}

/** Platforms put the address, whose query may be secret, into errors and causes. */
function withoutQuery(error: unknown, query: string, depth = 9): unknown {
  if (!(error instanceof Error) || query === "") return error;
  const { name, message } = error;
  const cause = depth ? withoutQuery(error.cause, query, depth - 1) : undefined;
  if (!message.includes(query) && cause === error.cause) return error;
  const clean = new Error(message.replaceAll(query, ""), { cause });
  clean.name = name;
  return clean;
}

function tooLarge(details: AuthErrorDetails): AuthError {
  const message = `Cannot read the answer of ${details.endpoint}: too long`;
  return new AuthResponseError("response_too_large", message, details);
}

function notUnderstood(details: AuthErrorDetails, response: Response) {
  const type = response.headers.get("content-type") ?? "no type";
  const message =
    `Cannot understand the answer of ${details.endpoint}: status ${response.status}, ${type}`;
  return new AuthResponseError("invalid_response", message, details);
}

function nameOf(path: RequestSpec["path"]): string {
  if (typeof path === "string") return path;
  return path.map((part, i) => i % 2 ? "{id}" : part).join("");
}

function buildPath(path: RequestSpec["path"]): string {
  if (typeof path === "string") return path;
  return path.map((part, i) => i % 2 ? encodeSegment(part) : part).join("");
}

function encodeSegment(value: unknown): string {
  if (typeof value !== "string" || /^\.{0,2}$/.test(value)) {
    // Addresses drop such segments even when they are escaped.
    throw new TypeError(
      "Cannot use an id: it must be a string other than dots",
    );
  }
  return encode(value);
}

function encode(value: string | number): string {
  try {
    // As addresses are written, so that the text is found again in errors.
    return encodeURIComponent(value).replaceAll("'", "%27");
  } catch (cause) {
    throw new TypeError(
      "Cannot put a value into an address: it is no valid Unicode text",
      { cause },
    );
  }
}

function buildQuery(query: RequestSpec["query"] = {}): string {
  let text = "";
  for (const name in query) {
    const value = query[name];
    if (value === undefined) continue;
    text += `${text && "&"}${encode(name)}=${encode(value)}`;
  }
  return text && `?${text}`;
}

function buildHeaders(
  config: AuthConfig<Metadata>,
  spec: RequestSpec,
  options: RequestOptions,
): Record<string, string> {
  const headers: Record<string, string> = {
    ...config.headers,
    "x-supabase-api-version": API_VERSION,
  };
  if (spec.body) headers["content-type"] = "application/json";
  if (config.accessToken !== undefined) {
    headers["authorization"] = `Bearer ${config.accessToken}`;
  }
  if (options.headers) addHeaders(headers, options.headers);
  return headers;
}
