/** Verifying a token: locally, or where the keys are secret by asking for its user. */
import { type Metadata, withAccessToken } from "../config.ts";
import {
  checkClaims,
  createPolicy,
  type VerifiedClaims,
} from "../jwt/claims.ts";
import {
  decodeBytes,
  type DecodedJwt,
  decodeJwt,
  type JwtHeader,
} from "../jwt/decode.ts";
import type { Verifier, VerifierOptions } from "../jwt/verify.ts";
import type { RequestOptions } from "../request.ts";
import { fetchUser } from "../session/guard.ts";
import { liveSession } from "../session/refresher.ts";
import type { Jwk, Jwks } from "../wire/settings.ts";
import type { Context } from "./context.ts";

/** How one token is verified. */
export interface GetClaimsOptions {
  /** Keys that are known beforehand, in place of fetching them. */
  readonly jwks?: Jwks;
  /** The older name of `jwks`. */
  readonly keys?: readonly Jwk[];
  /** Accepts a token that has expired. @default {false} */
  readonly allowExpired?: boolean;
}

/** A token that was verified. */
export interface ClaimsResult<M extends Metadata> {
  /** What it says. */
  readonly claims: VerifiedClaims<M>;
  /** Algorithm, key and type. */
  readonly header: JwtHeader;
  /** Its third part, decoded. */
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** Tokens for which the server has named a user, per client. */
const MAX_ACCEPTED = 100;

/** Verifies the tokens of one client. */
export class ClaimsReader<M extends Metadata> {
  readonly #context: Context<M>;
  readonly #accepted: Set<string> = new Set();
  #verifier: Promise<Verifier<M>> | undefined;

  /** @param context The client's. */
  constructor(context: Context<M>) {
    this.#context = context;
  }

  /**
   * Verifies a token.
   *
   * @param jwt The token; the session's when there is none.
   * @param options How to do it.
   * @param request How to make a request, should one be needed.
   * @returns What it says; null when nobody is signed in.
   */
  async read(
    jwt: string | undefined,
    options: GetClaimsOptions,
    request?: RequestOptions,
  ): Promise<ClaimsResult<M> | null> {
    const token = jwt ?? await this.#sessionToken(request);
    if (token === null) return null;
    const decoded = decodeJwt<M>(token);
    const { secret } = this.#context.options.verifier ?? {};
    const isSecret = decoded.header.alg.startsWith("HS") && !secret;
    const claims = isSecret
      ? await this.#askServer(token, decoded, options, request)
      : await this.#verify(token, decoded, options, request);
    return { claims, header: decoded.header, signature: signatureOf(token) };
  }

  async #sessionToken(request?: RequestOptions): Promise<string | null> {
    const stored = await liveSession(this.#context.manager, request);
    return stored?.accessToken ?? null;
  }

  async #verify(
    token: string,
    decoded: DecodedJwt<M>,
    options: GetClaimsOptions,
    request?: RequestOptions,
  ): Promise<VerifiedClaims<M>> {
    const { jwks = options.keys && { keys: options.keys } } = options;
    // A verifier of its own, whose results must not be taken for the usual one's.
    const own = options.allowExpired || jwks !== undefined;
    const verifier = await (own
      ? this.#create({
        ...(jwks ? { jwks } : {}),
        now: () => this.#timeFor(decoded, options),
        cache: false,
      })
      : this.#verifier ??= this.#create({}));
    return (await verifier.verify(token, request)).claims;
  }

  async #create(options: Partial<VerifierOptions>): Promise<Verifier<M>> {
    // Not before it is needed: with a secret unknown here, it never is.
    const { createVerifier } = await import("./verifier.ts");
    const { config } = this.#context;
    return createVerifier<M>({
      ...config,
      now: () => this.#now(),
      ...this.#context.options.verifier,
      ...options,
    });
  }

  /** The server's own word, which is good for the very token only. */
  async #askServer(
    token: string,
    decoded: DecodedJwt<M>,
    options: GetClaimsOptions,
    request?: RequestOptions,
  ): Promise<VerifiedClaims<M>> {
    const { config, manager } = this.#context;
    const { verifier } = this.#context.options;
    const policy = createPolicy({ url: config.url, ...verifier });
    checkClaims(decoded.claims, policy, this.#timeFor(decoded, options));
    if (!this.#accepted.has(token)) {
      await fetchUser(manager, withAccessToken(config, token), request);
      this.#accept(token);
    }
    return decoded.claims as unknown as VerifiedClaims<M>;
  }

  #accept(token: string): void {
    const oldest = this.#accepted.values().next();
    if (this.#accepted.size >= MAX_ACCEPTED && !oldest.done) {
      this.#accepted.delete(oldest.value);
    }
    this.#accepted.add(token);
  }

  /** By the server's clock, which the session has told. */
  #now(): number {
    return -this.#context.manager.timeLeft({ expiresAt: 0 });
  }

  #timeFor({ claims }: DecodedJwt<M>, options: GetClaimsOptions): number {
    const now = this.#now();
    return options.allowExpired && claims.exp !== undefined
      ? Math.min(now, (claims.exp - 1) * 1000)
      : now;
  }
}

function signatureOf(token: string): Uint8Array<ArrayBuffer> {
  return decodeBytes(token.slice(token.lastIndexOf(".") + 1));
}
