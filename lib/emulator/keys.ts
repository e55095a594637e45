import { crc32 } from "./crc32.ts";
import { fromBase64Url, toBase64Url, utf8 } from "./encoding.ts";
import { hmacSha256 } from "./hash.ts";
import type { Random } from "./random.ts";
import type { Settings } from "./settings.ts";

/** A key as JSON (RFC 7517). */
export interface Jwk {
  /** oct, RSA, EC or OKP. */
  readonly kty: string;
  /** The key's name; "" for the plain secret without a name. */
  readonly kid: string;
  /** HS256, RS256, RS512, ES256, ES512 or EdDSA. */
  readonly alg: string;
  /** What the key is for; exactly one key signs. */
  readonly key_ops: readonly string[];
  /** Members of the key itself. */
  readonly [member: string]: unknown;
}

/** A set of keys. */
export interface Jwks {
  /** The keys. */
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** How {@linkcode EmulatorKeys.rotate} changes keys. */
export interface RotateOptions {
  /** The algorithm of the new key (default ES256). */
  readonly alg?: "ES256" | "RS256" | "EdDSA";
  /** Drops the former keys: their tokens fail at once. Otherwise they go on verifying. */
  readonly revoke?: boolean;
}

/** The keys of an emulator, as a test sees them. */
export interface EmulatorKeys {
  /** The secret of HS256. */
  readonly secret: string;
  /** The public keys as `/.well-known/jwks.json` gives them. */
  jwks(): Promise<Jwks>;
  /** Makes a new signing key. */
  rotate(options?: RotateOptions): Promise<{ readonly kid: string }>;
}

/** A key without what is secret of it. */
export interface KeyDescription {
  /** The key's name, "" for none. */
  readonly kid: string;
  /** Its algorithm. */
  readonly alg: string;
  /** Whether new tokens are signed with it. */
  readonly signs: boolean;
  /** Members of the public key. */
  readonly [member: string]: unknown;
}

/** Where keys outlast a process. */
export interface KeyStore {
  /** The keys under a name. */
  load(name: string): readonly unknown[] | undefined;
  /** Keeps keys under a name. */
  save(name: string, keys: readonly unknown[]): void;
}

const ALGORITHMS = ["HS256", "RS256", "RS512", "ES256", "ES512", "EdDSA"];
const PUBLIC_MEMBERS = ["kty", "kid", "alg", "n", "e", "crv", "x", "y"];

/** How Web Crypto makes the signatures of RFC 7518 and RFC 8037. */
const SIGNING: Readonly<Record<string, AlgorithmIdentifier | EcdsaParams>> = {
  RS256: "RSASSA-PKCS1-v1_5",
  RS512: "RSASSA-PKCS1-v1_5",
  ES256: { name: "ECDSA", hash: "SHA-256" },
  ES512: { name: "ECDSA", hash: "SHA-512" },
  EdDSA: "Ed25519",
};

const MAX_VERIFIED = 1000;

/** Keys that sign and verify. Generated keys come into being at their first use. */
export class KeyRing implements EmulatorKeys {
  readonly secret: string;
  /** The claims of tokens whose signature was found valid under the present keys. */
  readonly verified: Map<string, Readonly<Record<string, unknown>>> = new Map();
  readonly #random: Random;
  readonly #secretKey: Jwk;
  readonly #methods: readonly string[];
  readonly #imported = new Map<string, Promise<CryptoKey>>();
  #keys: readonly Jwk[];
  #generating: Promise<void> | undefined;
  #save: (() => void) | undefined;

  constructor(settings: Settings, random: Random, generates: boolean) {
    this.secret = settings.GOTRUE_JWT_SECRET;
    this.#random = random;
    this.#secretKey = {
      kty: "oct",
      kid: settings.GOTRUE_JWT_KEY_ID,
      alg: "HS256",
      key_ops: ["sign", "verify"],
      k: toBase64Url(utf8(this.secret)),
    };
    this.#methods = settings.GOTRUE_JWT_VALID_METHODS;
    const configured = settings.GOTRUE_JWT_KEYS;
    this.#keys = configured === ""
      ? generates ? [] : [this.#secretKey]
      : parseKeys(configured);
  }

