import type { Context } from "./context.ts";
import { encodeQuery } from "./go_url.ts";
import { invalid, PanicError } from "./errors.ts";

const MAX_UINT64 = 18446744073709551615n;

/** Which part of a list is wanted. */
export interface Page {
  /** Counted from 1; 0 as it was asked for. */
  readonly page: number;
  /** How many to a page. */
  readonly perPage: number;
}

/** Reads `page` and `per_page` (auth-server §15.2). */
export function readPage(context: Context): Page {
  const page = readNumber(context, "page", 1);
  const perPage = readNumber(context, "per_page", 50);
  // The real server divides by it.
  if (perPage === 0) {
    throw new PanicError();
  }
  return { page, perPage };
}

function readNumber(context: Context, name: string, fallback: number): number {
  const text = context.query.get(name) ?? "";
  return text === "" ? fallback : parseUint(text);
}

/** Reads a number as Go's `ParseUint` does. */
export function parseUint(text: string): number {
  const parsing = `Bad Pagination Parameters: strconv.ParseUint: parsing ${
    JSON.stringify(text)
  }`;
  if (!/^\d+$/.test(text)) invalid(`${parsing}: invalid syntax`);
  if (BigInt(text) > MAX_UINT64) invalid(`${parsing}: value out of range`);
  return Number(text);
}

/** The position of a page's first entry. */
export function firstOf({ page, perPage }: Page): number {
  return Math.max(0, page - 1) * perPage;
}

/** The headers that go with a page: the total, and the links to the next and the last one. */
export function pageHeaders(
  context: Context,
  { page, perPage }: Page,
  total: number,
): Record<string, string> {
  const pages = Math.ceil(total / perPage);
  const links = [
    ...(pages > page
      ? [link(context, { page: String(page + 1) }, "next")]
      : []),
    link(context, { page: String(pages) }, "last"),
  ];
  return { "X-Total-Count": String(total), Link: links.join(", ") };
}

/** A link to the request's path with some parameters replaced. */
export function link(
  context: Context,
  changes: Readonly<Record<string, string>>,
  relation: string,
): string {
  const query = new URLSearchParams(context.query);
  for (const [name, value] of Object.entries(changes)) query.set(name, value);
  return `<${context.path}?${encodeQuery(query)}>; rel="${relation}"`;
}
