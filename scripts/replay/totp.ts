/**
 * Time-based one-time passwords (RFC 6238) over HMAC-SHA-1.
 *
 * @module
 */
import { type Bytes, fromBase32 } from "./encoding.ts";

/** The code of `digits` digits for the raw `key` at `seconds` since the epoch, in steps of 30 seconds. */
export async function totpOfKey(
  key: Bytes,
  seconds: number,
  digits = 6,
): Promise<string> {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(seconds / 30)));
  const hmac = await crypto.subtle.importKey(
    "raw",
    key,
    { name: "HMAC", hash: "SHA-1" },
    false,
    ["sign"],
  );
  const mac = new DataView(
    await crypto.subtle.sign("HMAC", hmac, counter.buffer),
  );
  const offset = mac.getUint8(mac.byteLength - 1) & 0xf;
  const value = (mac.getUint32(offset) & 0x7fffffff) % 10 ** digits;
  return String(value).padStart(digits, "0");
}

/** The six-digit code for a base32 `secret` at `nowMs` milliseconds since the epoch. */
export function totp(secret: string, nowMs: number): Promise<string> {
  return totpOfKey(fromBase32(secret), nowMs / 1000);
}
