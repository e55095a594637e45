/** The address that the server sends a browser back to. Makes no request. */
import { AuthApiError } from "../errors.ts";

/** What a callback address brings. */
export type Callback =
  | {
    /** A code for `exchangeCodeForSession`. */
    readonly type: "code";
    readonly code: string;
    /** Which flow it ends, where the address tells. */
    readonly flowId?: string;
  }
  | {
    /** Tokens, as the implicit flow sends them. */
    readonly type: "session";
    /** All of the session but the user. */
    readonly tokens: Readonly<Record<string, string | number>>;
    /** Whether the user is to set a new password. */
    readonly isRecovery: boolean;
  }
  | {
    /** Why there is neither. */
    readonly type: "error";
    readonly error: AuthApiError;
  };

/** Members of an address that belong to a callback. */
const NAMES = [
  "access_token",
  "code",
  "error",
  "error_code",
  "error_description",
  "expires_at",
  "expires_in",
  "provider_refresh_token",
  "provider_token",
  "refresh_token",
  "sb",
  "sb_flow_id",
  "token_type",
  "type",
];

/**
 * Reads the address that the server sent the browser back to: errors from query
 * and fragment, a code from the query, tokens from the fragment.
 *
 * @see `GET /verify`, `GET /callback`
 * @param url The address.
 * @returns What it brings; null when it is no callback.
 */
export function parseCallback(url: string): Callback | null {
  const { searchParams: query, hash } = new URL(url);
  const fragment = new URLSearchParams(hash.slice(1));
  const error = readError(fragment) ?? readError(query);
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
 */
export function withoutCallback(url: string): string {
  const clean = new URL(url);
  for (const name of NAMES) clean.searchParams.delete(name);
  const fragment = new URLSearchParams(clean.hash.slice(1));
  const isOurs = NAMES.some((name) => fragment.has(name));
  for (const name of NAMES) fragment.delete(name);
  if (isOurs) clean.hash = fragment.toString();
  return clean.href;
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

function readTokens(
  params: URLSearchParams,
): Record<string, string | number> | null {
  const needed = ["access_token", "refresh_token", "expires_in", "token_type"];
  if (!needed.every((name) => params.get(name))) return null;
  const tokens: Record<string, string | number> = {};
  const names = [...needed, "provider_token", "provider_refresh_token"];
  for (const name of names) {
    const value = params.get(name);
    if (value !== null) tokens[name] = value;
  }
  tokens["expires_in"] = Number(params.get("expires_in"));
  if (params.has("expires_at")) {
    tokens["expires_at"] = Number(params.get("expires_at"));
  }
  return tokens;
}
