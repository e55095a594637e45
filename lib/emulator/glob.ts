import type { Settings } from "./settings.ts";

/** Refuses an allow list with a glob that cannot be read. */
export function checkGlobs(
  { GOTRUE_URI_ALLOW_LIST: globs }: Pick<Settings, "GOTRUE_URI_ALLOW_LIST">,
): void {
  for (const glob of globs) {
    if (!isReadable(glob)) {
      throw new TypeError(
        `GOTRUE_URI_ALLOW_LIST must hold globs, and ${glob} is none`,
      );
    }
  }
}

function isReadable(glob: string): boolean {
  try {
    return compileGlob(glob).source !== NOTHING.source;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** What a glob that cannot be read matches. */
const NOTHING = /(?!)/;

/**
 * Turns a glob of the allow list into an expression over the whole text. Separators are "." and
 * "/"; `*` and `?` do not cross them, `**` does; classes, alternatives and escapes as usual.
 */
export function compileGlob(glob: string): RegExp {
  let source = "";
  let depth = 0;
  for (let i = 0; i < glob.length; i++) {
    const character = glob[i]!;
    if (character === "\\") source += escape(glob[++i] ?? "\\");
    else if (character === "*" && glob[i + 1] === "*") {
      source += "[\\s\\S]*";
      while (glob[i + 1] === "*") i++;
    } else if (character === "*") source += "[^./]*";
    else if (character === "?") source += "[^./]";
    else if (character === "[") {
      const end = glob.indexOf("]", i + 2);
      if (end < 0) return NOTHING;
      source += characterClass(glob.slice(i + 1, end));
      i = end;
    } else if (character === "{") {
      source += "(?:";
      depth++;
    } else if (character === "}" && depth > 0) {
      source += ")";
      depth--;
    } else if (character === "," && depth > 0) source += "|";
    else source += escape(character);
  }
  return depth === 0 ? new RegExp(`^${source}$`) : NOTHING;
}

function escape(character: string): string {
  return /[a-zA-Z0-9_]/.test(character)
    ? character
    : character.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function characterClass(inner: string): string {
  const negated = inner.startsWith("!");
  const body = (negated ? inner.slice(1) : inner).replace(/[\\\]^[]/g, "\\$&");
  return `[${negated ? "^" : ""}${body}]`;
}
