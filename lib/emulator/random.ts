import { sha256 } from "./hash.ts";
import { concat, toHex, utf8 } from "./encoding.ts";

/** The nil UUID, which the server treats as absent. */
export const NIL_UUID = "00000000-0000-0000-0000-000000000000";

const TOKEN_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const PRINTABLE =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** The one source of chance of an emulator: the platform's, or a stream determined by a seed. */
export class Random {
  readonly #fill: (bytes: Uint8Array<ArrayBuffer>) => void;

  constructor(seed?: string | number) {
    this.#fill = seed === undefined
      ? (bytes) => void crypto.getRandomValues(bytes)
      : seededFill(String(seed));
  }

  /** `length` random bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    this.#fill(bytes);
    return bytes;
  }

  /** A number in [0, 1) with 32 bits. */
  fraction(): number {
    return new DataView(this.bytes(4).buffer).getUint32(0) / 0x100000000;
  }

  /** A UUID of version 4. */
  uuid(): string {
    const bytes = this.bytes(16);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = toHex(bytes);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${
      hex.slice(16, 20)
    }-${hex.slice(20)}`;
  }

  /** `length` characters of the alphabet of refresh tokens. */
  token(length: number): string {
    let text = "";
    for (const byte of this.bytes(length)) text += TOKEN_ALPHABET[byte & 31];
    return text;
  }

  /** `length` letters and digits. */
  text(length: number): string {
    let text = "";
    for (let i = 0; i < length; i++) {
      text += PRINTABLE[Math.floor(this.fraction() * 62)];
    }
    return text;
  }

  /** `length` decimal digits, each uniform. */
  digits(length: number): string {
    let text = "";
    for (let i = 0; i < length; i++) text += Math.floor(this.fraction() * 10);
    return text;
  }
}

function seededFill(seed: string): (bytes: Uint8Array<ArrayBuffer>) => void {
  const key = sha256(utf8(seed));
  let counter = 0;
  let pool = new Uint8Array(0);
  let used = 0;
  return (bytes) => {
    for (let i = 0; i < bytes.length; i++) {
      if (used === pool.length) {
        pool = sha256(
          concat(key, new Uint8Array(new Float64Array([counter++]).buffer)),
        );
        used = 0;
      }
      bytes[i] = pool[used++]!;
    }
  };
}
