/**
 * The part of CBOR (RFC 8949) that WebAuthn uses: integers, byte and text strings, arrays, maps, booleans, null; definite lengths only.
 *
 * @module
 */
import { type Bytes, concat, fromUtf8, utf8 } from "./encoding.ts";

/** A value of CBOR; maps keep the order of their members. */
export type Cbor =
  | number
  | boolean
  | null
  | string
  | Uint8Array
  | Cbor[]
  | Map<number | string, Cbor>;

/** Encodes a value, lengths in the shortest form. */
export function encodeCbor(value: Cbor): Bytes {
  if (typeof value === "number") {
    return value < 0 ? head(1, -1 - value) : head(0, value);
  }
  if (typeof value === "string") {
    const bytes = utf8(value);
    return concat(head(3, bytes.length), bytes);
  }
  if (value instanceof Uint8Array) return concat(head(2, value.length), value);
  if (Array.isArray(value)) {
    return concat(head(4, value.length), ...value.map(encodeCbor));
  }
  if (value instanceof Map) {
    return concat(
      head(5, value.size),
      ...[...value].flatMap((
        [key, member],
      ) => [encodeCbor(key), encodeCbor(member)]),
    );
  }
  return Uint8Array.of(value === null ? 0xf6 : value ? 0xf5 : 0xf4);
}

function head(major: number, argument: number): Bytes {
  const type = major << 5;
  if (argument < 24) return Uint8Array.of(type | argument);
  if (argument < 0x100) return Uint8Array.of(type | 24, argument);
  if (argument < 0x10000) {
    return Uint8Array.of(type | 25, argument >> 8, argument & 0xff);
  }
  const out = new Uint8Array(5);
  out[0] = type | 26;
  new DataView(out.buffer).setUint32(1, argument);
  return out;
}

/** Decodes one value and tells where it ends. Throws a `TypeError` for what it does not know. */
export function decodeCbor(
  bytes: Uint8Array,
  at = 0,
): { value: Cbor; end: number } {
  const major = byteAt(bytes, at) >> 5;
  if (major === 7) return { value: simple(byteAt(bytes, at)), end: at + 1 };
  const { value: argument, end } = argumentAt(bytes, at);
  if (major === 0) return { value: argument, end };
  if (major === 1) return { value: -1 - argument, end };
  if (major === 2) {
    return { value: slice(bytes, end, argument), end: end + argument };
  }
  if (major === 3) {
    return {
      value: fromUtf8(slice(bytes, end, argument)),
      end: end + argument,
    };
  }
  if (major === 4) return decodeArray(bytes, end, argument);
  if (major === 5) return decodeMap(bytes, end, argument);
  throw new TypeError("Unsupported CBOR");
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new TypeError("Truncated CBOR");
  return byte;
}

function slice(bytes: Uint8Array, at: number, length: number): Uint8Array {
  if (at + length > bytes.length) throw new TypeError("Truncated CBOR");
  return bytes.slice(at, at + length);
}

function simple(byte: number): boolean | null {
  if (byte === 0xf6) return null;
  if (byte === 0xf4 || byte === 0xf5) return byte === 0xf5;
  throw new TypeError("Unsupported CBOR");
}

function argumentAt(
  bytes: Uint8Array,
  at: number,
): { value: number; end: number } {
  const info = byteAt(bytes, at) & 31;
  if (info < 24) return { value: info, end: at + 1 };
  const size = [1, 2, 4][info - 24];
  if (size === undefined) throw new TypeError("Unsupported CBOR");
  let value = 0;
  for (let i = 1; i <= size; i++) value = value * 256 + byteAt(bytes, at + i);
  return { value, end: at + 1 + size };
}

function decodeArray(
  bytes: Uint8Array,
  at: number,
  length: number,
): { value: Cbor; end: number } {
  const value: Cbor[] = [];
  for (let i = 0; i < length; i++) {
    const item = decodeCbor(bytes, at);
    value.push(item.value);
    at = item.end;
  }
  return { value, end: at };
}

function decodeMap(
  bytes: Uint8Array,
  at: number,
  length: number,
): { value: Cbor; end: number } {
  const value = new Map<number | string, Cbor>();
  for (let i = 0; i < length; i++) {
    const key = decodeCbor(bytes, at);
    const member = decodeCbor(bytes, key.end);
    value.set(key.value as number | string, member.value);
    at = member.end;
  }
  return { value, end: at };
}
