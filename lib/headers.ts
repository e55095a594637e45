/** The headers of a request, as a record of lower-case names. */

/** What HTTP can carry: a name, and after a line break a value. */
const HEADER_SHAPE = /^[\w!#$%&'*+.^`|~-]+\n[\t -~\x80-\xff]*$/;

/**
 * Adds headers to a record of lower-case names, checked.
 *
 * @param headers Where to.
 * @param given What to add; a later name wins.
 * @throws {TypeError} When HTTP cannot carry one of them.
 */
export function addHeaders(
  headers: Record<string, string>,
  given: Readonly<Record<string, string>> | undefined,
): void {
  for (const name in given) {
    const value = given[name];
    if (typeof value !== "string" || !HEADER_SHAPE.test(`${name}\n${value}`)) {
      throw new TypeError(
        `Cannot use the header ${name}: HTTP cannot carry it`,
      );
    }
    headers[name.toLowerCase()] = value;
  }
}
