import {
  HttpError,
  OAuthError,
  PanicError,
  WeakPasswordError,
} from "./errors.ts";
import { escapeJson } from "./go_json.ts";
import { UniqueViolation } from "./indexes.ts";
import type { Context } from "./context.ts";

/** The one API version that differs from the initial one. */
const API_VERSION = "2024-01-01";
const VERSION_HEADER = "X-Supabase-Api-Version";
const UNEXPECTED =
  "Unexpected failure, please check server logs for more information";

/** The statuses of answers that cannot have a body; hooks may choose them for their refusals. */
const WITHOUT_BODY = [204, 205, 304];

/** A JSON answer. */
export function json(
  value: unknown,
  status = 200,
  headers: HeadersInit = {},
): Response {
  const body = WITHOUT_BODY.includes(status)
    ? null
    : escapeJson(JSON.stringify(value));
  const response = new Response(body, {
    status,
    headers,
  });
  response.headers.set("Content-Type", "application/json");
  return response;
}

/** An answer without a body. */
export function empty(status = 204): Response {
  return new Response(null, { status });
}

/** A plain-text answer as Go's `http.Error` writes it. */
export function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: {
      "Content-Type": "text/plain; charset=utf-8",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  302: "Found",
  303: "See Other",
};

/** A redirect as Go's `http.Redirect` writes it: with a short page for GET, without a body for POST. */
export function redirect(
  context: Context,
  status: 302 | 303,
  url: string,
): Response {
  const location = encodeNonAscii(url);
  const headers = new Headers({ Location: location });
  if (context.method !== "GET") return new Response(null, { status, headers });
  headers.set("Content-Type", "text/html; charset=utf-8");
  const body = `<a href="${escapeHtml(location)}">${
    STATUS_TEXTS[status]
  }</a>.\n\n`;
  return new Response(body, { status, headers });
}

function encodeNonAscii(text: string): string {
  return text.toWellFormed().replace(
    /[\u0080-\u{10ffff}]+/gu,
    (part) => encodeURIComponent(part),
  );
}

const HTML_ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

/** Escapes a text for HTML, as Go does. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML_ESCAPES[character]!);
}

/** Whether a request chose the API version 2024-01-01 or a later one. */
export function hasApiVersion(headers: Headers): boolean {
  const version = headers.get(VERSION_HEADER) ?? "";
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(version) &&
    !Number.isNaN(Date.parse(version));
  return isDate && version >= API_VERSION;
}

/** The answer to a request that failed. */
export function errorResponse(context: Context, error: unknown): Response {
  const response = renderError(context, error);
  if (hasApiVersion(context.headers)) {
    response.headers.set(VERSION_HEADER, API_VERSION);
  }
  return response;
}

function renderError(context: Context, error: unknown): Response {
  if (error instanceof OAuthError) {
    return json({ error: error.error, error_description: error.message }, 400);
  }
  if (error instanceof WeakPasswordError) return weakPassword(context, error);
  if (error instanceof HttpError) return ordinary(context, error);
  if (error instanceof PanicError) {
    const panic = new HttpError(500, undefined, error.message);
    return ordinary(context, panic, false);
  }
  return ordinary(
    context,
    new HttpError(500, undefined, UNEXPECTED, { cause: error }),
    false,
  );
}

function ordinary(context: Context, error: HttpError, withId = true): Response {
  const code = error.code ??
    (error.status === 500 ? "unexpected_failure" : "unknown");
  const headers = error.code === undefined
    ? undefined
    : { "x-sb-error-code": error.code };
  if (hasApiVersion(context.headers)) {
    return json({ code, message: error.message }, error.status, headers);
  }
  if (error.cause instanceof UniqueViolation) {
    // The initial version lets the database's own words through.
    const { message, detail } = error.cause;
    return json({ code: "23505", message, detail }, 500, headers);
  }
  const id = error.status >= 500 && withId
    ? { error_id: requestId(context) }
    : {};
  return json(
    { code: error.status, error_code: code, msg: error.message, ...id },
    error.status,
    headers,
  );
}

function requestId(context: Context): string {
  const header = context.settings.REQUEST_ID_HEADER;
  return (header && context.headers.get(header)) ||
    context.server.random.uuid();
}

function weakPassword(context: Context, error: WeakPasswordError): Response {
  const weak_password = { reasons: error.reasons };
  if (hasApiVersion(context.headers)) {
    return json(
      { code: error.code, message: error.message, weak_password },
      422,
    );
  }
  return json(
    { code: 422, error_code: error.code, msg: error.message, weak_password },
    422,
    { "x-sb-error-code": "weak_password" },
  );
}
