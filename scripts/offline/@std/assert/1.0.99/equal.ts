// Deep equality for the stand-in of @std/assert.
//
// The original and this one differ on a few pairs of values: `0` and `-0`, an
// object without a prototype, an array with holes, an own `undefined` member.
// So that a test which passes here passes there too, `equal` is the strict reading
// (used where a test claims equality) and `resembles` the loose one (used
// where a test claims a difference).

type Pairs = [object, object][];

/** Tells whether two values are equal beyond doubt. */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b, true, []);
}

/** Tells whether two values could be called equal by a lenient reader. */
export function resembles(a: unknown, b: unknown): boolean {
  return compare(a, b, false, []);
}

function compare(
  a: unknown,
  b: unknown,
  strict: boolean,
  seen: Pairs,
): boolean {
  if (Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b)) return !strict && a === b;
  if (typeof a === "function" || typeof b === "function") return false;
  if (tagOf(a) !== tagOf(b)) return false;
  if (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) {
    return false;
  }
  if (seen.some(([x, y]) => x === a && y === b)) return true;
  const pairs: Pairs = [...seen, [a, b]];
  return compareContents(a, b, strict, pairs) ??
    compareMembers(a, b, strict, pairs);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null ||
    typeof value === "function";
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value);
}

/** Compares what an object holds outside its members, where that decides. */
function compareContents(
  a: object,
  b: object,
  strict: boolean,
  seen: Pairs,
): boolean | undefined {
  if (isOpaque(a)) return !strict;
  if (a instanceof Error) return !strict && sameError(a, b as Error);
  if (isText(a)) return String(a) === String(b);
  if (a instanceof Date) return Object.is(a.getTime(), (b as Date).getTime());
  if (isBuffer(a)) return sameBytes(bytesOf(a), bytesOf(b as ArrayBuffer));
  if (isCollection(a)) {
    return sameEntries([...a], [...b as Iterable<unknown>], strict, seen);
  }
  if (isBoxed(a)) return Object.is(a.valueOf(), b.valueOf());
  if (Array.isArray(a) && a.length !== (b as unknown[]).length) return false;
  return undefined;
}

/** These are equal only to themselves: their state cannot be read at once. */
function isOpaque(value: object): boolean {
  return [
    Promise,
    WeakMap,
    WeakSet,
    WeakRef,
    Request,
    Response,
    Blob,
    ReadableStream,
    EventTarget,
    CryptoKey,
    Headers,
  ].some((kind) => value instanceof kind);
}

function isCollection(value: object): value is Iterable<unknown> {
  return value instanceof Map || value instanceof Set;
}

function isText(value: object): boolean {
  return value instanceof RegExp || value instanceof URL ||
    value instanceof URLSearchParams;
}

function isBoxed(value: object): boolean {
  return value instanceof Number || value instanceof String ||
    value instanceof Boolean;
}

function isBuffer(value: object): value is ArrayBuffer | ArrayBufferView {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

function sameError(a: Error, b: Error): boolean {
  return a.name === b.name && a.message === b.message;
}

function bytesOf(value: ArrayBuffer | ArrayBufferView): Uint8Array {
  return value instanceof ArrayBuffer
    ? new Uint8Array(value)
    : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** Pairs up the entries of two unordered collections. */
function sameEntries(
  a: unknown[],
  b: unknown[],
  strict: boolean,
  seen: Pairs,
): boolean {
  const left = [...b];
  for (const entry of a) {
    const at = left.findIndex((other) => compare(entry, other, strict, seen));
    if (at < 0) return false;
    left.splice(at, 1);
  }
  return left.length === 0;
}

function compareMembers(
  a: object,
  b: object,
  strict: boolean,
  seen: Pairs,
): boolean {
  const keys = strict ? strictKeys(a) : looseKeys(a);
  const others = strict ? strictKeys(b) : looseKeys(b);
  return keys.length === others.length &&
    keys.every((key) =>
      others.includes(key) &&
      compare(Reflect.get(a, key), Reflect.get(b, key), strict, seen)
    );
}

function looseKeys(value: object): PropertyKey[] {
  return Reflect.ownKeys(value).filter((key) =>
    Object.prototype.propertyIsEnumerable.call(value, key) &&
    Reflect.get(value, key) !== undefined
  );
}

/** All own members, and for an instance of a class the getters it inherits. */
function strictKeys(value: object): PropertyKey[] {
  const keys = Reflect.ownKeys(value);
  for (let proto = parent(value); proto; proto = parent(proto)) {
    for (const key of Reflect.ownKeys(proto)) {
      if (Object.getOwnPropertyDescriptor(proto, key)?.get) keys.push(key);
    }
  }
  return keys;
}

function parent(value: object): object | null {
  const proto = Object.getPrototypeOf(value);
  const isBasic = proto === Object.prototype || proto === Array.prototype;
  return isBasic ? null : proto;
}
