import { formatValue } from "./go_values.ts";

/** What a template can show; members of members are reached by dots. */
export type TemplateVariables = Readonly<Record<string, unknown>>;

/** A template of Go that has been read. */
export type Template = (
  variables: TemplateVariables,
  escape: (text: string) => string,
) => string;

/** A template that cannot be read. */
export class TemplateProblem extends Error {}

type Value = (variables: TemplateVariables) => unknown;

interface Branch {
  readonly condition: Value;
  readonly parts: Template[];
}

/** An `if` that has not met its `end` yet. */
interface OpenIf {
  readonly branches: Branch[];
  hasElse: boolean;
}

const ACTION = /\{\{(- )?((?:"(?:\\.|[^"\\])*"|`[^`]*`|[\s\S])*?)( -)?\}\}/g;
const WORD = /"(?:\\.|[^"\\])*"|`[^`]*`|[^\s"`]+/g;

/**
 * Reads a template of Go as far as mails need it: fields (`.Email`, `.Data.name`), `if`, `else`, `else if`,
 * `end`, comments, trimming, and the functions `eq`, `ne`, `not`, `and`, `or`.
 *
 * @throws {TemplateProblem} for anything else.
 */
export function parseTemplate(text: string): Template {
  const reader = new Reader();
  let from = 0;
  let trims = false;
  for (const match of text.matchAll(ACTION)) {
    const [whole, before, action = "", after] = match;
    const plain = text.slice(from, match.index);
    reader.text(trimmed(plain, trims, before !== undefined));
    reader.action(action.trim());
    trims = after !== undefined;
    from = match.index + whole.length;
  }
  const rest = text.slice(from);
  if (rest.includes("{{")) throw new TemplateProblem("An action is not closed");
  reader.text(trimmed(rest, trims, false));
  return reader.end();
}

function trimmed(text: string, atStart: boolean, atEnd: boolean): string {
  const begun = atStart ? text.trimStart() : text;
  return atEnd ? begun.trimEnd() : begun;
}

/** Takes texts and actions in their order. */
class Reader {
  readonly #root: Template[] = [];
  readonly #open: OpenIf[] = [];

  text(text: string): void {
    this.#add(() => text);
  }

  action(action: string): void {
    if (/^\/\*[\s\S]*\*\/$/.test(action)) return;
    const [head = "", ...rest] = action.match(WORD) ?? [];
    if (head === "if") this.#begin(parseValue(rest));
    else if (head === "else") this.#turn(rest);
    else if (head === "end" && rest.length === 0) this.#close();
    else {
      const value = parseValue([head, ...rest]);
      this.#add((variables, escape) => escape(shown(value(variables))));
    }
  }

  end(): Template {
    if (this.#open.length > 0) throw new TemplateProblem("An if has no end");
    return join(this.#root);
  }

  #add(part: Template): void {
    const parts = this.#open.at(-1)?.branches.at(-1)?.parts ?? this.#root;
    parts.push(part);
  }

  #begin(condition: Value): void {
    this.#open.push({ branches: [{ condition, parts: [] }], hasElse: false });
  }

  #turn([word, ...rest]: readonly string[]): void {
    const open = this.#open.at(-1);
    if (open === undefined || open.hasElse) {
      throw new TemplateProblem("An else has no if");
    }
    if (word !== undefined && word !== "if") {
      throw new TemplateProblem("An else is followed by something else");
    }
    open.hasElse = word === undefined;
    const condition = open.hasElse ? () => true : parseValue(rest);
    open.branches.push({ condition, parts: [] });
  }

  #close(): void {
    const open = this.#open.pop();
    if (open === undefined) throw new TemplateProblem("An end has no if");
    const { branches } = open;
    this.#add((variables, escape) => {
      const chosen = branches.find(({ condition }) =>
        isTrue(condition(variables))
      );
      return join(chosen?.parts ?? [])(variables, escape);
    });
  }
}

function join(parts: readonly Template[]): Template {
  return (variables, escape) =>
    parts.map((part) => part(variables, escape)).join("");
}

/** A field, a literal, or a function with its arguments. */
function parseValue([head, ...rest]: readonly string[]): Value {
  const args = rest.map((word) => parseOperand(word));
  const [first, second] = args;
  if (first === undefined) return parseOperand(head ?? "");
  switch (head) {
    case "not":
      if (args.length > 1) break;
      return (variables) => !isTrue(first(variables));
    case "and":
      return (variables) => chosen(args, variables, false);
    case "or":
      return (variables) => chosen(args, variables, true);
    case "eq":
      if (second === undefined) break;
      return (variables) =>
        args.slice(1).some((one) => one(variables) === first(variables));
    case "ne":
      if (second === undefined || args.length > 2) break;
      return (variables) => first(variables) !== second(variables);
  }
  throw new TemplateProblem("An action cannot be read");
}

/** The first value that decides, or the last one. */
function chosen(
  values: readonly Value[],
  variables: TemplateVariables,
  decisive: boolean,
): unknown {
  const all = values.map((value) => value(variables));
  return all.find((value) => isTrue(value) === decisive) ?? all.at(-1);
}

function parseOperand(word: string): Value {
  if (word === "true" || word === "false") return () => word === "true";
  if (/^-?\d+(\.\d+)?$/.test(word)) return () => Number(word);
  if (/^(`[^`]*`|"[^"\\]*")$/.test(word)) return () => word.slice(1, -1);
  if (word === ".") return (variables) => variables;
  if (!/^(\.[A-Za-z_]\w*)+$/.test(word)) {
    throw new TemplateProblem("An action cannot be read");
  }
  const names = word.slice(1).split(".");
  return (variables) => names.reduce<unknown>(memberOf, variables);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null &&
      Object.hasOwn(value, name)
    ? (value as TemplateVariables)[name]
    : undefined;
}

/** What Go counts as true: nothing empty, and not zero. */
function isTrue(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return Boolean(value);
  return Object.keys(value).length > 0;
}

/** Nothing is shown of what is not there. */
function shown(value: unknown): string {
  return value === undefined || value === null ? "" : formatValue(value);
}

/** Reads a template, if it can be read. */
export function tryParse(page: string | undefined): Template | undefined {
  try {
    return page === undefined ? undefined : parseTemplate(page);
  } catch (problem) {
    if (problem instanceof TemplateProblem) return undefined;
    throw problem;
  }
}
