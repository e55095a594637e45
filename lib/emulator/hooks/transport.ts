import { unixSeconds } from "../clock.ts";
import type { Context } from "../context.ts";
import { fromBase64, toBase64, utf8 } from "../encoding.ts";
import { fail } from "../errors.ts";
import { hmacSha256 } from "../hash.ts";
import type { JsonObject } from "../records.ts";
import type { HookSettings } from "../settings.ts";

const TIMEOUT = 5000;
const TRIES = 3;
const MAX_ANSWER = 200 * 1024;

/** Sends a payload to a hook, signed (Standard Webhooks), and reads the answer. */
export async function sendHook(
  context: Context,
  hook: HookSettings,
  body: string,
): Promise<JsonObject> {
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
