/**
 * JSON paths as the recordings write them: `$.response.body.users[0].id`, `$.response.headers["sb-auth-user-id"]`.
 *
 * @module
 */
import type { Json } from "./types.ts";

const SEGMENT = /^(?:\.?([A-Za-z_$][\w$]*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\])/;

/** The segments of a path; a leading `$` is left out. Throws a `TypeError` where the path cannot be read. */
export function parsePath(path: string): (string | number)[] {
  const segments: (string | number)[] = [];
  let rest = path.startsWith("$") ? path.slice(1) : path;
  while (rest !== "") {
    const found = SEGMENT.exec(rest);
    if (found === null) throw new TypeError(`Unreadable path: ${path}`);
    const [whole, name, index, quoted] = found;
    segments.push(
      index !== undefined ? Number(index) : name ?? JSON.parse(`"${quoted}"`),
    );
    rest = rest.slice(whole.length);
  }
  return segments;
}

/** The path of a member below `parent`, in the same notation. */
export function joinPath(parent: string, segment: string | number): string {
  if (typeof segment === "number") return `${parent}[${segment}]`;
  return /^[A-Za-z_]\w*$/.test(segment)
    ? `${parent}.${segment}`
    : `${parent}[${JSON.stringify(segment)}]`;
}

/** The value at a path, or `undefined` where there is none. */
export function valueAt(
  root: unknown,
  segments: readonly (string | number)[],
): Json | undefined {
  let value = root;
  for (const segment of segments) {
    if (typeof value !== "object" || value === null) return undefined;
    if (!Object.hasOwn(value, segment)) return undefined;
    value = (value as Record<string | number, unknown>)[segment];
  }
  return value as Json | undefined;
}
