const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "µs": 1e-3,
  "μs": 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Go counts nanoseconds in 64 bits: some 292 years. */
const MAX_MILLISECONDS = 2 ** 63 / 1e6;

/** A duration in milliseconds, or what Go's parser says about a text that is none. */
export type DurationResult =
  | { readonly milliseconds: number }
  | { readonly problem: string };

/** Reads a duration as Go writes it: `1h30m`, `1.5s`, `-2m`. */
export function parseDuration(text: string): DurationResult {
  const quoted = JSON.stringify(text);
  const sign = text.startsWith("-") ? -1 : 1;
  let rest = text.replace(/^[+-]/, "");
  if (rest === "0") return { milliseconds: 0 };
  if (rest === "") return { problem: `time: invalid duration ${quoted}` };
  let sum = 0;
  while (rest !== "") {
    const amount = /^(\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
    if (amount === undefined) {
      return { problem: `time: invalid duration ${quoted}` };
    }
    rest = rest.slice(amount.length);
    const unit = /^[^.\d]*/.exec(rest)![0];
    if (unit === "") {
      return { problem: `time: missing unit in duration ${quoted}` };
    }
    const size = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    if (size === undefined) {
      const name = JSON.stringify(unit);
      return { problem: `time: unknown unit ${name} in duration ${quoted}` };
    }
    sum += Number(amount) * size;
    rest = rest.slice(unit.length);
    if (sum > MAX_MILLISECONDS) {
      return { problem: `time: invalid duration ${quoted}` };
    }
  }
  return { milliseconds: sign * sum };
}
