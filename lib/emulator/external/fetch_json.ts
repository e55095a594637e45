import type { Context } from "../context.ts";
import type { JsonObject } from "../records.ts";

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
    const response = await context.server.outgoing(
      typeof request === "string" ? new Request(request) : request,
    );
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`The outside answered with status ${response.status}`);
    }
    const type = response.headers.get("Content-Type") ?? "";
    return /^(application\/x-www-form-urlencoded|text\/plain)/i.test(type)
      ? Object.fromEntries(new URLSearchParams(text))
      : JSON.parse(text);
  });
}

function asObject(value: unknown): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw new Error("The outside did not answer with a JSON object");
}
