/** The verifier: whether a token is genuine, meant for us, and still good. */
import type {
  Fetch,
  Metadata,
  OnDiagnostic,
  UnknownMetadata,
} from "../config.ts";
import { type Jwk, type Jwks, parseJwks } from "../wire/settings.ts";
import {
  TokenCache,
  type TokenCacheOptions,
  type VerifiedToken,
} from "./cache.ts";
import {
  checkClaims,
  createPolicy,
  type Policy,
  type PolicyOptions,
  refuse,
  type VerifiedClaims,
} from "./claims.ts";
import {
  decodeBytes,
  decodeClaims,
  decodeHeader,
  type JwtHeader,
  splitJwt,
} from "./decode.ts";
import {
  type JwtAlgorithm,
  KeySet,
  type Secret,
  type VerificationKey,
} from "./keys.ts";
import {
  type KeyCache,
  type KeyRequest,
  type KeySource,
  type RemoteKeys,
  shareKeys,
} from "./remote_keys.ts";
import { share } from "./shared.ts";

/** Whose tokens to accept, and where their keys are. */
export interface VerifierOptions extends PolicyOptions {
  /**
   * Where the keys are: a key set, with which there is never a request, or its
   * address, with neither user nor fragment.
   * @default {`/.well-known/jwks.json` of the server, when `url` is given}
   */
  readonly jwks?: Jwks | string | undefined;
  /**
   * The secret of a server that signs with HS256, as its settings show it, or
   * its bytes. Both this and keys may be given, as a rotation from one to the
   * other needs.
   */
  readonly secret?: string | Uint8Array<ArrayBuffer> | undefined;
  /** What to accept. @default {["HS256", "RS256", "ES256", "EdDSA"]} */
  readonly algorithms?: readonly JwtAlgorithm[] | undefined;
  /**
   * Verified tokens are remembered, in bounds that all verifiers of the process
   * share unless they are given here. `false` turns that off.
   */
  readonly cache?: false | TokenCacheOptions | undefined;
  /** Keeps keys between processes and regions. */
  readonly keyCache?: KeyCache | undefined;
  /** The project's API key: sent to the server's own address for keys only. */
  readonly key?: string | undefined;
  /** Sent to the server's own address for keys only. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What fetches keys. @default {globalThis.fetch, looked up when needed} */
  readonly fetch?: Fetch | undefined;
  /** The clock, in milliseconds since 1970. @default {Date.now} */
  readonly now?: (() => number) | undefined;
  /** Deadline of a fetch of keys, in milliseconds. @default {10_000} */
  readonly timeoutMs?: number | undefined;
  /** Told what happens inside; the library writes to no console. */
  readonly onDiagnostic?: OnDiagnostic | undefined;
}

/** How one token is verified. */
export interface VerifyOptions extends KeyRequest {
  /** Whether to use the cache of verified tokens. @default {true} */
  readonly cache?: boolean | undefined;
}

/** Verifies tokens. */
export interface Verifier<M extends Metadata = UnknownMetadata> {
  /**
   * Verifies a token.
   *
   * @param token The token; null and undefined are refused as `jwt_missing`.
   * @param options How to do it.
   * @returns What it says.
   * @throws {AuthTokenError} When it is refused; `code` says why.
   * @throws {AuthNetworkError} When keys are needed and no answer comes.
   * @throws {AuthResponseError} When the answer is no key set.
   */
  verify(
    token: string | null | undefined,
    options?: VerifyOptions,
  ): Promise<VerifiedToken<M>>;
  /**
   * What a token says, if it was verified a while ago and is still good.
   *
   * @param token The token.
   * @returns As of `verify`, or undefined: then ask that.
   */
  peek(token: string): VerifiedToken<M> | undefined;
  /**
   * Fetches the keys unless they are fresh, so that the first token need not
   * wait for them.
   *
   * @param request How to do it.
   */
  prefetch(request?: KeyRequest): Promise<void>;
}

const sharedTokens = new TokenCache();
/** The keys that verifiers were given. */
const sharedKeys = new Map<Jwks | Secret, KeySet>();

