// Shows values in the messages of failed assertions.

const MAX_DEPTH = 6;

/** Writes a value so that a person can tell it from another. */
export function format(value: unknown, depth = 0): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[function ${value.name}]`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return String(value);
  if (depth >= MAX_DEPTH) return "…";
  return formatObject(value, depth + 1);
}

function formatObject(value: object, depth: number): string {
  if (value instanceof Error) return `${value.name}(${format(value.message)})`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof RegExp || value instanceof URL) return String(value);
  if (Array.isArray(value)) return list("[", value, "]", depth);
  if (value instanceof Set) return list("Set {", [...value], "}", depth);
  if (value instanceof Map) return list("Map {", [...value], "}", depth);
  if (ArrayBuffer.isView(value)) return formatView(value);
  return formatMembers(value, depth);
}

function formatView(view: ArrayBufferView): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return `${view.constructor.name}(${[...bytes].join(" ")})`;
}

function formatMembers(value: object, depth: number): string {
  const name = Object.getPrototypeOf(value)?.constructor?.name ?? "null";
  const members = Object.entries(value).map(([key, member]) =>
    `${key}: ${format(member, depth)}`
  );
  return `${name === "Object" ? "" : `${name} `}{${wrap(members, depth)}}`;
}

function list(
  open: string,
  values: unknown[],
  close: string,
  depth: number,
): string {
  return open + wrap(values.map((value) => format(value, depth)), depth) +
    close;
}

function wrap(parts: string[], depth: number): string {
  const line = parts.join(", ");
  if (line.length < 70 && !line.includes("\n")) return line;
  const indent = "  ".repeat(depth);
  return `\n${parts.map((part) => indent + part).join(",\n")},\n${
    "  ".repeat(depth - 1)
  }`;
}
