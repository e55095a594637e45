import { unixSeconds } from "./clock.ts";
import type { Context } from "./context.ts";
import { fromBase64, utf8 } from "./encoding.ts";
import { fail } from "./errors.ts";
import { hmacSha256 } from "./hash.ts";
import type { JsonObject } from "./records.ts";
import type { HookSettings } from "./settings.ts";

const TIMEOUT = 5000;
const TRIES = 3;
const MAX_ANSWER = 200 * 1024;

/** Whether a hook is to be called. */
export function hasHook(context: Context, name: string): boolean {
  return context.settings.hooks[name]?.enabled ?? false;
}

/**
 * Calls a hook by signed HTTP (auth-server §22) and gives its answer. Other requests go on
 * meanwhile. Refuses as the server does when the hook fails or answers with an error.
 */
export async function callHook(
  context: Context,
  name: string,
  payload: JsonObject,
): Promise<JsonObject> {
  const hook = context.settings.hooks[name]!;
  const answer = await context.transaction.outside(() =>
    send(context, hook, payload)
  );
  const error = answer["error"] as JsonObject | undefined;
  if (typeof error?.["message"] === "string" && error["message"] !== "") {
    const status = error["http_code"];
    fail(
      typeof status === "number" ? status : 500,
      undefined,
      error["message"],
    );
  }
  return answer;
}

async function send(
  context: Context,
  hook: HookSettings,
  payload: JsonObject,
): Promise<JsonObject> {
  const body = JSON.stringify(payload);
  for (let attempt = 1;; attempt++) {
    const response = await reach(context, hook, body, attempt);
    if (response !== undefined && !isBusy(response)) {
      return await read(response);
    }
    await response?.body?.cancel();
    if (attempt === TRIES) {
      fail(
        422,
        "hook_timeout_after_retry",
        "Failed to reach hook after maximum retries",
      );
    }
  }
}

function isBusy(response: Response): boolean {
  return [429, 503].includes(response.status) &&
    response.headers.has("Retry-After");
}

async function reach(
  context: Context,
  hook: HookSettings,
  body: string,
  attempt: number,
): Promise<Response | undefined> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT);
  try {
    return await context.server.outgoing(
      new Request(hook.uri, {
        method: "POST",
        headers: signedHeaders(context, hook, body),
        body,
        signal: abort.signal,
      }),
    );
  } catch (cause) {
    if (!abort.signal.aborted || attempt < TRIES) return undefined;
    fail(
      422,
      "hook_timeout",
      "Failed to reach hook within maximum time of 5.000000 seconds",
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}

function signedHeaders(
  context: Context,
  hook: HookSettings,
  body: string,
): Record<string, string> {
  const id = context.server.random.uuid();
  const time = String(unixSeconds(context.server.clock.now()));
  const signatures = hook.secrets.map((secret) => {
    const key = fromBase64(secret.replace(/^v1,whsec_/, "")) ??
      new Uint8Array();
    return `v1,${toBase64(hmacSha256(key, utf8(`${id}.${time}.${body}`)))}`;
  });
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": time,
    "webhook-signature": signatures.join(" "),
  };
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

async function read(response: Response): Promise<JsonObject> {
  const text = await response.text();
  if (response.status === 204 || response.status === 202) return {};
  if (response.status !== 200) refuseStatus(response.status);
  if (text.length > MAX_ANSWER) {
    fail(
      422,
      "hook_payload_over_size_limit",
      `Payload size exceeded size limit of ${MAX_ANSWER} bytes`,
    );
  }
  const type = response.headers.get("Content-Type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    fail(
      400,
      "hook_payload_invalid_content_type",
      `Invalid JSON response. Received content-type: ${type}`,
    );
  }
  const answer: unknown = text === "" ? {} : JSON.parse(text);
  return typeof answer === "object" && answer !== null
    ? answer as JsonObject
    : {};
}

function refuseStatus(status: number): never {
  const messages: Readonly<Record<number, string>> = {
    400: "Invalid payload sent to hook",
    401: "Hook requires authorization token",
    429: "Service currently unavailable due to hook",
    503: "Service currently unavailable due to hook",
  };
  const other = `Unexpected status code returned from hook: ${status}`;
  fail(500, "unexpected_failure", messages[status] ?? other);
}

/** The text of a page outside; undefined when it cannot be had. */
export async function fetchText(
  context: Context,
  url: string,
): Promise<string | undefined> {
  try {
    const response = await context.server.outgoing(new Request(url));
    const text = await response.text();
    return response.ok ? text : undefined;
  } catch {
    return undefined;
  }
}
