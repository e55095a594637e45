/**
 * Templates of recorded requests: `${step.response.body.id}`, `${totp(enroll.response.body.totp.secret)}`.
 *
 * @module
 */
import { base64, utf8 } from "./encoding.ts";
import { resign, tamper } from "./jwt.ts";
import { parsePath, valueAt } from "./paths.ts";
import { sha224Hex } from "./sha224.ts";
import { totp } from "./totp.ts";
import type { Json } from "./types.ts";

/** What templates can refer to. */
export interface Scope {
  /** Values of earlier steps by their name. */
  values: ReadonlyMap<string, Json>;
  /** The fixed tokens of the recording by name. */
  jwt: Readonly<Record<string, { value: string }>>;
  jwtSecret: string;
  /** Milliseconds since the epoch, by the clock of the server. */
  now(): number;
}

/** A reference to a value that no earlier step has left; `message` names the reference. */
export class TemplateError extends Error {
  override name = "TemplateError";
}

const EXPRESSION = /\$\{([^}]*)\}/g;
const CALL = /^(\w+)\((.*)\)$/;

/** A copy of `value` with every `${…}` replaced; a string that is one single `${…}` takes the type of its value. */
export async function fill(value: Json, scope: Scope): Promise<Json> {
  if (typeof value === "string") return await fillString(value, scope);
  if (Array.isArray(value)) {
    const out: Json[] = [];
    for (const item of value) out.push(await fill(item, scope));
    return out;
  }
  if (typeof value !== "object" || value === null) return value;
  const out: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) {
    out[key] = await fill(member, scope);
  }
  return out;
}

async function fillString(text: string, scope: Scope): Promise<Json> {
  const parts = [...text.matchAll(EXPRESSION)];
  if (parts.length === 1 && parts[0]![0] === text) {
    return await evaluate(parts[0]![1]!, scope);
  }
  let out = "";
  let at = 0;
  for (const part of parts) {
    out += text.slice(at, part.index) + String(await evaluate(part[1]!, scope));
    at = part.index + part[0].length;
  }
  return out + text.slice(at);
}

async function evaluate(expression: string, scope: Scope): Promise<Json> {
  const call = CALL.exec(expression);
  if (call === null) return reference(expression, scope);
  const args = call[2]!.split(",").map((argument) =>
    String(operand(argument.trim(), scope))
  );
  return await apply(call[1]!, args, scope);
}

function operand(text: string, scope: Scope): Json {
  return /^'.*'$/.test(text) ? text.slice(1, -1) : reference(text, scope);
}

function reference(text: string, scope: Scope): Json {
  const [root, ...segments] = parsePath(text);
  if (root === "jwt" && segments.length === 1) {
    const constant = scope.jwt[String(segments[0])];
    if (constant !== undefined) return constant.value;
  }
  const value = valueAt(scope.values.get(String(root)), segments);
  if (value === undefined) throw new TemplateError(`Nothing at ${text}`);
  return value;
}

async function apply(
  name: string,
  args: string[],
  scope: Scope,
): Promise<Json> {
  const [first = "", second, third] = args;
  switch (name) {
    case "totp":
      return await totp(first, scope.now());
    case "wrong":
      return wrong(first);
    case "tamper":
      return tamper(first);
    case "resign":
      return await resign(first, second ?? "", third, scope.jwtSecret);
    case "basic":
      return base64(utf8(`${first}:${second ?? ""}`));
    case "sha224":
      return sha224Hex(first);
  }
  throw new TemplateError(`Unknown function ${name}`);
}

/**
 * The same text with another last character. In a base64url text a final `0` becomes `A`: the bits that `1` adds to `0` may lie
 * beyond the last whole byte, and the text would decode to the same bytes.
 */
export function wrong(code: string): string {
  const last = code.at(-1);
  const other = last !== "0" ? "0" : /^\d+$/.test(code) ? "1" : "A";
  return code.slice(0, -1) + other;
}
