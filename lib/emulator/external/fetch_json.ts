import type { Context } from "../context.ts";
import { parseJson } from "../go_json.ts";
import type { JsonObject } from "../records.ts";

/** The patience of the server with providers. */
const TIMEOUT = 10_000;

/** The JSON object of an address outside. Other requests go on meanwhile. Throws when it cannot be had. */
export async function fetchJson(
  context: Context,
  request: string | Request,
): Promise<JsonObject> {
  return asObject(await fetchAny(context, request));
}

/** The JSON of an address outside, whatever it is. */
export async function fetchAny(
  context: Context,
  request: string | Request,
): Promise<unknown> {
  return await context.transaction.outside(async () => {
    const response = await reach(context, request);
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`The outside answered with status ${response.status}`);
    }
    const type = response.headers.get("Content-Type") ?? "";
    // Some token endpoints answer with a form, and call it plain text or even HTML.
    return /^[^;]*json/i.test(type) || /^\s*[[{]/.test(text)
      ? readJson(text)
      : Object.fromEntries(new URLSearchParams(text));
  });
}

function readJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new Error("The outside did not answer with JSON", { cause });
  }
}

async function reach(
  context: Context,
  request: string | Request,
): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT);
  try {
    return await context.server.outgoing(
      new Request(request, { signal: abort.signal }),
    );
  } finally {
    clearTimeout(timer);
  }
}

function asObject(value: unknown): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw new Error("The outside did not answer with a JSON object");
}
