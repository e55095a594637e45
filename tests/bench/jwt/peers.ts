/**
 * The libraries to compare with. They are handed in by the program that
 * `scripts/bench_jwt.ts` writes, since they are no dependencies of ours; here
 * stands only what is called of them.
 */
import { createVerifier } from "../../../lib/jwt/mod.ts";
import { type Fixture, SECRET, URL_ } from "./fixtures.ts";

/** Verifies a token and returns or resolves with its claims. */
export type Verify = (token: string) => unknown;

/** What is called of the other libraries; a runtime may lack some. */
export interface Peers {
  readonly jose?: {
    jwtVerify(
      token: string,
      key: unknown,
      options: object,
    ): Promise<{ payload: unknown }>;
    createLocalJWKSet(jwks: object): unknown;
  };
  readonly hono?: {
    verify(token: string, key: unknown, options: object): Promise<unknown>;
  };
  readonly fastJwt?: {
    createVerifier(options: object): (token: string) => unknown;
  };
  readonly authJs?: {
    AuthClient: new (options: object) => {
      getClaims(
        token: string,
        options: object,
      ): Promise<
        { data: { claims: unknown } | null; error: Error | null }
      >;
    };
  };
}

/** A library and how it verifies. */
export interface Adapter {
  readonly name: string;
  /** Answers at once rather than by a promise. */
  readonly isSync?: boolean;
  readonly verify: Verify;
}

/** Ours without the cache of tokens. */
export function createOurs({ jwk }: Fixture): Verify {
  const keys = jwk ? [jwk] : [];
  const verifier = createVerifier({
    url: URL_,
    jwks: { keys },
    secret: SECRET,
    cache: false,
  });
  return async (token) => (await verifier.verify(token)).claims;
}

/** The platform alone: tokens are known beforehand, nothing is parsed. */
export function createRaw({ key, parameters, parts, tokens }: Fixture): Verify {
  const byToken = new Map(tokens.map((token, i) => [token, parts[i]]));
  return async (token) => {
    const [signature, input] = byToken.get(token) as typeof parts[number];
    return await crypto.subtle.verify(parameters, key, signature, input);
  };
}

/** jose with a key that is imported already. */
export function createJose({ alg, key }: Fixture, peers: Peers): Verify {
  const options = {
    issuer: URL_,
    audience: "authenticated",
    algorithms: [alg],
    clockTolerance: 5,
  };
  return async (token) =>
    (await peers.jose?.jwtVerify(token, key, options))?.payload;
}

/** All that can verify the tokens of an algorithm here. */
export function createAdapters(fixture: Fixture, peers: Peers): Adapter[] {
  const adapters: Adapter[] = [
    { name: "raw", verify: createRaw(fixture) },
    { name: "ours", verify: createOurs(fixture) },
  ];
  const add = (name: string, verify: Verify, isSync = false) =>
    void adapters.push({ name, verify, isSync });
  if (peers.jose) add("jose, CryptoKey", createJose(fixture, peers));
  if (peers.jose && fixture.jwk) add("jose, JWKS", joseSet(fixture, peers));
  if (peers.hono) add("hono, CryptoKey", createHono(fixture, peers));
  if (peers.fastJwt) {
    add("fast-jwt", createFastJwt(fixture, peers, false), true);
  }
  if (peers.authJs && /^[RE]S/.test(fixture.alg)) {
    add("auth-js getClaims", createAuthJs(fixture, peers));
  }
  return adapters;
}

function joseSet({ jwk }: Fixture, { jose }: Peers): Verify {
  const set = jose?.createLocalJWKSet({ keys: [jwk] });
  const options = { issuer: URL_, audience: "authenticated" };
  return async (token) => (await jose?.jwtVerify(token, set, options))?.payload;
}

function createHono({ alg, key }: Fixture, { hono }: Peers): Verify {
  const options = { alg, iss: URL_, aud: "authenticated" };
  return async (token) => await hono?.verify(token, key, options);
}

/** fast-jwt, with its own cache or without. */
export function createFastJwt(
  { alg, text }: Fixture,
  { fastJwt }: Peers,
  cache: boolean,
): Verify {
  const options = {
    key: text,
    algorithms: [alg],
    allowedIss: URL_,
    allowedAud: "authenticated",
    cache,
  };
  return fastJwt?.createVerifier(options) as Verify;
}

function createAuthJs({ jwk }: Fixture, { authJs }: Peers): Verify {
  const client = authJs && new authJs.AuthClient({
    url: URL_,
    autoRefreshToken: false,
    persistSession: false,
    fetch: () => Promise.reject(new Error("No request is expected")),
  });
  const options = { jwks: { keys: [jwk] } };
  return async (token) => {
    const { data, error } = await client?.getClaims(token, options) ?? {};
    if (error) throw error;
    return data?.claims;
  };
}
