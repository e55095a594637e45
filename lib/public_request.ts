/** Requests to any other address than the auth server's. */
import type { AuthConfig } from "./config.ts";
import { exchange, type Parser, type RequestOptions } from "./request.ts";

/**
 * Fetches a public document without the key or any other header of the
 * configuration, so that a foreign host never sees them.
 *
 * @param config The clock, deadline and `fetch` to use.
 * @param url The absolute address.
 * @param parse Reads the answer, of refusal too.
 * @param options How to make the request.
 * @returns What the parser made.
 * @throws {AuthNetworkError} When no answer comes, in time or at all.
 * @throws {AuthResponseError} When the answer is too long.
 */
export async function sendPublic<T>(
  config: Pick<AuthConfig, "fetch" | "now" | "timeoutMs">,
  url: string,
  parse: Parser<T>,
  options: RequestOptions,
): Promise<T> {
  const headers = { accept: "application/json", ...options.headers };
  return await exchange(
    { ...config, url: "" },
    () => headers,
    // More than any key set needs.
    { method: "GET", path: url, maxLength: 5e5 },
    parse,
    options,
  );
}
