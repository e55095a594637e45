/**
 * Turns what a server answered into the form of the recording.
 *
 * @module
 */
import { decodeToken } from "./jwt.ts";
import type {
  DecodedToken,
  Json,
  RecordedResponse,
  UrlParts,
} from "./types.ts";

const KEPT =
  /^(?:content-type|location|link|cache-control|allow|content-disposition|www-authenticate|retry-after|(?:x|sb|access-control)-.*)$/;

/** A URL taken apart; everything behind the first `#` is read as parameters, as the callback URLs use it. */
export function splitUrl(url: string): UrlParts {
  const hash = url.indexOf("#");
  const front = hash < 0 ? url : url.slice(0, hash);
  const mark = front.indexOf("?");
  const parts: UrlParts = { base: mark < 0 ? front : front.slice(0, mark) };
  if (mark >= 0) parts.query = parameters(front.slice(mark + 1));
  if (hash >= 0) parts.fragment = parameters(url.slice(hash + 1));
  return parts;
}

function parameters(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** The response in the form of the recording: kept headers, parsed body, and what is derived from both. */
export async function observe(response: Response): Promise<RecordedResponse> {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) {
    if (KEPT.test(name)) headers[name] = value;
  }
  const body = parseBody(await response.text(), headers["content-type"] ?? "");
  const out: RecordedResponse = { status: response.status, headers, body };
  if (headers.location !== undefined) out.location = splitUrl(headers.location);
  const url = urlOf(body);
  if (url !== undefined) out.url = splitUrl(url);
  const jwt = tokensOf(out);
  if (Object.keys(jwt).length > 0) out.jwt = jwt;
  return out;
}

function parseBody(text: string, type: string): Json {
  if (text === "") return null;
  if (!type.includes("json")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function member(body: Json, name: string): string | undefined {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return undefined;
  }
  const value = body[name];
  return typeof value === "string" ? value : undefined;
}

function urlOf(body: Json): string | undefined {
  return member(body, "url") ?? member(body, "redirect_url") ??
    member(body, "action_link");
}

function tokensOf(response: RecordedResponse): Record<string, DecodedToken> {
  const out: Record<string, DecodedToken> = {};
  for (const name of ["access_token", "id_token"]) {
    note(out, `body.${name}`, member(response.body, name));
    note(out, `location.fragment.${name}`, response.location?.fragment?.[name]);
  }
  return out;
}

function note(
  out: Record<string, DecodedToken>,
  path: string,
  text: string | undefined,
): void {
  const decoded = text === undefined ? undefined : decodeToken(text);
  if (decoded !== undefined) out[path] = decoded;
}
