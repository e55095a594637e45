import { concat, utf8 } from "../encoding.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A value with its tag and length (ITU-T X.690). */
export function tagged(tag: number, ...content: readonly Uint8Array[]): Bytes {
  const body = concat(...content);
  return concat(Uint8Array.of(tag), lengthBytes(body.length), body);
}

function lengthBytes(length: number): Bytes {
  if (length < 0x80) return Uint8Array.of(length);
  return length < 0x100
    ? Uint8Array.of(0x81, length)
    : Uint8Array.of(0x82, length >> 8, length & 0xff);
}

/** SEQUENCE */
export function sequence(...content: readonly Uint8Array[]): Bytes {
  return tagged(0x30, ...content);
}

/** SET */
export function setOf(...content: readonly Uint8Array[]): Bytes {
  return tagged(0x31, ...content);
}

/** A non-negative INTEGER from its big-endian bytes. */
export function integer(bytes: Uint8Array): Bytes {
  const needsZero = (bytes[0] ?? 0x80) >= 0x80;
  return tagged(0x02, needsZero ? Uint8Array.of(0) : concat(), bytes);
}

/** OBJECT IDENTIFIER, from its encoded bytes in hexadecimal. */
export function oid(hex: string): Bytes {
  const pairs = hex.match(/../g) ?? [];
  return tagged(0x06, Uint8Array.from(pairs, (pair) => parseInt(pair, 16)));
}

/** BIT STRING, with the number of bits that are not used. */
export function bitString(content: Uint8Array, unused = 0): Bytes {
  return tagged(0x03, Uint8Array.of(unused), content);
}

/** OCTET STRING */
export function octets(content: Uint8Array): Bytes {
  return tagged(0x04, content);
}

/** PrintableString */
export function printable(text: string): Bytes {
  return tagged(0x13, utf8(text));
}

/** NULL */
export function nothing(): Bytes {
  return tagged(0x05);
}