/**
 * Makes a verifier of access tokens. Nothing happens until the first token: no
 * request, no import of keys, no timer.
 *
 * The issuer must be `url`, or what `issuer` says; the audience
 * `authenticated`, unless `audience` says otherwise; `exp`, `sub` and `iat`
 * must be there. Keys are fetched when the first token needs them and kept
 * for the whole process; verified tokens are remembered.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725}
 * @param options Whose tokens to accept, and where their keys are.
 * @returns The verifier.
 * @throws {TypeError} When an option has a wrong type, or there is neither
 * `url` nor `issuer`.
 *
 * @example Tokens of a hosted project
 * ```ts
 * import { createVerifier } from "@gotrue/edge/jwt";
 *
 * const verifier = createVerifier({ url: "https://project.supabase.co/auth/v1" });
 * console.log(verifier.peek("no token was verified yet")); // undefined
 * ```
 *
 * @example A server that signs with a secret and names no issuer
 * ```ts
 * import { createVerifier, decodeJwt } from "@gotrue/edge/jwt";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const { anonKey } = createEmulator();
 * const verifier = createVerifier({
 *   issuer: null,
 *   secret: "super-secret-jwt-token-with-at-least-32-characters-long",
 * });
 * try {
 *   await verifier.verify(anonKey);
 * } catch (error) {
 *   console.log(decodeJwt(anonKey).claims.role, (error as Error).message);
 * }
 * ```
 */
export function createVerifier<M extends Metadata = UnknownMetadata>(
  options: VerifierOptions,
): Verifier<M> {
  return new TokenVerifier<M>(options);
}

class TokenVerifier<M extends Metadata> implements Verifier<M> {
  readonly #policy: Policy;
  readonly #algorithms: readonly string[];
  readonly #secret: KeySet | undefined;
  readonly #given: KeySet | undefined;
  readonly #source: KeySource | undefined;
  readonly #tokens: TokenCache | undefined;
  readonly #now: () => number;
  #remote: RemoteKeys | undefined;
  /** Nearly all tokens have the same header. */
  #last: { readonly segment: string; readonly header: JwtHeader } | undefined;

