/** Addresses with a query. */

/**
 * Adds a query to a path.
 *
 * @param path The path.
 * @param query Members that are `undefined` are left out.
 * @returns The path, with the query if there is any.
 */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string {
  // JSON knows no undefined members, and a query only text.
  const text = `${new URLSearchParams(JSON.parse(JSON.stringify(query)))}`;
  return text ? `${path}?${text}` : path;
}
