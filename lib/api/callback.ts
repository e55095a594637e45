/** The address that the server sends a browser back to. Makes no request. */
import { AuthApiError } from "../errors.ts";

/** Tokens, as the implicit flow sends them: all of a session but the user. */
export interface CallbackTokens {
  /** A JWT. */
  readonly access_token: string;
  /** Good for one use. */
  readonly refresh_token: string;
  /** The provider's own access token. */
  readonly provider_token?: string;
  /** The provider's own refresh token. */
  readonly provider_refresh_token?: string;
}

/** What a callback address brings. */
export type Callback =
  | {
    /** A code for `exchangeCodeForSession`. */
    readonly type: "code";
    /** Good for one use, within five minutes. */
    readonly code: string;
    /** Which flow it ends, where the address tells. */
    readonly flowId?: string;
  }
  | {
    /** A session. */
    readonly type: "session";
    /** Its tokens; the user is to be asked for. */
    readonly tokens: CallbackTokens;
    /** Whether the user is to set a new password. */
    readonly isRecovery: boolean;
  }
  | {
    /** Why there is neither. */
    readonly type: "error";
    /** The server's refusal. */
    readonly error: AuthApiError;
  };

/** Members of a query that belong to a callback. */
const QUERY_NAMES = [
  "error",
  "error_code",
  "error_description",
  "code",
  "sb_flow_id",
];
/** Members of a fragment that do. */
const FRAGMENT_NAMES = [
  "error",
  "error_code",
  "error_description",
  "access_token",
  "expires_at",
  "expires_in",
  "provider_refresh_token",
  "provider_token",
  "refresh_token",
  "sb",
  "token_type",
  "type",
];
/** What a header can carry; everything the server issues is made of it. */
const TOKEN = /^[!-~]+$/;

/**
 * Reads the address that the server sent the browser back to: errors from query
 * and fragment, a code from the query, tokens from the fragment.
 *
 * @see `GET /verify`, `GET /callback`
 * @param url The address.
 * @returns What it brings; null when it is no callback.
 * @throws {TypeError} When it is no absolute address.
 *
 * @example
 * ```ts
 * import { parseCallback } from "@gotrue/edge/api";
 *
 * const callback = parseCallback("https://app.example/?code=42");
 * console.log(callback?.type); // code
 * ```
 */
export function parseCallback(url: string): Callback | null {
  const { searchParams: query, hash } = new URL(url);
  const [, fragment] = splitFragment(hash);
  // The server escapes the fragment twice, which the query is spared.
  const error = readError(query) ?? readError(fragment);
  if (error) return { type: "error", error };
  const tokens = readTokens(fragment);
  if (tokens) {
    const isRecovery = fragment.get("type") === "recovery";
    return { type: "session", tokens, isRecovery };
  }
  const code = query.get("code");
  if (!code) return null;
  const flowId = query.get("sb_flow_id");
  return { type: "code", code, ...(flowId === null ? {} : { flowId }) };
}

/**
 * The same address without what belongs to a callback.
 *
 * @param url The address.
 * @returns The address to show instead.
 * @throws {TypeError} When it is no absolute address.
 *
 * @example
 * ```ts
 * import { withoutCallback } from "@gotrue/edge/api";
 *
 * console.log(withoutCallback("https://app.example/?code=42&tab=1")); // https://app.example/?tab=1
 * ```
 */
export function withoutCallback(url: string): string {
  const clean = new URL(url);
  for (const name of QUERY_NAMES) clean.searchParams.delete(name);
  const [own, fragment] = splitFragment(clean.hash);
  if (FRAGMENT_NAMES.some((name) => fragment.has(name))) {
    for (const name of FRAGMENT_NAMES) fragment.delete(name);
    clean.hash = [own, fragment.toString()].filter(Boolean).join("#");
  }
  return clean.href;
}

/**
 * Splits a fragment: the server appends one of its own to one that is there.
 *
 * @param hash The fragment with its `#`.
 * @returns The application's own, and what the server has added.
 */
export function splitFragment(
  hash: string,
): [own: string, added: URLSearchParams] {
  const end = hash.lastIndexOf("#");
  return [hash.slice(1, end), new URLSearchParams(hash.slice(end + 1))];
}

function readError(params: URLSearchParams): AuthApiError | null {
  const name = params.get("error");
  const code = params.get("error_code");
  const description = params.get("error_description");
  // An application may have an "error" of its own.
  if (!code && !(name && description)) return null;
  return new AuthApiError(
    code ?? name ?? "unknown",
    description ?? name ?? "The server gave no reason",
  );
}

function readTokens(params: URLSearchParams): CallbackTokens | null {
  const tokens: Record<string, string> = {};
  for (
    const name of [
      "access_token",
      "refresh_token",
      "provider_token",
      "provider_refresh_token",
    ]
  ) {
    const value = params.get(name);
    if (value && TOKEN.test(value)) tokens[name] = value;
  }
  const { access_token, refresh_token } = tokens;
  if (!access_token || !refresh_token) return null;
  return { ...tokens, access_token, refresh_token };
}
