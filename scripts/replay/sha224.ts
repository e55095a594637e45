/**
 * SHA-224 (FIPS 180-4), which Web Crypto does not offer; the auth server hashes one-time codes with it.
 *
 * @module
 */
import { type Bytes, hex, utf8 } from "./encoding.ts";

const INITIAL = [
  0xc1059ed8,
  0x367cd507,
  0x3070dd17,
  0xf70e5939,
  0xffc00b31,
  0x68581511,
  0x64f98fa7,
  0xbefa4fa4,
];

/** The first 64 primes' cube roots: 32 bits after the point. */
const ROUND_CONSTANTS: Uint32Array = roundConstants();

function roundConstants(): Uint32Array {
  const out = new Uint32Array(64);
  for (let candidate = 2, count = 0; count < 64; candidate++) {
    if (isPrime(candidate)) {
      out[count++] = Math.floor((Math.cbrt(candidate) % 1) * 2 ** 32);
    }
  }
  return out;
}

function isPrime(n: number): boolean {
  for (let i = 2; i * i <= n; i++) if (n % i === 0) return false;
  return true;
}

function rotate(x: number, n: number): number {
  return x >>> n | x << (32 - n);
}

function padded(message: Uint8Array): DataView {
  const length = (message.length + 9 + 63) & ~63;
  const bytes = new Uint8Array(length);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(length - 8, BigInt(message.length) * 8n);
  return view;
}

function schedule(view: DataView, at: number): Uint32Array {
  const w = new Uint32Array(64);
  for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15]!, b = w[i - 2]!;
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ a >>> 3;
    const s1 = rotate(b, 17) ^ rotate(b, 19) ^ b >>> 10;
    w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
  }
  return w;
}

function compress(state: Uint32Array, w: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = h + s1 + (e & f ^ ~e & g) + ROUND_CONSTANTS[i]! + w[i]! | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = s0 + (a & b ^ a & c ^ b & c) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, d + t1 | 0, c, b, a, t1 + t2 | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, i) => state[i] = state[i]! + value);
}

/** The SHA-224 digest of bytes. */
export function sha224(message: Uint8Array): Bytes {
  const state = Uint32Array.from(INITIAL);
  const view = padded(message);
  for (let at = 0; at < view.byteLength; at += 64) {
    compress(state, schedule(view, at));
  }
  const out = new DataView(new ArrayBuffer(28));
  for (let i = 0; i < 7; i++) out.setUint32(4 * i, state[i]!);
  return new Uint8Array(out.buffer);
}

/** The SHA-224 digest of a text in hexadecimal digits. */
export function sha224Hex(text: string): string {
  return hex(sha224(utf8(text)));
}
