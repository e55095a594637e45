// The server's refusals quote the messages of Go's JSON decoder; these are they.

/** How deep JSON may be nested. Go allows 10,000, which is more than every platform can write. */
const MAX_DEPTH = 2000;
const TOO_DEEP = "exceeded max depth";

/** A text that Go's decoder refuses, with its message. */
export class JsonProblem extends Error {}

/** Reads JSON. Throws a {@linkcode JsonProblem}. */
export function parseJson(text: string): unknown {
  const value = tryParse(text);
  if (value === undefined) throw new JsonProblem(syntaxMessage(text));
  if (text.length > MAX_DEPTH && depthOf(text) > MAX_DEPTH) {
    throw new JsonProblem(TOO_DEEP);
  }
  return value;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How deep a text is nested that is known to be JSON. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isText = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === "\\") i++;
    else if (character === '"') isText = !isText;
    else if (isText) continue;
    else if (character === "{" || character === "[") {
      deepest = Math.max(deepest, ++depth);
    } else if (character === "}" || character === "]") depth--;
  }
  return deepest;
}

/** The message of Go's decoder for a text that is not JSON. */
export function syntaxMessage(text: string): string {
  const scanner = new Scanner(text);
  try {
    scanner.document();
  } catch (problem) {
    if (problem instanceof JsonProblem) return problem.message;
    throw problem;
  }
  return "unexpected end of JSON input";
}

class Scanner {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#value("looking for beginning of value");
    this.#space();
    if (this.#at < this.#text.length) this.#refuse("after top-level value");
  }

  #refuse(context: string): never {
    if (this.#at >= this.#text.length) {
      throw new JsonProblem("unexpected end of JSON input");
    }
    throw new JsonProblem(
      `invalid character ${quoted(this.#text, this.#at)} ${context}`,
    );
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #value(context: string): void {
    this.#space();
    const first = this.#text[this.#at] ?? "";
    if (first === "{") this.#nested(() => this.#object());
    else if (first === "[") this.#nested(() => this.#array());
    else if (first === '"') this.#string();
    else if (/[-0-9]/.test(first) && first !== "") this.#number();
    else if (first === "t") this.#literal("true");
    else if (first === "f") this.#literal("false");
    else if (first === "n") this.#literal("null");
    else this.#refuse(context);
  }

  #nested(read: () => void): void {
    if (++this.#depth > MAX_DEPTH) throw new JsonProblem(TOO_DEEP);
    read();
    this.#depth--;
  }

  #object(): void {
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === "}") return void this.#at++;
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== '"') {
        this.#refuse("looking for beginning of object key string");
      }
      this.#string();
      this.#space();
      if (this.#text[this.#at] !== ":") this.#refuse("after object key");
      this.#at++;
      this.#value("looking for beginning of value");
      this.#space();
      if (this.#text[this.#at] === "}") return void this.#at++;
      if (this.#text[this.#at] !== ",") {
        this.#refuse("after object key:value pair");
      }
      this.#at++;
    }
  }

  #array(): void {
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === "]") return void this.#at++;
    for (;;) {
      this.#value("looking for beginning of value");
      this.#space();
      if (this.#text[this.#at] === "]") return void this.#at++;
      if (this.#text[this.#at] !== ",") this.#refuse("after array element");
      this.#at++;
    }
  }

  #string(): void {
    for (this.#at++; this.#text[this.#at] !== '"'; this.#at++) {
      const character = this.#text[this.#at] ?? "";
      if (character === "" || character < " ") {
        this.#refuse("in string literal");
      }
      if (character === "\\") this.#escape();
    }
    this.#at++;
  }

  #escape(): void {
    this.#at++;
    const character = this.#text[this.#at] ?? "";
    if (character === "" || !'bfnrt\\/"u'.includes(character)) {
      this.#refuse("in string escape code");
    }
    for (let i = 0; character === "u" && i < 4; i++) {
      this.#at++;
      if (!/^[0-9a-fA-F]$/.test(this.#text[this.#at] ?? "")) {
        this.#refuse("in \\u hexadecimal character escape");
      }
    }
  }

  #number(): void {
    if (this.#text[this.#at] === "-") this.#at++;
    if (this.#text[this.#at] === "0") this.#at++;
    else this.#digits("in numeric literal");
    if (this.#text[this.#at] === ".") {
      this.#at++;
      this.#digits("after decimal point in numeric literal");
    }
    if (/^[eE]$/.test(this.#text[this.#at] ?? "")) {
      this.#at++;
      if (/^[+-]$/.test(this.#text[this.#at] ?? "")) this.#at++;
      this.#digits("in exponent of numeric literal");
    }
  }

  #digits(context: string): void {
    if (!/^[0-9]$/.test(this.#text[this.#at] ?? "")) this.#refuse(context);
    while (/^[0-9]$/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #literal(word: string): void {
    for (const [i, expected] of [...word].entries()) {
      if (i > 0 && this.#text[this.#at] !== expected) {
        this.#refuse(`in literal ${word} (expecting '${expected}')`);
      }
      this.#at++;
    }
  }
}

function quoted(text: string, at: number): string {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (character === "'") return `'\\''`;
  if (character === '"') return `'"'`;
  const named: Readonly<Record<string, string>> = {
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
  };
  if (character in named) return `'${named[character]}'`;
  const code = character.codePointAt(0)!;
  if (code < 0x20 || code === 0x7f) {
    return `'\\x${code.toString(16).padStart(2, "0")}'`;
  }
  return `'${code === 0x5c ? "\\\\" : character}'`;
}

/** The word that Go's decoder uses for a JSON value. */
export function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return typeof value === "object" ? "object" : typeof value;
}

/** Escapes `<`, `>`, `&` and the two line separators inside JSON, as the server's encoder does. */
export function escapeJson(json: string): string {
  return /[<>&\u2028\u2029]/.test(json)
    ? json.replace(
      /[<>&\u2028\u2029]/g,
      (character) =>
        `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    )
    : json;
}
