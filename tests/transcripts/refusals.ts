/** What a recorded refusal must become, read from the recording alone. */
import type {
  JsonObject,
  RecordedResponse,
} from "../../scripts/replay/types.ts";
import { AuthError } from "../../lib/errors.ts";

/** What is compared of an error. */
export interface Refusal {
  readonly name: string;
  readonly code: string;
  readonly status: number;
  /** The server's words; undefined where it gave none that can be read. */
  readonly message: string | undefined;
  readonly endpoint: string;
  readonly requestId: string | undefined;
  readonly reasons: readonly string[] | undefined;
}

/**
 * The error that an answer must become. The header that repeats the code is
 * believed before the body, so that body formats are not read as the library
 * reads them.
 */
export function expectedRefusal(
  { status, headers, body }: RecordedResponse,
  endpoint: string,
): Refusal {
  const json = isObject(body) ? body : {};
  const message = json["message"] ?? json["msg"] ?? json["error_description"];
  const base = { status, endpoint, requestId: json["error_id"] };
  if (status < 400 || typeof message !== "string") {
    return {
      ...base,
      name: "AuthResponseError",
      code: "invalid_response",
      message: undefined,
      reasons: undefined,
    } as Refusal;
  }
  const weak = json["weak_password"] as JsonObject | undefined;
  return {
    ...base,
    name: weak ? "AuthWeakPasswordError" : "AuthApiError",
    code: headers["x-sb-error-code"] ?? json["error_code"] ?? json["code"] ??
      json["error"],
    message,
    reasons: weak?.["reasons"],
  } as Refusal;
}

/** The same of an error that was thrown; the error itself where it is foreign. */
export function actualRefusal(error: unknown): unknown {
  if (!(error instanceof AuthError)) return error;
  const { name, code, status, message, endpoint, requestId } = error;
  const isOurs = name === "AuthResponseError";
  const { reasons } = error as { reasons?: readonly string[] };
  return {
    name,
    code,
    status,
    message: isOurs ? undefined : message,
    endpoint,
    requestId,
    reasons,
  };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
