/**
 * From a parsed object back to the JSON it was made of. A third of the server's
 * date-times have more digits than a `Date` can keep, so storing a parsed object
 * by its own members would change what other clients read back.
 */
const sources = new WeakMap<object, object>();
const texts = new WeakMap<object, string>();

/**
 * Remembers what an object was parsed from.
 *
 * @param parsed The object that callers get.
 * @param json The server's JSON, unchanged.
 * @returns The parsed object.
 */
export function rememberSource<T extends object>(parsed: T, json: object): T {
  sources.set(parsed, json);
  return parsed;
}

/**
 * The JSON that a parsed object came from. Copies have none: their `Date`s are
 * written by `toISOString()`, which `JSON.stringify` does by itself.
 *
 * @param parsed What a parser of this library returned, or any copy of it.
 * @returns The server's JSON where known, else the object itself.
 */
export function sourceOf(parsed: object): object {
  return sources.get(parsed) ?? parsed;
}

/**
 * Remembers the text that some JSON was parsed from, so that storing it need not
 * write it again.
 *
 * @param json What `JSON.parse` made of the text.
 * @param text The text.
 */
export function rememberText(json: object, text: string): void {
  texts.set(json, text);
}

/**
 * The text of a parsed object's source: as it came, or written again.
 *
 * @param parsed What a parser of this library returned, or any copy of it.
 * @returns JSON.
 */
export function textOf(parsed: object): string {
  const json = sourceOf(parsed);
  return texts.get(json) ?? JSON.stringify(json);
}
