import { concat } from "./encoding.ts";

// FIPS 180-4. Synchronous, because API keys exist as soon as an emulator is constructed and
// because a simulation in virtual time must not wait for the platform's thread pool.

const BLOCK = 64;

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const K: Uint32Array = new Uint32Array([
  0x428a2f98,
  0x71374491,
  0xb5c0fbcf,
  0xe9b5dba5,
  0x3956c25b,
  0x59f111f1,
  0x923f82a4,
  0xab1c5ed5,
  0xd807aa98,
  0x12835b01,
  0x243185be,
  0x550c7dc3,
  0x72be5d74,
  0x80deb1fe,
  0x9bdc06a7,
  0xc19bf174,
  0xe49b69c1,
  0xefbe4786,
  0x0fc19dc6,
  0x240ca1cc,
  0x2de92c6f,
  0x4a7484aa,
  0x5cb0a9dc,
  0x76f988da,
  0x983e5152,
  0xa831c66d,
  0xb00327c8,
  0xbf597fc7,
  0xc6e00bf3,
  0xd5a79147,
  0x06ca6351,
  0x14292967,
  0x27b70a85,
  0x2e1b2138,
  0x4d2c6dfc,
  0x53380d13,
  0x650a7354,
  0x766a0abb,
  0x81c2c92e,
  0x92722c85,
  0xa2bfe8a1,
  0xa81a664b,
  0xc24b8b70,
  0xc76c51a3,
  0xd192e819,
  0xd6990624,
  0xf40e3585,
  0x106aa070,
  0x19a4c116,
  0x1e376c08,
  0x2748774c,
  0x34b0bcb5,
  0x391c0cb3,
  0x4ed8aa4a,
  0x5b9cca4f,
  0x682e6ff3,
  0x748f82ee,
  0x78a5636f,
  0x84c87814,
  0x8cc70208,
  0x90befffa,
  0xa4506ceb,
  0xbef9a3f7,
  0xc67178f2,
]);

const INITIAL_256: readonly number[] = [
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
];
const INITIAL_224: readonly number[] = [
  0xc1059ed8,
  0x367cd507,
  0x3070dd17,
  0xf70e5939,
  0xffc00b31,
  0x68581511,
  0x64f98fa7,
  0xbefa4fa4,
];
const INITIAL_1: readonly number[] = [
  0x67452301,
  0xefcdab89,
  0x98badcfe,
  0x10325476,
  0xc3d2e1f0,
];

type Compress = (state: Uint32Array, words: Uint32Array) => void;

function rotateRight(value: number, count: number): number {
  return (value >>> count) | (value << (32 - count));
}

function expandSha2(words: Uint32Array): void {
  for (let t = 16; t < 64; t++) {
    const a = words[t - 15]!;
    const b = words[t - 2]!;
    const s0 = rotateRight(a, 7) ^ rotateRight(a, 18) ^ (a >>> 3);
    const s1 = rotateRight(b, 17) ^ rotateRight(b, 19) ^ (b >>> 10);
    words[t] = words[t - 16]! + s0 + words[t - 7]! + s1;
  }
}

function compressSha2(state: Uint32Array, words: Uint32Array): void {
  expandSha2(words);
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!;
  let e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
  for (let t = 0; t < 64; t++) {
    const s1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
    const first = (h + s1 + ((e & f) ^ (~e & g)) + K[t]! + words[t]!) | 0;
    const s0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  addTo(state, [a, b, c, d, e, f, g, h]);
}

function compressSha1(state: Uint32Array, words: Uint32Array): void {
  for (let t = 16; t < 80; t++) {
    words[t] = rotateRight(
      words[t - 3]! ^ words[t - 8]! ^ words[t - 14]! ^ words[t - 16]!,
      31,
    );
  }
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!, e = state[4]!;
  for (let t = 0; t < 80; t++) {
    const next = (rotateRight(a, 27) + mixSha1(t, b, c, d) + e + words[t]!) | 0;
    e = d;
    d = c;
    c = rotateRight(b, 2);
    b = a;
    a = next;
  }
  addTo(state, [a, b, c, d, e]);
}

function mixSha1(t: number, b: number, c: number, d: number): number {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

function addTo(state: Uint32Array, values: readonly number[]): void {
  for (let i = 0; i < values.length; i++) state[i] = state[i]! + values[i]!;
}

function pad(message: Uint8Array): Uint8Array {
  const length = Math.ceil((message.length + 9) / BLOCK) * BLOCK;
  const padded = new Uint8Array(length);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, Math.floor(message.length / 0x20000000));
  view.setUint32(length - 4, (message.length << 3) >>> 0);
  return padded;
}

function digest(
  message: Uint8Array,
  initial: readonly number[],
  compress: Compress,
  size: number,
): Uint8Array<ArrayBuffer> {
  const state = new Uint32Array(initial);
  const words = new Uint32Array(80);
  const padded = pad(message);
  const view = new DataView(padded.buffer);
  for (let offset = 0; offset < padded.length; offset += BLOCK) {
    for (let t = 0; t < 16; t++) words[t] = view.getUint32(offset + t * 4);
    compress(state, words);
  }
  const out = new DataView(new ArrayBuffer(state.length * 4));
  state.forEach((word, i) => out.setUint32(i * 4, word));
  return new Uint8Array(out.buffer).slice(0, size);
}

/** SHA-1 (20 bytes), for TOTP. */
export function sha1(message: Uint8Array): Uint8Array<ArrayBuffer> {
  return digest(message, INITIAL_1, compressSha1, 20);
}

/** SHA-224 (28 bytes), for the hashes of one-time tokens. */
export function sha224(message: Uint8Array): Uint8Array<ArrayBuffer> {
  return digest(message, INITIAL_224, compressSha2, 28);
}

/** SHA-256 (32 bytes). */
export function sha256(message: Uint8Array): Uint8Array<ArrayBuffer> {
  return digest(message, INITIAL_256, compressSha2, 32);
}

function hmac(
  hash: (message: Uint8Array) => Uint8Array,
  key: Uint8Array,
  message: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  block.set(key.length > BLOCK ? hash(key) : key);
  const inner = hash(concat(block.map((byte) => byte ^ 0x36), message));
  return hash(concat(block.map((byte) => byte ^ 0x5c), inner)) as Uint8Array<
    ArrayBuffer
  >;
}

/** HMAC-SHA-256 (RFC 2104). */
export function hmacSha256(
  key: Uint8Array,
  message: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return hmac(sha256, key, message);
}

/** HMAC-SHA-1 (RFC 2104). */
export function hmacSha1(
  key: Uint8Array,
  message: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return hmac(sha1, key, message);
}