  constructor(options: VerifierOptions) {
    const { secret, jwks, cache, now = Date.now } = options;
    this.#policy = createPolicy(options);
    // Of text only letters are left, which are the name of no algorithm.
    this.#algorithms = [
      ...options.algorithms ?? ["HS256", "RS256", "ES256", "EdDSA"],
    ];
    if (secret !== undefined) {
      checkSecret(secret);
      this.#secret = share(sharedKeys, secret, () => new KeySet(secret));
    }
    checkAddress(options.url);
    checkAddress(jwks);
    if (jwks !== undefined && typeof jwks !== "string") {
      this.#given = share(sharedKeys, jwks, () => new KeySet(keysOf(jwks)));
    } else this.#source = toSource(options);
    if (cache !== false) {
      this.#tokens = cache ? new TokenCache(cache) : sharedTokens;
    }
    this.#now = now;
  }

  async verify(
    token: string | null | undefined,
    options: VerifyOptions = {},
  ): Promise<VerifiedToken<M>> {
    const isCached = options.cache !== false;
    const hit = isCached && token && this.peek(token);
    if (hit) return hit;
    const [first, second, third] = splitJwt(token);
    const header = this.#readHeader(first);
    const signature = decodeBytes(third);
    const claims = decodeClaims<M>(second);
    checkClaims(claims, this.#policy, this.#now());
    const key = this.#peekKeys(header.alg)?.peek(header) ??
      await this.#findKey(header, options);
    // Form, policy and key are settled by now.
    await checkSignature(key, signature, `${first}.${second}`);
    const result: VerifiedToken<M> = {
      claims: claims as unknown as VerifiedClaims<M>,
      header,
      token: token as string,
    };
    if (isCached) this.#tokens?.add({ result, key });
    return result;
  }

  peek(token: string): VerifiedToken<M> | undefined {
    const entry = this.#tokens?.get(token);
    if (!entry || !this.#accepts(entry.key)) return;
    try {
      checkClaims(entry.result.claims, this.#policy, this.#now());
    } catch {
      return;
    }
    return entry.result as VerifiedToken<M>;
  }

  async prefetch(request: KeyRequest = {}): Promise<void> {
    if (this.#source) await this.#remoteKeys().prefetch(this.#source, request);
  }

  /** Whether a token's key is one that this verifier would choose today. */
  #accepts(key: VerificationKey): boolean {
    return this.#algorithms.includes(key.alg) &&
      this.#peekKeys(key.alg)?.peek(key) === key;
  }

  #readHeader(segment: string): JwtHeader {
    if (this.#last?.segment === segment) return this.#last.header;
    const header = decodeHeader(segment);
    const { alg, typ = "JWT" } = header;
    // With these a token would choose its own key, or mean something else.
    const refused = /^(crit|jwk|jku|x5[uc]|b64|zip|enc|cty)$/;
    if (
      Object.keys(header).some((name) => refused.test(name)) ||
      typeof typ !== "string" || !/^(application\/)?(at\+)?jwt$/i.test(typ)
    ) throw refuse("jwt_header_unsupported");
    if (!this.#algorithms.includes(alg)) {
      throw refuse("jwt_algorithm_not_allowed");
    }
    this.#last = { segment, header: Object.freeze(header) };
    return header;
  }

  /** The keys for an algorithm, if they are at hand. */
  #peekKeys(alg: string): KeySet | undefined {
    return alg === "HS256"
      ? this.#secret
      : this.#given ?? this.#remote?.peek(this.#now());
  }

  async #findKey(
    header: JwtHeader,
    request: KeyRequest,
  ): Promise<VerificationKey> {
    const { alg } = header;
    if (this.#source && alg !== "HS256") {
      return await this.#remoteKeys().find(header, this.#source, request);
    }
    const key = await this.#peekKeys(alg)?.find(header);
    if (key) return key;
    throw refuse("jwt_key_not_found");
  }

  #remoteKeys(): RemoteKeys {
    return this.#remote ??= shareKeys(this.#source as KeySource);
  }
}

async function checkSignature(
  { parameters, key }: VerificationKey,
  signature: Uint8Array<ArrayBuffer>,
  input: string,
): Promise<void> {
  const bytes = new TextEncoder().encode(input);
  let isGenuine;
  try {
    isGenuine = await crypto.subtle.verify(parameters, key, signature, bytes);
  } catch {
    // What a platform says of a bad signature would help but an attacker.
  }
  if (!isGenuine) throw refuse("jwt_signature_invalid");
}

function toSource(options: VerifierOptions): KeySource | undefined {
  const { url, jwks, key, headers, now = Date.now } = options;
  const common = { ...options, now, timeoutMs: options.timeoutMs ?? 10_000 };
  // A foreign host must see neither the API key nor what a gateway asks for.
  if (typeof jwks === "string") return { ...common, url: jwks, headers: {} };
  if (url === undefined) return;
  return {
    ...common,
    url: `${url.replace(/\/+$/, "")}/.well-known/jwks.json`,
    headers: { ...(key && { apikey: key }), ...headers },
  };
}

function keysOf(jwks: Jwks): readonly Jwk[] {
  try {
    return parseJwks(jwks).keys;
  } catch {
    throw new TypeError("Cannot use jwks: it must be a key set");
  }
}

/** Shown in errors, it must hold no user and no fragment. */
function checkAddress(address: unknown): void {
  if (typeof address === "string" && !/^https?:[^@#]+$/i.test(address)) {
    throw new TypeError("Cannot use url or jwks: it must be http");
  }
}

/** Whoever takes a public key for a secret lets everybody sign. */
function checkSecret(secret: Secret): void {
  if (!secret.length || /^\s*({|-----BEGIN)/.test(secret as string)) {
    throw new TypeError("Cannot use secret: it must be secret");
  }
}
