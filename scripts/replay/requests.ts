/**
 * Builds the requests of a recording.
 *
 * @module
 */
import { utf8 } from "./encoding.ts";
import type { RecordedRequest } from "./types.ts";

const VERSION_HEADER = "x-supabase-api-version";

/** The request for a recorded (and filled) one; `plain` leaves the API version header away. */
export function buildRequest(
  recorded: RecordedRequest,
  baseUrl: string,
  plain: boolean,
): Request {
  const query = new URLSearchParams(recorded.query ?? {}).toString();
  const url = baseUrl + recorded.path + (query === "" ? "" : `?${query}`);
  const headers = new Headers(recorded.headers);
  if (plain) headers.delete(VERSION_HEADER);
  const text = bodyOf(recorded);
  // Bytes, because a string would bring a content type of its own.
  const body = text === undefined || text === "" ? null : utf8(text);
  return new Request(url, {
    method: recorded.method,
    headers,
    body,
    redirect: "manual",
  });
}

function bodyOf(recorded: RecordedRequest): string | undefined {
  if (recorded.rawBody !== undefined) {
    return restore(recorded.rawBody, recorded.rawBodyNote);
  }
  if (recorded.form !== undefined) {
    return new URLSearchParams(recorded.form).toString();
  }
  return recorded.body === undefined
    ? undefined
    : JSON.stringify(recorded.body);
}

/** A body that the recorder shortened, at its full length again. */
function restore(text: string, note: string | undefined): string {
  const found = /first \d+ characters '(.*)' followed by (\d+) times '(.)'/
    .exec(note ?? "");
  return found === null ? text : found[1]! + found[3]!.repeat(Number(found[2]));
}
