/** Addresses with a query. */
import type { FilledPath } from "./path.ts";

/**
 * Adds a query to a path.
 *
 * @param path The path.
 * @param query Members that are `undefined` are left out.
 * @returns The path, without the query and with it.
 */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
): FilledPath {
  const given = Object.entries(query)
    .filter(([, value]) => value !== undefined) as [string, string][];
  const mark = given.length > 0 ? "?" : "";
  return { path, filledPath: path + mark + new URLSearchParams(given) };
}
