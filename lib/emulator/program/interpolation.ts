import { giveUp } from "./problem.ts";

/** Gives the value of a variable. */
export type Lookup = (name: string) => string | undefined;

/**
 * Puts the values of variables into a text as Compose does: `$NAME`, `${NAME}`, with `:-` or `-` and a
 * default, `:?` or `?` and a message, `:+` or `+` and a replacement; `$$` is a dollar.
 */
export function interpolate(text: string, lookup: Lookup): string {
  let result = "";
  let at = 0;
  for (
    let dollar = text.indexOf("$");
    dollar >= 0;
    dollar = text.indexOf("$", at)
  ) {
    const part = readPart(text, dollar, lookup);
    result += text.slice(at, dollar) + part.value;
    at = part.end;
  }
  return result + text.slice(at);
}

interface Part {
  readonly value: string;
  readonly end: number;
}

function readPart(text: string, dollar: number, lookup: Lookup): Part {
  const next = text[dollar + 1];
  if (next === "$") return { value: "$", end: dollar + 2 };
  if (next === "{") {
    const close = findClose(text, dollar + 2);
    const value = expand(text.slice(dollar + 2, close), lookup);
    return { value, end: close + 1 };
  }
  const [name] = /^[A-Za-z_]\w*/.exec(text.slice(dollar + 1)) ?? [];
  return name === undefined
    ? { value: "$", end: dollar + 1 }
    : { value: lookup(name) ?? "", end: dollar + 1 + name.length };
}

/** The brace that ends an expression; those inside it are passed over in pairs. */
function findClose(text: string, start: number): number {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return i;
  }
  return giveUp("A variable in braces is not closed");
}

function expand(expression: string, lookup: Lookup): string {
  const [, name, operator = "", word = ""] =
    /^([A-Za-z_]\w*)(?:(:?[-?+])([\s\S]*))?$/.exec(expression) ?? [];
  if (name === undefined) {
    return giveUp("A variable in braces has an impossible name");
  }
  const value = lookup(name);
  const isThere = value !== undefined &&
    !(operator.startsWith(":") && value === "");
  switch (operator.at(-1)) {
    case "-":
      return isThere ? value : interpolate(word, lookup);
    case "+":
      return isThere ? interpolate(word, lookup) : "";
    case "?":
      return isThere ? value : giveUp(`The variable ${name} must be set`);
    default:
      return value ?? "";
  }
}
