import { fromBase32 } from "./encoding.ts";
import { hmacSha1 } from "./hash.ts";

const PERIOD = 30;
const DIGITS = 6;

/** The code of RFC 6238 (SHA-1, six digits, 30 s) for a base32 secret at a moment in milliseconds. */
export function totpCode(secret: string, now: number): string {
  return hotpCode(secret, Math.floor(now / 1000 / PERIOD));
}

/** Whether a code is right now, or one step before or after. */
export function isTotpCode(secret: string, code: string, now: number): boolean {
  const step = PERIOD * 1000;
  return [0, -step, step].some((shift) =>
    totpCode(secret, now + shift) === code.trim()
  );
}

/** RFC 4226. */
function hotpCode(secret: string, counter: number): string {
  const message = new DataView(new ArrayBuffer(8));
  message.setUint32(0, Math.floor(counter / 0x100000000));
  message.setUint32(4, counter >>> 0);
  const key = fromBase32(secret) ?? new Uint8Array();
  const mac = hmacSha1(key, new Uint8Array(message.buffer));
  const offset = mac[19]! & 0x0f;
  const number = new DataView(mac.buffer).getUint32(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, "0");
}
