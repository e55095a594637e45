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
      if (end < 0) return /(?!)/;
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
  return depth === 0 ? new RegExp(`^${source}$`) : /(?!)/;
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
