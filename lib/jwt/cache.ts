/** Tokens that were verified, so that their next use costs next to nothing. */
import type { Metadata } from "../config.ts";
import type { JwtHeader } from "./decode.ts";
import type { VerifiedClaims } from "./claims.ts";
import type { VerificationKey } from "./keys.ts";

/** A token that was verified. */
export interface VerifiedToken<M extends Metadata> {
  /** What it says. Frozen, unless the cache is off. */
  readonly claims: VerifiedClaims<M>;
  /** How it is signed. */
  readonly header: JwtHeader;
  /** The token itself, to be passed on. */
  readonly token: string;
}

/** Bounds of a cache of verified tokens. */
export interface TokenCacheOptions {
  /** How many tokens. @default {1000} */
  readonly maxEntries?: number;
  /** How much memory, estimated, in bytes. @default {8_000_000} */
  readonly maxBytes?: number;
}

/** A verified token and the key that verified it. */
export interface CachedToken {
  readonly result: VerifiedToken<Metadata>;
  readonly key: VerificationKey;
}

/** The token and what was parsed of it, by the character. */
const BYTES_PER_CHARACTER = 4;

/**
 * A bounded cache. Entries are found by a hash of some characters, since
 * hashing all of them takes longer than the rest; the token is then compared
 * as a whole, so that tokens of the same hash do no more than replace one
 * another.
 */
export class TokenCache {
  readonly #entries = new Map<number, CachedToken>();
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  #bytes = 0;

  /**
   * Makes an empty cache.
   *
   * @param options The bounds.
   */
  constructor({ maxEntries = 1000, maxBytes = 8e6 }: TokenCacheOptions = {}) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  /**
   * Finds a token.
   *
   * @param token The token.
   * @returns What was added of it, if it is still there.
   */
  get(token: string): CachedToken | undefined {
    const entry = this.#entries.get(hash(token));
    return entry?.result.token === token ? entry : undefined;
  }

  /**
   * Adds a token, and drops the oldest ones beyond the bounds.
   *
   * @param entry What was verified; frozen from now on.
   */
  add(entry: CachedToken): void {
    const index = hash(entry.result.token);
    freeze(entry.result);
    this.#drop(index);
    this.#entries.set(index, entry);
    this.#bytes += sizeOf(entry);
    for (const oldest of this.#entries.keys()) {
      if (
        this.#entries.size <= this.#maxEntries && this.#bytes <= this.#maxBytes
      ) break;
      this.#drop(oldest);
    }
  }

  #drop(index: number): void {
    const entry = this.#entries.get(index);
    if (entry) this.#bytes -= sizeOf(entry);
    this.#entries.delete(index);
  }
}

function sizeOf({ result }: CachedToken): number {
  return result.token.length * BYTES_PER_CHARACTER;
}

/**
 * Of the end of the signature, which is different in every token, but for the
 * last character, which may have few values.
 */
function hash(token: string): number {
  let sum = 0;
  for (let i = 2; i < 10; i++) {
    sum = sum << 4 ^ token.charCodeAt(token.length - i);
  }
  return sum;
}

function freeze(value: object): void {
  Object.freeze(value);
  for (const member of Object.values(value)) {
    if (typeof member === "object" && member !== null) freeze(member);
  }
}
