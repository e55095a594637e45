/** Keys to verify tokens with, and the choice among them. */
import type { JWSHeaderParameters } from "jose";
import type { Jwk } from "../wire/settings.ts";
import { refuse } from "./claims.ts";

/** The algorithms that the auth server can sign with. */
export type JwtAlgorithm =
  | "HS256"
  | "RS256"
  | "RS512"
  | "ES256"
  | "ES512"
  | "EdDSA";

/** A secret's text, of which the UTF-8 counts, or its bytes. */
export type Secret = string | Uint8Array<ArrayBuffer>;

/** What a key is chosen by: a token's header. */
interface KeyName {
  readonly alg: string;
  readonly kid?: string | undefined;
}

/** A key, ready for use with one algorithm. */
export interface VerificationKey extends KeyName {
  readonly key: CryptoKey;
  /** How the platform is to check signatures. */
  readonly parameters: EcdsaParams;
  /** What it was made of, as JSON; empty for a secret. */
  readonly material: string;
}

/** A key set or a secret, of which keys are made when tokens need them. */
export class KeySet {
  readonly #source: readonly Jwk[] | Secret;
  readonly #ready: VerificationKey[];

  /**
   * Makes a set without making its keys.
   *
   * @param source The keys of a set, or a secret.
   * @param previous The set before: where a key is the same, tokens that it has
   * verified stay good.
   */
  constructor(source: readonly Jwk[] | Secret, previous?: KeySet) {
    this.#source = source;
    const ready = previous ? previous.#ready : [];
    this.#ready = ready.filter((key) => key.material === this.#textOf(key));
  }

  /**
   * The key that a token names, if it was found before.
   *
   * @param header The token's.
   * @returns The key, or undefined.
   */
  peek({ alg, kid }: KeyName): VerificationKey | undefined {
    // A secret has no name, whatever its tokens call it.
    return this.#ready.find((key) =>
      key.alg === alg && (alg === "HS256" || key.kid === kid)
    );
  }

  /**
   * The key that a token names.
   *
   * @param header The token's.
   * @returns The key; undefined when the set does not have it.
   * @throws {AuthTokenError} `jwt_key_unsuitable` when the key of this name
   * cannot be used, not for this algorithm, or is not the only one.
   */
  async find(header: KeyName): Promise<VerificationKey | undefined> {
    const { alg, kid } = header;
    const known = this.peek(header);
    if (known) return known;
    // Nobody waits for jose before there are keys.
    const jose = alg === "HS256" ? null : await import("jose/jwks/local");
    try {
      const material = this.#textOf(header);
      if (material === "[]") return;
      const key = await (jose
        ? jose.createLocalJWKSet(JSON.parse(`{"keys":${material}}`))(
          header as JWSHeaderParameters,
        )
        : importSecret(this.#source as Secret));
      // Others may have found it meanwhile.
      if (!this.peek(header)) {
        const parameters = parametersOf(key, alg);
        this.#ready.push({ alg, kid, key, parameters, material });
      }
      return this.peek(header);
    } catch {
      // Of a key that cannot be used there is no more to say than that.
      if (kid !== undefined) throw refuse("jwt_key_unsuitable");
    }
  }

  /** The keys of a name as JSON, each once; empty for a secret. */
  #textOf({ alg, kid }: KeyName): string {
    if (alg === "HS256") return "";
    const named = (this.#source as readonly Jwk[])
      .filter((key) => kid === undefined || key.kid === kid);
    return `[${[...new Set(named.map((key) => JSON.stringify(key)))]}]`;
  }
}

/** How the platform checks signatures; throws for a key that is too short. */
function parametersOf({ algorithm }: CryptoKey, alg: string): EcdsaParams {
  const { name, modulusLength } = algorithm as RsaHashedKeyAlgorithm;
  // RFC 7518, section 3.3; other keys have no modulus.
  if (modulusLength < 2048) throw refuse("jwt_key_unsuitable");
  // Only ECDSA leaves the hash open: keys for others have theirs.
  return { name, hash: alg === "ES512" ? "SHA-512" : "SHA-256" };
}

async function importSecret(secret: Secret): Promise<CryptoKey> {
  const bytes = typeof secret === "string"
    ? new TextEncoder().encode(secret)
    : secret;
  const parameters = { name: "HMAC", hash: "SHA-256" };
  return await crypto.subtle
    .importKey("raw", bytes, parameters, false, ["verify"]);
}
