/** The headers of a request, as a record of lower-case names. */

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
    // A name, and after a line break a value.
    const shape = /^[\w!#$%&'*+.^`|~-]+\n[\t -~\x80-\xff]*$/;
    if (typeof value !== "string" || !shape.test(`${name}\n${value}`)) {
      throw new TypeError(
        `Cannot use the header ${name}: HTTP cannot carry it`,
      );
    }
    headers[name.toLowerCase()] = value;
  }
}
