/**
 * From a parsed object back to the JSON it was made of. A third of the server's
 * date-times have more digits than a `Date` can keep, so storing a parsed object
 * by its own members would change what other clients read back.
 */

/** Gives back what it is given: a subclass adds its fields to that. */
class Itself {
  constructor(object: object) {
    return object;
  }
}

/**
 * A field that is added to any object, and that nobody else can see. It does
 * what a WeakMap would, at a fraction of the cost: a garbage collector has to
 * look through all entries of a WeakMap again and again.
 */
class Origin extends Itself {
  #origin: object | string | undefined;

  static set<T extends object>(object: T, origin: object | string): T {
    (#origin in object ? object : new Origin(object) as Origin).#origin =
      origin;
    return object;
  }

  static of(object: object): object | string | undefined {
    return #origin in object ? object.#origin : undefined;
  }
}

/**
 * Remembers what an object was parsed from.
 *
 * @param parsed The object that callers get.
 * @param json The server's JSON, unchanged.
 * @returns The parsed object.
 */
export function rememberSource<T extends object>(parsed: T, json: object): T {
  return Origin.set(parsed, json);
}

/**
 * The JSON that a parsed object came from. Copies have none: their `Date`s are
 * written by `toISOString()`, which `JSON.stringify` does by itself.
 *
 * @param parsed What a parser of this library returned, or any copy of it.
 * @returns The server's JSON where known, else the object itself.
 */
export function sourceOf(parsed: object): object {
  const json = Origin.of(parsed);
  return typeof json === "object" ? json : parsed;
}

/**
 * Remembers the text that some JSON was parsed from, so that storing it need not
 * write it again.
 *
 * @param json What `JSON.parse` made of the text.
 * @param text The text.
 */
export function rememberText(json: object, text: string): void {
  Origin.set(json, text);
}

/**
 * The text of a parsed object's source: as it came, or written again.
 *
 * @param parsed What a parser of this library returned, or any copy of it.
 * @returns JSON.
 */
export function textOf(parsed: object): string {
  const json = sourceOf(parsed);
  const text = Origin.of(json);
  return typeof text === "string" ? text : JSON.stringify(json);
}
