/**
 * Text encodings of the replayer: written apart from those of the emulator, so that both cannot be wrong in the same way.
 *
 * @module
 */

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Bytes over a plain buffer, as Web Crypto wants them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** UTF-8 bytes of a text. */
export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** Text of UTF-8 bytes. */
export function fromUtf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Joins byte arrays. */
export function concat(...parts: Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Base64 with padding (RFC 4648, section 4). */
export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Base64url without padding (RFC 4648, section 5). */
export function base64url(bytes: Uint8Array): string {
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll(
    "=",
    "",
  );
}

/** Bytes of base64 or base64url, padded or not. */
export function fromBase64(text: string): Bytes {
  const binary = atob(
    text.replaceAll("-", "+").replaceAll("_", "/").replaceAll("=", ""),
  );
  const out = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) out[i] = binary.charCodeAt(i);
  return out;
}

/** Lower-case hexadecimal digits (RFC 4648, section 8, in lower case). */
export function hex(bytes: Uint8Array): string {
  let out = "";
  for (const byte of bytes) out += byte.toString(16).padStart(2, "0");
  return out;
}

/** Bytes of hexadecimal digits; a leading `0x` is allowed. */
export function fromHex(text: string): Bytes {
  const digits = text.replace(/^0x/i, "");
  const out = new Uint8Array(digits.length / 2);
  for (let i = 0; i < out.length; i++) {
    out[i] = parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  }
  return out;
}

/** Bytes of base32, padded or not (RFC 4648, section 6). */
export function fromBase32(text: string): Bytes {
  const digits = text.toUpperCase().replaceAll("=", "");
  const out = new Uint8Array(Math.floor(digits.length * 5 / 8));
  let buffer = 0, bits = 0, at = 0;
  for (const digit of digits) {
    const value = BASE32.indexOf(digit);
    if (value < 0) throw new TypeError("Not base32");
    buffer = (buffer << 5 | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = buffer >> bits & 0xff;
    }
  }
  return out;
}

/** Base58 with the Bitcoin alphabet, as Solana writes addresses. */
export function base58(bytes: Uint8Array): string {
  let value = BigInt("0x0" + hex(bytes));
  let out = "";
  while (value > 0n) {
    out = BASE58[Number(value % 58n)] + out;
    value /= 58n;
  }
  for (const byte of bytes) {
    if (byte !== 0) break;
    out = "1" + out;
  }
  return out;
}

/** Bytes of base58 with the Bitcoin alphabet. */
export function fromBase58(text: string): Bytes {
  let value = 0n;
  for (const digit of text) {
    const at = BASE58.indexOf(digit);
    if (at < 0) throw new TypeError("Not base58");
    value = value * 58n + BigInt(at);
  }
  const digits = value === 0n ? "" : value.toString(16);
  const zeros = /^1*/.exec(text)![0].length;
  return concat(
    new Uint8Array(zeros),
    fromHex(digits.length % 2 === 0 ? digits : `0${digits}`),
  );
}

/** The digest of bytes by a Web Crypto hash. */
export async function digest(
  algorithm: "SHA-1" | "SHA-256" | "SHA-512",
  bytes: Bytes,
): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest(algorithm, bytes));
}
