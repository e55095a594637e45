/** The server's refusals, in each of the formats it has used. */
import { AuthApiError, AuthWeakPasswordError } from "../errors.ts";

/**
 * Turns the JSON body of a refusal into an error.
 *
 * @param body The parsed body.
 * @param headers The answer's headers.
 * @returns The error, or undefined when the body is in none of the server's formats.
 */
export function parseErrorBody(
  body: unknown,
  headers: Headers,
): AuthApiError | undefined {
  const {
    msg,
    message,
    error_description,
    error,
    error_code,
    code,
    error_id,
    weak_password,
  } = Object(body);
  const text = [msg, message, error_description, error].find(isText);
  if (!text) return;
  const reasons = readReasons(weak_password);
  // Newest format first. `code` is a code only in the format of 2024-01-01:
  // before it was the HTTP status, or the SQLSTATE of a failure in the
  // database. A header repeats the code where the body has none.
  const known = [error_code, code, headers.get("x-sb-error-code"), error]
    .find(isCode) ?? (reasons?.length ? "weak_password" : "unknown");
  const details = { requestId: [error_id].find(isText) };
  return known === "weak_password"
    ? new AuthWeakPasswordError(text, { ...details, reasons: reasons ?? [] })
    : new AuthApiError(known, text, details);
}

/**
 * Reads why a password is weak.
 *
 * @param weakPassword The member of that name.
 * @returns The reasons; undefined when none are told.
 */
export function readReasons(
  weakPassword: unknown,
): readonly string[] | undefined {
  const { reasons } = Object(weakPassword);
  return Array.isArray(reasons) ? reasons.filter(isText) : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** No status, no SQLSTATE and no sentence. */
function isCode(value: unknown): value is string {
  return isText(value) && /^[a-z][a-z\d_ ]*$/.test(value);
}
