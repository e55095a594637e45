/**
 * The code that an authenticator application would show: what the demo and the
 * examples type in.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6238}
 */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * @param secret In base32, as `mfa.enroll()` gives it.
 * @param now The time, in milliseconds since 1970.
 * @returns Six digits.
 */
export async function currentTotp(
  secret: string,
  now: number,
): Promise<string> {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(now / 30_000)));
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const key = await crypto.subtle.importKey(
    "raw",
    decodeBase32(secret),
    algorithm,
    false,
    ["sign"],
  );
  const mac = new DataView(
    await crypto.subtle.sign(algorithm, key, counter.buffer),
  );
  const offset = mac.getUint8(19) & 15;
  const number = mac.getUint32(offset) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

function decodeBase32(text: string): Uint8Array<ArrayBuffer> {
  const bits = [...text]
    .map((char) => ALPHABET.indexOf(char).toString(2).padStart(5, "0"))
    .join("");
  const bytes = bits.match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => parseInt(byte, 2));
}
