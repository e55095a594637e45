/** A glance into one's own access token, for what the session does not tell. */
import { isObject, type JsonObject } from "./json.ts";

/**
 * Reads what a token says, **unverified** and lenient: for tokens that the
 * server is asked about anyway, or has issued to us. Everybody else's are for
 * the verifier.
 *
 * @param token A JWT.
 * @returns Its payload; empty when there is none to read.
 */
export function readTokenPayload(token: string): JsonObject {
  try {
    const segment = token.split(".")[1] ?? "";
    const text = atob(segment.replaceAll("-", "+").replaceAll("_", "/"));
    // Many times as fast as Uint8Array.from() with a function.
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    const payload: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(payload) ? payload : {};
  } catch {
    return {};
  }
}
