/** The server's refusals, in each of the formats it has used. */
import {
  AuthApiError,
  type AuthErrorDetails,
  AuthWeakPasswordError,
} from "../errors.ts";
import { isObject, type JsonObject } from "./json.ts";

/** The code and message of a refusal, and what belongs to it. */
interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly reasons: readonly string[] | undefined;
  readonly errorId: string | undefined;
}

const CODE_SHAPE = /^[a-z][a-z0-9_ ]*$/;

/**
 * Turns the JSON body of a refusal into an error.
 *
 * @param body The parsed body.
 * @param headers The answer's headers.
 * @param details What the transport knows.
 * @returns The error, or null when the body is in none of the server's formats.
 */
export function parseErrorBody(
  body: unknown,
  headers: Headers,
  details: AuthErrorDetails,
): AuthApiError | null {
  const refusal = readRefusal(body, headers);
  if (refusal === null) return null;
  const { code, message, reasons } = refusal;
  const requestId = details.requestId ?? refusal.errorId;
  const all = { ...details, requestId };
  return code === "weak_password"
    ? new AuthWeakPasswordError(message, { ...all, reasons: reasons ?? [] })
    : new AuthApiError(code, message, all);
}

function readRefusal(body: unknown, headers: Headers): Refusal | null {
  if (!isObject(body)) return null;
  const message = firstString(
    body["msg"],
    body["message"],
    body["error_description"],
    body["error"],
  );
  if (message === undefined) return null;
  const reasons = readReasons(body["weak_password"]);
  const code = readCode(body, headers) ??
    (reasons?.length ? "weak_password" : "unknown");
  return { code, message, reasons, errorId: firstString(body["error_id"]) };
}

/**
 * Newest format first. `code` is a code only in the format of 2024-01-01: before
 * it was the HTTP status, or the SQLSTATE of a failure in the database, which
 * the shape excludes. A header repeats the code where the body has none.
 */
function readCode(body: JsonObject, headers: Headers): string | undefined {
  const { error_code, code, error } = body;
  if (typeof error_code === "string") return error_code;
  if (isCode(code)) return code;
  return headers.get("x-sb-error-code") ?? (isCode(error) ? error : undefined);
}

function isCode(value: unknown): value is string {
  return typeof value === "string" && CODE_SHAPE.test(value);
}

function readReasons(weakPassword: unknown): readonly string[] | undefined {
  const reasons = isObject(weakPassword) ? weakPassword["reasons"] : undefined;
  if (!Array.isArray(reasons)) return undefined;
  return reasons.filter((reason) => typeof reason === "string");
}

function firstString(...values: readonly unknown[]): string | undefined {
  return values.find((value) => typeof value === "string" && value !== "") as
    | string
    | undefined;
}
