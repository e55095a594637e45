import { interpolate, type Lookup } from "./interpolation.ts";
import { giveUp } from "./problem.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  '"': '"',
  "\\": "\\",
  $: "$$",
};

/**
 * Reads `NAME=value` lines: comments, `export`, quotes (single: as it stands; double: with escapes; both over
 * several lines) and variables, which are looked up in the file itself where `lookup` knows none.
 */
export function parseEnvFile(
  path: string,
  text: string,
  lookup: Lookup = () => undefined,
): Record<string, string> {
  const values: Record<string, string> = {};
  const find: Lookup = (name) => lookup(name) ?? values[name];
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (/^\s*(#|$)/.test(line)) continue;
    const [, name, first] =
      /^\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || first === undefined) {
      if (/^\s*(?:export\s+)?[A-Za-z_][\w.]*\s*$/.test(line)) continue;
      giveUp(`${path}: line ${i + 1} is no NAME=value`);
    }
    const quote = /^["']/.exec(first)?.[0];
    let raw = first;
    const start = i + 1;
    while (quote !== undefined && !isClosed(raw, quote)) {
      i++;
      if (i >= lines.length) {
        giveUp(`${path}: the quote in line ${start} is not closed`);
      }
      raw += `\n${lines[i]}`;
    }
    values[name] = readValue(raw, quote, find);
  }
  return values;
}

const CLOSED = { '"': /^"((?:[^"\\]|\\[\s\S])*)"/, "'": /^'([^']*)'/ };

function isClosed(raw: string, quote: string): boolean {
  return CLOSED[quote as '"' | "'"].test(raw);
}

function readValue(
  raw: string,
  quote: string | undefined,
  lookup: Lookup,
): string {
  if (quote === "'") return CLOSED["'"].exec(raw)![1]!;
  if (quote === '"') {
    const inner = CLOSED['"'].exec(raw)![1]!;
    return interpolate(
      inner.replace(
        /\\([\s\S])/g,
        (whole, letter) => ESCAPES[letter] ?? whole,
      ),
      lookup,
    );
  }
  return interpolate(raw.replace(/(^|\s)#.*$/, "").trim(), lookup);
}
