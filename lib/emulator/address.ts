const PREFIX = "/auth/v1";

/** A request's address as the server sees it. */
export interface Address {
  /** The path without the gateway's prefix. */
  readonly path: string;
  /** The query. */
  readonly query: URLSearchParams;
  /** Whether the prefix was there. */
  readonly isBehindGateway: boolean;
}

/** Takes the gateway's prefix off a URL. */
export function readAddress(text: string): Address {
  const url = new URL(text);
  const { pathname } = url;
  const isBehindGateway = pathname === PREFIX ||
    pathname.startsWith(`${PREFIX}/`);
  const path = isBehindGateway
    ? pathname.slice(PREFIX.length) || "/"
    : pathname;
  return { path, query: url.searchParams, isBehindGateway };
}
