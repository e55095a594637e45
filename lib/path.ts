/** Addresses that hold ids. */

/** A path and the same with its ids: two members of a `RequestSpec`. */
export interface FilledPath {
  /** With `{id}` in place of each id. */
  readonly path: string;
  /** With the ids, encoded; or with a query. */
  readonly filledPath: string;
}

/**
 * Puts ids into a path, so that errors can name the path without them.
 *
 * @param path The path, with `{id}` in place of each id.
 * @param ids The ids, in order.
 * @returns The path, without them and with them.
 * @throws {TypeError} When an id cannot be a segment of a path.
 */
export function fillPath(
  path: string,
  ...ids: readonly string[]
): FilledPath {
  let at = 0;
  return { path, filledPath: path.replace(/{id}/g, () => encodeId(ids[at++])) };
}

/** Addresses drop segments of dots even when they are escaped. */
function encodeId(id: unknown): string {
  if (typeof id !== "string" || /^\.{0,2}$|\p{Surrogate}/u.test(id)) {
    throw new TypeError(
      "Cannot use an id: it must be valid text other than dots",
    );
  }
  return encodeURIComponent(id);
}
