/** What an authenticator application shows; an implementation of the tests' own. */
export async function totp(secret: string, now: number): Promise<string> {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret]
    .map((char) => alphabet.indexOf(char).toString(2).padStart(5, "0"))
    .join("");
  const key = Uint8Array.from(
    bits.match(/.{8}/g) ?? [],
    (byte) => parseInt(byte, 2),
  );
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(now / 30_000)));
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const imported = await crypto.subtle
    .importKey("raw", key, algorithm, false, ["sign"]);
  const signed = await crypto.subtle.sign(algorithm, imported, counter.buffer);
  const mac = new DataView(signed);
  const number = mac.getUint32(mac.getUint8(19) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}
