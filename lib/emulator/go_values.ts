/** Writes a JSON value as Go's `%v` does: messages and templates of the server show values so. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (typeof value === "number") return formatNumber(value);
  if (Array.isArray(value)) return `[${value.map(formatValue).join(" ")}]`;
  if (typeof value !== "object") return String(value);
  const members = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  const texts = members.map(([name, member]) =>
    `${name}:${formatValue(member)}`
  );
  return `map[${texts.join(" ")}]`;
}

/** Numbers of JSON are floats in Go, which writes exponents with two digits at least. */
function formatNumber(value: number): string {
  const isTiny = value !== 0 && Math.abs(value) < 1e-4;
  const text = isTiny ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}