  /** Takes up the keys that were made from the same settings before, and keeps what is made from now on. */
  persist(name: string, store: KeyStore): void {
    const origin = crc32(utf8(JSON.stringify(this.#keys))).toString(16);
    const fullName = `${name} ${origin}`;
    const saved = store.load(fullName);
    if (saved !== undefined) this.#keys = saved as readonly Jwk[];
    this.#save = () => store.save(fullName, this.#keys);
  }

  /** Notes what a token with a valid signature says; only so many are kept. */
  remember(token: string, claims: Readonly<Record<string, unknown>>): void {
    if (this.verified.size >= MAX_VERIFIED) {
      const [oldest] = this.verified.keys();
      this.verified.delete(oldest!);
    }
    this.verified.set(token, claims);
  }

  /** The key that signs. */
  async signer(): Promise<Jwk> {
    if (this.#keys.length === 0) {
      await (this.#generating ??= this.#generate("ES256").then(this.#save));
    }
    return this.#keys.find((key) => key.key_ops.includes("sign")) ??
      this.#secretKey;
  }

  /** Whether tokens of an algorithm are accepted at all. */
  async accepts(alg: string): Promise<boolean> {
    await this.signer();
    if (this.#methods.length > 0) return this.#methods.includes(alg);
    return this.#keys.some((key) => key.alg === alg);
  }

  /** The key for a token's header. */
  find(alg: string, kid: unknown): Jwk | undefined {
    const named = this.#keys.find((key) => key.kid !== "" && key.kid === kid);
    if (named !== undefined) return named;
    return alg === "HS256" ? this.#secretKey : undefined;
  }

  async jwks(): Promise<Jwks> {
    await this.signer();
    const keys = this.#keys.filter((key) => key.kty !== "oct").map((key) => ({
      ...publicHalf(key),
      use: "sig",
      key_ops: ["verify"],
    }));
    return { keys };
  }

  /** All keys without what is secret of them, the one that signs first. */
  async list(): Promise<readonly KeyDescription[]> {
    const signer = await this.signer();
    const others = this.#keys.filter((key) => key !== this.#secretKey);
    const hasSecret = others.length < this.#keys.length ||
      await this.accepts("HS256");
    const keys = hasSecret ? [...others, this.#secretKey] : others;
    return keys.map((key) => ({
      ...publicHalf(key),
      kid: key.kid,
      alg: key.alg,
      signs: key === signer,
    }));
  }

  async rotate(options: RotateOptions = {}): Promise<{ readonly kid: string }> {
    await this.signer();
    const former = options.revoke
      ? []
      : this.#keys.map((key) => ({ ...key, key_ops: ["verify"] }));
    await this.#generate(options.alg ?? "ES256");
    this.#keys = [...this.#keys, ...former];
    this.verified.clear();
    this.#save?.();
    return { kid: this.#keys[0]!.kid };
  }

  /** Signs the first two parts of a token. HS256 needs no waiting. */
  sign(key: Jwk, data: string): Uint8Array | Promise<Uint8Array> {
    return key.kty === "oct"
      ? hmacSha256(secretBytes(key), utf8(data))
      : this.#sign(key, data);
  }

  /** Checks a signature. */
  async verify(key: Jwk, token: string): Promise<boolean> {
    const { compactVerify, errors } = await import("jose");
    try {
      await compactVerify(token, await this.#import(key, "verify"), {
        algorithms: [key.alg],
      });
      return true;
    } catch (error) {
      if (error instanceof errors.JOSEError) return false;
      throw error;
    }
  }

  async #sign(key: Jwk, data: string): Promise<Uint8Array> {
    const signature = await crypto.subtle.sign(
      SIGNING[key.alg]!,
      await this.#import(key, "sign"),
      utf8(data),
    );
    return new Uint8Array(signature);
  }

  #import(key: Jwk, use: "sign" | "verify"): Promise<CryptoKey> {
    const name = `${use} ${key.kid}`;
    let imported = this.#imported.get(name);
    if (imported === undefined) {
      imported = importKey(use === "sign" ? privateHalf(key) : publicHalf(key));
      this.#imported.set(name, imported);
    }
    return imported;
  }

  async #generate(alg: string): Promise<void> {
    const { exportJWK, generateKeyPair } = await import("jose");
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    const members = await exportJWK(privateKey);
    const kid = this.#random.uuid();
    this.#keys = [{ ...members, kid, alg, key_ops: ["sign", "verify"] } as Jwk];
    this.#generating = undefined;
  }
}

/** The bytes of a symmetric key. */
export function secretBytes(key: Jwk): Uint8Array {
  return fromBase64Url(String(key["k"])) ?? new Uint8Array();
}

function publicHalf(key: Jwk): Record<string, unknown> {
  const members = PUBLIC_MEMBERS.filter((name) => name in key);
  return Object.fromEntries(members.map((name) => [name, key[name]]));
}

function privateHalf(key: Jwk): Record<string, unknown> {
  const { key_ops: _ops, use: _use, ...members } = key;
  return members;
}

async function importKey(members: Record<string, unknown>): Promise<CryptoKey> {
  const { importJWK } = await import("jose");
  return await importJWK(members) as CryptoKey;
}

function parseKeys(text: string): readonly Jwk[] {
  const keys = parseJson(text);
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new TypeError("GOTRUE_JWT_KEYS must be a JSON array of keys");
  }
  for (const key of keys) {
    if (!ALGORITHMS.includes(key?.alg) || typeof key.kid !== "string") {
      throw new TypeError(
        `GOTRUE_JWT_KEYS must give each key a kid and an alg of ${ALGORITHMS}`,
      );
    }
    if (!Array.isArray(key.key_ops)) {
      throw new TypeError("GOTRUE_JWT_KEYS must give each key its key_ops");
    }
  }
  if (keys.filter((key) => key.key_ops.includes("sign")).length !== 1) {
    throw new TypeError(
      "GOTRUE_JWT_KEYS must have exactly one key with sign in its key_ops",
    );
  }
  return keys;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
