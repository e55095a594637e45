/** Addresses that hold ids. */

/** A path and how errors name it: two members of a `RequestSpec`. */
export interface FilledPath {
  /** With the ids, encoded. */
  readonly path: string;
  /** With `{id}` in place of each id. */
  readonly template: string;
}

/**
 * Puts ids into a path, so that errors can name the path without them.
 *
 * @param template The path, with `{id}` in place of each id.
 * @param ids The ids, in order.
 * @returns The path, without them and with them.
 * @throws {TypeError} When an id cannot be a segment of a path.
 */
export function fillPath(
  template: string,
  ...ids: string[]
): FilledPath {
  const path = template.replace(/{id}/g, () => {
    const id: unknown = ids.shift();
    // Addresses drop segments of dots even when they are escaped.
    if (typeof id !== "string" || /^\.?\.?$|\p{Cs}/u.test(id)) {
      throw new TypeError("Cannot use an id: HTTP cannot carry it");
    }
    return encodeURIComponent(id);
  });
  return { path, template };
}
