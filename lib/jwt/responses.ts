/** Refusals as HTTP has them. */
import { type AuthError, isAuthError } from "../errors.ts";

/** What a refusal tells besides its reason. */
export interface ToResponseOptions {
  /** What the token is for, as a name for people. */
  readonly realm?: string;
  /**
   * The address of the resource's metadata, where a client that has no token
   * learns how to get one: `createResourceMetadata().url`.
   */
  readonly resourceMetadata?: string;
  /** Added to the response, such as those of CORS. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Nothing was presented; the answer says how, not what is wrong. */
const ABSENT = ["jwt_missing", "session_missing"];
/** The server's refusals of a token. */
const REFUSED = [
  "bad_jwt",
  "no_authorization",
  "session_expired",
  "session_not_found",
  "user_banned",
  "user_not_found",
];
/** Signing in again, or otherwise, is what helps. */
const STEP_UP = "insufficient_user_authentication";
const FORBIDDEN: Readonly<Record<string, string>> = {
  jwt_aal_insufficient: STEP_UP,
  jwt_not_recent: STEP_UP,
  jwt_role_mismatch: "insufficient_scope",
};
const RETRY_AFTER_S = 5;

/** Status, attributes of the challenge if there is one, other headers. */
interface Refusal {
  readonly status: 401 | 403 | 503;
  readonly challenge?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The response for an error of this library, with its code and message as
 * JSON:
 *
 * - 401 when there is no token (a bare challenge) or a bad one
 *   (`error="invalid_token"`), as RFC 6750 has it;
 * - 403 when a good token is not enough. The challenge says what would be: for
 *   assurance and recency with the attributes of RFC 9470. That document has
 *   them sent with 401, which clients take for a token to be refreshed; 403
 *   may carry a challenge too (RFC 9110, section 11.6.1);
 * - 503 with `Retry-After` when keys or the server cannot be had.
 *
 * Never cached, and never with a token in it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9470#section-3}
 * @param error What was caught.
 * @param options What to tell besides.
 * @returns The response.
 * @throws The error itself when it is not about the request's credentials.
 *
 * @example
 * ```ts
 * import { createVerifier, getBearerToken, toResponse } from "@gotrue/edge/jwt";
 *
 * const verifier = createVerifier({ url: "https://auth.example" });
 *
 * async function handle(request: Request): Promise<Response> {
 *   try {
 *     const { claims } = await verifier.verify(getBearerToken(request));
 *     return new Response(`Hello ${claims.email}`);
 *   } catch (error) {
 *     return toResponse(error);
 *   }
 * }
 * const response = await handle(new Request("https://app.example"));
 * console.log(response.status, response.headers.get("www-authenticate")); // 401 Bearer
 * ```
 */
export function toResponse(
  error: unknown,
  options: ToResponseOptions = {},
): Response {
  if (!isAuthError(error)) throw error;
  const { status, challenge, headers } = toRefusal(error);
  const { code } = error;
  // Where the keys are is nothing for strangers.
  const message = status === 503
    ? "Cannot check the token at the moment"
    : error.message;
  const response = Response.json({ code, message }, { status });
  response.headers.set("cache-control", "no-store");
  if (challenge) {
    response.headers.set(
      "www-authenticate",
      formatChallenge({
        realm: options.realm,
        ...challenge,
        resource_metadata: options.resourceMetadata,
      }),
    );
  }
  for (
    const [name, value] of Object.entries({ ...headers, ...options.headers })
  ) {
    response.headers.set(name, value);
  }
  return response;
}

function toRefusal(error: AuthError): Refusal {
  const { code } = error;
  if (ABSENT.includes(code)) return { status: 401, challenge: {} };
  if (Object.hasOwn(FORBIDDEN, code)) {
    const { acrValues, maxAge } = error as unknown as Record<string, unknown>;
    const attributes = { acr_values: acrValues, max_age: maxAge };
    return {
      status: 403,
      challenge: { error: FORBIDDEN[code], ...attributes },
    };
  }
  if (error.name === "AuthTokenError" || REFUSED.includes(code)) {
    return { status: 401, challenge: { error: "invalid_token" } };
  }
  if (!/^Auth(Network|Response|Api)Error$/.test(error.name)) throw error;
  const seconds = Math.ceil(
    (error.retryAfterMs ?? RETRY_AFTER_S * 1000) / 1000,
  );
  return { status: 503, headers: { "retry-after": String(seconds) } };
}

/** Attributes that are `undefined` are left out. */
function formatChallenge(
  attributes: Readonly<Record<string, unknown>>,
): string {
  const pairs = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${escapeQuoted(String(value))}"`);
  return ["Bearer", pairs.join(", ")].join(" ").trim();
}

/** @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-5.6.4} */
function escapeQuoted(text: string): string {
  return text.replace(/[^\t\x20-\x7e]/g, "").replace(/["\\]/g, "\\$&");
}
