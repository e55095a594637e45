/**
 * The only place that calls `fetch`. Everything that can go wrong with a
 * request becomes a typed error here.
 */
import { type AuthConfig, checkTimeout, type Metadata } from "./config.ts";
import {
  addDetails,
  AuthApiError,
  AuthError,
  type AuthErrorDetails,
  AuthNetworkError,
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
  /** Below the server's address, with ids and query. */
  readonly path: string;
  /** The path as errors name it, without them: see `fillPath`. */
  readonly template?: string;
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

/** An answer. */
export interface Answer extends Pick<Response, "ok" | "status" | "headers"> {
  /** The body as it came. */
  readonly text: string;
  /** The parsed JSON; undefined when there is none. */
  readonly body: unknown;
}

/** Makes of an answer what the caller gets. */
export type Parser<T> = (answer: Answer) => T;

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
export function send<T>(
  config: AuthConfig<Metadata>,
  spec: RequestSpec,
  parse: Parser<T>,
  options: RequestOptions = {},
): Promise<T> {
  return exchange(
    config,
    () => {
      const headers: Record<string, string> = { ...config.headers };
      if (spec.body) headers["content-type"] = "application/json";
      addHeaders(headers, options.headers);
      return headers;
    },
    spec,
    (answer) => {
      const { ok, status, headers, body, text } = answer;
      if (ok && (!text || body !== undefined)) return parse(answer);
      const type = headers.get("content-type");
      throw parseErrorBody(body, headers) ??
        invalid(`${type} ${status}`);
    },
    options,
  );
}

/**
 * Makes a request and tells its errors where they come from.
 *
 * @param config Where to, and the clock, deadline and `fetch` to use.
 * @param headersOf Gives the headers.
 * @param spec What is asked.
 * @param understand Makes of any answer what the caller gets, or throws.
 * @param options How to make the request.
 * @returns What `understand` made.
 * @throws {AuthNetworkError} When no answer comes, in time or at all.
 * @throws {AuthResponseError} When the answer is too long.
 */
export async function exchange<T>(
  config: Pick<AuthConfig, "url" | "fetch" | "now" | "timeoutMs">,
  headersOf: () => Readonly<Record<string, string>>,
  spec: RequestSpec,
  understand: Parser<T>,
  { signal, timeoutMs = config.timeoutMs }: RequestOptions,
): Promise<T> {
  const {
    method,
    path,
    template = path.split("?")[0],
    idempotent = method !== "POST",
  } = spec;
  const { fetch = globalThis.fetch } = config;
  const headers = headersOf();
  const endpoint = `${method} ${template}`;
  const body = JSON.stringify(spec.body);
  let answer: Answer | TooLong | undefined;
  try {
    answer = await finish(endpoint, timeoutMs, signal, (signal) =>
      receive(
        () =>
          fetch(config.url + path, {
            method,
            headers,
            body,
            redirect: "manual",
            signal,
          }),
        spec.maxLength,
      ));
    if (answer.text === undefined) {
      throw invalid("too long", "response_too_large");
    }
    return understand(answer);
  } catch (error) {
    if (error instanceof AuthError) {
      const mayRepeat = idempotent || error instanceof AuthApiError;
      addDetails(error, {
        endpoint,
        ...(answer
          ? describe(answer, config.now, mayRepeat)
          : { retryable: idempotent && error.retryable }),
      });
    }
    throw error;
  }
}

/**
 * Runs something until it is done, its deadline has passed, or the caller's
 * signal fires: the first one counts.
 *
 * @param what Names it in errors.
 * @param timeoutMs The deadline, in milliseconds.
 * @param outer The caller's signal.
 * @param run Runs it, and throws by its promise only; told by a signal when
 * nobody waits any more.
 * @returns What it gave.
 * @throws {AuthNetworkError} `timeout`, `aborted`; `network_failure` when it
 * fails by itself, whatever with.
 * @throws {TypeError} When the deadline is no positive number.
 */
export function finish<T>(
  what: string,
  timeoutMs: number,
  outer: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const { signal } = controller;
    const end = () => {
      clearTimeout(timer);
      outer?.removeEventListener("abort", stop);
    };
    const fail = (error?: unknown) => {
      end();
      const code = outer?.aborted
        ? "aborted"
        : signal.aborted
        ? "timeout"
        : "network_failure";
      reject(
        new AuthNetworkError(code, `Cannot finish ${what}: ${code}`, {
          retryable: !outer?.aborted,
          cause: signal.aborted ? signal.reason : withoutQuery(error),
        }),
      );
    };
    const stop = () => {
      controller.abort(outer?.reason);
      fail();
    };
    const timer = setTimeout(stop, checkTimeout(timeoutMs));
    outer?.addEventListener("abort", stop);
    if (outer?.aborted) return stop();
    run(signal).then((value) => {
      end();
      resolve(value);
    }, fail);
  });
}

/** An answer whose body is longer than it may be. */
type TooLong = Omit<Answer, "text"> & { readonly text: undefined };

async function receive(
  ask: () => Promise<Response>,
  maxLength: number | undefined,
): Promise<Answer | TooLong> {
  const response = await ask();
  const { ok, status, headers } = response;
  // More than any refusal needs, and little enough to hold.
  const bound = ok ? maxLength : 65_536;
  const text = bound && response.body
    ? await readText(response.body, bound)
    : await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text as string);
  } catch {
    // Whoever needs JSON sees that there is none.
  }
  return { ok, status, headers, text, body } as Answer | TooLong;
}

/** The body as text, or undefined when it is longer than it may be. */
async function readText(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  maxLength: number,
): Promise<string | undefined> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; text.length <= maxLength;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += value;
  }
  // Nobody waits for it: some platforms settle a cancellation late.
  reader.cancel().catch(() => {});
}

/**
 * The server undoes everything a refused request did, so that one may be made
 * again where time may change the answer. A gateway's answer, and none at all,
 * leave open what happened.
 */
function describe(
  { ok, status, headers }: Omit<Answer, "text">,
  now: () => number,
  mayRepeat: boolean,
): AuthErrorDetails {
  const isOpen = ok || status === 408 || status >= 500;
  // Seconds, or a date: RFC 9110, section 10.2.3.
  const after = headers.get("retry-after") as string;
  const ms = parseInt(after) * 1000 || Date.parse(after) - now();
  return {
    status,
    requestId: headers.get("sb-request-id") ?? headers.get("x-request-id") ??
      headers.get("cf-ray") ?? undefined,
    retryAfterMs: isNaN(ms) ? undefined : Math.max(0, ms),
    retryable: status === 429 || status === 409 || isOpen && mayRepeat,
  };
}

/** Platforms put the address, whose query may be secret, into errors and causes. */
function withoutQuery(error: unknown, depth = 9): unknown {
  if (!(error instanceof Error)) return error;
  const message = error.message.replace(/\?\S*\w/g, "");
  const cause = depth ? withoutQuery(error.cause, depth - 1) : undefined;
  return message === error.message && cause === error.cause
    ? error
    : Object.assign(new Error(message, { cause }), { name: error.name });
}
