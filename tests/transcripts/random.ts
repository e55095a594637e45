/** Random data from a seed: the same in every run and on every platform. */

/** Draws from a seeded sequence. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to below the bound. */
  below(bound: number): number {
    // A multiplicative step and a shuffle of the bits (splitmix, 32 bits wide).
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) % bound;
  }

  /** One of the list. */
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

/** Members that parsers look at, so that random JSON comes close to the real. */
const NAMES = [
  "access_token",
  "aud",
  "app_metadata",
  "code",
  "created_at",
  "error",
  "error_code",
  "error_description",
  "error_id",
  "expires_at",
  "expires_in",
  "external",
  "factor_type",
  "factors",
  "id",
  "identities",
  "keys",
  "message",
  "message_id",
  "msg",
  "name",
  "provider",
  "qr_code",
  "reasons",
  "refresh_token",
  "secret",
  "totp",
  "type",
  "updated_at",
  "url",
  "user",
  "user_metadata",
  "users",
  "version",
  "weak_password",
  "__proto__",
  "constructor",
  "toString",
];

/** As texts, because some of them are not what `JSON.stringify` writes. */
const LEAVES = [
  "null",
  "true",
  "false",
  "0",
  "-1",
  "1e308",
  "1e400",
  "-1e400",
  "9007199254740993",
  "0.1",
  '""',
  '"weak_password"',
  '"totp"',
  '"2026-11-23T17:54:07.835911627Z"',
  '"2026-13-99T99:99:99Z"',
  '"+275760-09-13T00:00:00.001Z"',
  '"\\ud800"',
  '"\\u0000"',
  "[]",
  "{}",
  "[[[[[[]]]]]]",
  "[null]",
  "[{}]",
  '{"length":3}',
];

/** The text of some JSON, of any shape. */
export function randomJson(random: Random, depth = 3): string {
  const kind = depth === 0 ? 0 : random.below(4);
  if (kind < 2) return random.of(LEAVES);
  const parts = Array.from({ length: random.below(5) }, () => {
    const value = randomJson(random, depth - 1);
    return kind === 2 ? value : `"${random.of(NAMES)}":${value}`;
  });
  return kind === 2 ? `[${parts.join()}]` : `{${parts.join()}}`;
}

/** The text of JSON that is like the given, but wrong in one random place. */
export function mutate(random: Random, json: unknown): string {
  const place = random.below(placesOf(json).length);
  const leaf = random.below(4) === 0 ? undefined : random.of(LEAVES);
  return replaceAt(json, place, leaf);
}

const WRONG = [undefined, "null", "0", "1e400", '""', "[]", "[null]", "{}"];

/**
 * The text of every JSON that is like the given, but wrong in one place.
 *
 * @param skip Members whose contents are left as they are.
 */
export function* mutations(
  json: unknown,
  skip: ReadonlySet<string>,
): Generator<string, void, undefined> {
  const places = placesOf(json, skip);
  for (const [place, isWanted] of places.entries()) {
    if (!isWanted) continue;
    for (const leaf of WRONG) yield replaceAt(json, place, leaf);
  }
}

/** For each value, in the order of `JSON.stringify`, whether it is wanted. */
function placesOf(json: unknown, skip?: ReadonlySet<string>): boolean[] {
  const wanted: boolean[] = [];
  const skipped = new Set<unknown>();
  JSON.stringify(json, function (this: unknown, name, value) {
    const isInside = skipped.has(this);
    wanted.push(!isInside);
    if (isInside || skip?.has(name)) skipped.add(value);
    return value;
  });
  return wanted;
}

/** Puts the text of a value in place of another; undefined removes it. */
function replaceAt(
  json: unknown,
  place: number,
  leaf: string | undefined,
): string {
  const mark = "the value to be replaced";
  let left = place;
  const text = JSON.stringify(json, (_name, value) => {
    if (left-- !== 0) return value;
    return leaf === undefined ? undefined : mark;
  });
  return text?.replace(`"${mark}"`, () => leaf ?? "") ?? "";
}
