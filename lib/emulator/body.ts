import { HttpError } from "./errors.ts";
import { jsonKind, JsonProblem, parseJson } from "./go_json.ts";
import { NIL_UUID } from "./random.ts";

/**
 * The type of a member of a request's body. Members of the plain kinds are "" / false / 0 when
 * absent; those of a kind with "?" (Go's pointers), maps and lists are null.
 */
export type Kind =
  | "string"
  | "string?"
  | "bool"
  | "bool?"
  | "int"
  | "map"
  | "strings"
  | "strings?"
  | "uuid"
  | "any";

/** A request's body as a struct of the server: member names and kinds. */
export type Shape = Readonly<Record<string, Kind>>;

interface KindTypes {
  readonly string: string;
  readonly "string?": string | null;
  readonly bool: boolean;
  readonly "bool?": boolean | null;
  readonly int: number;
  readonly map: Readonly<Record<string, unknown>> | null;
  readonly strings: readonly string[];
  readonly "strings?": readonly string[] | null;
  readonly uuid: string;
  readonly any: unknown;
}

/** What {@linkcode decodeBody} gives for a shape. */
export type Decoded<S extends Shape> = {
  readonly [Name in keyof S]: KindTypes[S[Name]];
};

/** How a decoder differs from the usual one. */
export interface DecodeOptions {
  /** What stands before the detail. */
  readonly prefix?: string;
  /** The whole message, for the decoders that give no detail. */
  readonly message?: string;
  /** Reads the first value only and says EOF for an empty body. */
  readonly stream?: boolean;
}

const DEFAULTS: Readonly<Record<Kind, unknown>> = {
  "string": "",
  "string?": null,
  "bool": false,
  "bool?": null,
  "int": 0,
  "map": null,
  "strings": [],
  "strings?": null,
  "uuid": NIL_UUID,
  "any": undefined,
};

const GO_TYPES: Readonly<Record<Kind, string>> = {
  "string": "string",
  "string?": "string",
  "bool": "bool",
  "bool?": "bool",
  "int": "int",
  "map": "map[string]interface {}",
  "strings": "[]string",
  "strings?": "[]string",
  "uuid": "uuid.UUID",
  "any": "interface {}",
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is a UUID in the usual form. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * Reads a body the way Go does: unknown members are ignored, names match in any case, `null`
 * leaves the default, wrong types are refused with Go's words.
 */
export function decodeBody<S extends Shape>(
  body: string,
  struct: string,
  shape: S,
  options: DecodeOptions = {},
): Decoded<S> {
  try {
    return decodeObject(parse(body, options), struct, shape);
  } catch (problem) {
    if (!(problem instanceof DecodeProblem)) throw problem;
    const prefix = options.prefix ?? "Could not parse request body as JSON: ";
    throw new HttpError(
      400,
      "bad_json",
      options.message ?? prefix + problem.message,
    );
  }
}

class DecodeProblem extends Error {}

function parse(body: string, options: DecodeOptions): unknown {
  try {
    return parseJson(body);
  } catch (problem) {
    if (!(problem instanceof JsonProblem)) throw problem;
    if (options.stream && body.trim() === "") throw new DecodeProblem("EOF");
    const { message } = problem;
    const truncated = message === "unexpected end of JSON input";
    throw new DecodeProblem(
      options.stream && truncated ? "unexpected EOF" : message,
    );
  }
}

function decodeObject<S extends Shape>(
  value: unknown,
  struct: string,
  shape: S,
): Decoded<S> {
  const names = Object.keys(shape);
  const decoded = Object.fromEntries(
    names.map((name) => [name, DEFAULTS[shape[name]!]]),
  );
  if (value === null) return decoded as Decoded<S>;
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new DecodeProblem(
      `json: cannot unmarshal ${
        jsonKind(value)
      } into Go value of type api.${struct}`,
    );
  }
  let problem: DecodeProblem | undefined;
  for (const [given, member] of Object.entries(value)) {
    const name = names.find((known) => known === given) ??
      names.find((known) => known === given.toLowerCase());
    if (name === undefined || member === null) continue;
    // Go goes on after a wrong type and reports the first one.
    const result = decodeMember(member, shape[name]!, `${struct}.${name}`);
    if (result instanceof DecodeProblem) problem ??= result;
    else decoded[name] = result;
  }
  if (problem !== undefined) throw problem;
  return decoded as Decoded<S>;
}

function decodeMember(value: unknown, kind: Kind, path: string): unknown {
  switch (kind) {
    case "string":
    case "string?":
      return typeof value === "string" ? value : mismatch(value, kind, path);
    case "bool":
    case "bool?":
      return typeof value === "boolean" ? value : mismatch(value, kind, path);
    case "int":
      return Number.isInteger(value) ? value : mismatch(value, kind, path);
    case "map":
      return jsonKind(value) === "object" ? value : mismatch(value, kind, path);
    case "strings":
    case "strings?":
      return decodeStrings(value, kind, path);
    case "uuid":
      return decodeUuid(value, path);
    case "any":
      return value;
  }
}

function mismatch(value: unknown, kind: Kind, path: string): DecodeProblem {
  const what = kind === "int" && typeof value === "number"
    ? `number ${value}`
    : jsonKind(value);
  return new DecodeProblem(
    `json: cannot unmarshal ${what} into Go struct field ${path} of type ${
      GO_TYPES[kind]
    }`,
  );
}

function decodeStrings(value: unknown, kind: Kind, path: string): unknown {
  if (!Array.isArray(value)) return mismatch(value, kind, path);
  const wrong = value.find((item) => typeof item !== "string" && item !== null);
  return wrong === undefined
    ? value.map((item) => item ?? "")
    : mismatch(wrong, "string", path);
}

function decodeUuid(value: unknown, path: string): unknown {
  if (typeof value !== "string") return mismatch(value, "uuid", path);
  if (UUID.test(value)) return value.toLowerCase();
  const compact = /^(?:urn:uuid:|\{)?([0-9a-f-]+)\}?$/i.exec(value)?.[1]
    ?.replaceAll("-", "");
  if (compact?.length === 32 && [32, 38, 45].includes(value.length)) {
    return compact.toLowerCase().replace(
      /^(.{8})(.{4})(.{4})(.{4})/,
      "$1-$2-$3-$4-",
    );
  }
  return new DecodeProblem(
    value.length === 36
      ? `uuid: incorrect UUID format in string "${value}"`
      : `uuid: incorrect UUID length ${value.length} in string "${value}"`,
  );
}
