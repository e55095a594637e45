/** Requests to any other address than the auth server's. */
import type { AuthConfig } from "./config.ts";
import { invalid } from "./wire/json.ts";
import {
  exchange,
  type Parser,
  type RequestOptions,
  type RequestSpec,
} from "./request.ts";

/** More than any key set needs. */
const MAX_PUBLIC = 524_288;

/**
 * Fetches a public JSON document without the key or any other header of the
 * configuration, so that a foreign host never sees them.
 *
 * @param config The clock, deadline and `fetch` to use.
 * @param url The absolute address.
 * @param parse Reads the answer of success.
 * @param options How to make the request.
 * @returns What the parser made.
 * @throws {AuthNetworkError} When no answer comes, in time or at all.
 * @throws {AuthApiError} When the host refuses as the auth server does.
 * @throws {AuthResponseError} When the answer is no JSON of success.
 */
export async function sendPublic<T>(
  config: Pick<AuthConfig, "fetch" | "now" | "timeoutMs">,
  url: string,
  parse: Parser<T>,
  options: RequestOptions = {},
): Promise<T> {
  const spec: RequestSpec = { method: "GET", path: url, maxLength: MAX_PUBLIC };
  const headers = { accept: "application/json", ...options.headers };
  return await exchange(
    { ...config, url: "", headers },
    spec,
    (answer) => {
      if (answer.ok && answer.body !== undefined) return parse(answer);
      throw invalid(`status ${answer.status}`);
    },
    options,
  );
}
