import type { HttpError } from "./errors.ts";
import { encodeQuery, formatGoUrl, parseGoUrl } from "./go_url.ts";

/** What a redirect tells: names and values. */
export type Outcome = Readonly<Record<string, string>>;

const ERRORS: Readonly<Record<number, string>> = {
  400: "invalid_request",
  401: "unauthorized_client",
  403: "access_denied",
  500: "server_error",
  503: "temporarily_unavailable",
};

/** The OAuth name of an HTTP status; undefined for those without one. */
export function errorName(status: number): string | undefined {
  return ERRORS[status];
}

/** What a redirect tells about a refusal. */
export function errorOutcome(error: HttpError): Outcome {
  const name = errorName(error.status);
  return {
    ...(name === undefined ? {} : { error: name }),
    ...(error.code === undefined ? {} : { error_code: error.code }),
    error_description: error.message,
  };
}

/** The target with tokens in a fragment of its own, whatever the target ends with. */
export function withTokens(target: string, tokens: Outcome): string {
  return `${target}#${encodeQuery(Object.entries({ ...tokens, sb: "" }))}`;
}

/**
 * The target with a message or an error in place of its fragment, and in its query too where the
 * flow is one of PKCE. The server escapes the text of the fragment a second time.
 */
export function withOutcome(
  target: string,
  outcome: Outcome,
  inQuery: boolean,
): string {
  const url = parseGoUrl(target);
  if (url === undefined) return target;
  const query = new URLSearchParams(url.query ?? "");
  if (inQuery) {
    for (const [name, value] of Object.entries(outcome)) query.set(name, value);
  }
  const fragment = encodeQuery(Object.entries({ ...outcome, sb: "" }));
  return formatGoUrl({
    ...url,
    query: encodeQuery(query),
    fragment: fragment.replaceAll("%", "%25"),
  });
}
