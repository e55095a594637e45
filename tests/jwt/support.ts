/** Keys, tokens and servers of keys for the tests of this folder. */
import type { Fetch } from "../../lib/config.ts";
import type { Jwk, Jwks } from "../../lib/wire/settings.ts";

/** The time of all tests unless they say otherwise, in milliseconds. */
export const NOW = 1_795_456_500_000;
/** The same in seconds. */
export const SECONDS: number = NOW / 1000;
export const URL_ = "https://auth.example/auth/v1";
export const SECRET = "a secret of more than thirty-two characters";

export type Members = Readonly<Record<string, unknown>>;

/** Signs tokens, and the key to verify them with. */
export interface Signer {
  readonly alg: string;
  readonly jwk: Jwk;
  readonly key: CryptoKey;
  sign(claims: Members | string, header?: Members | string): Promise<string>;
  signRaw(input: string): Promise<Uint8Array<ArrayBuffer>>;
}

const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const GENERATION: Record<string, Members> = {
  RS256: { ...RSA, hash: "SHA-256" },
  RS512: { ...RSA, hash: "SHA-512" },
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  ES384: { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" },
  EdDSA: { name: "Ed25519" },
};

/** A new key pair and what signs with it. */
export async function createSigner(
  alg: string,
  kid?: string,
  overrides: Members = {},
): Promise<Signer> {
  const parameters = { ...GENERATION[alg], ...overrides };
  const pair = await crypto.subtle.generateKey(
    parameters as unknown as EcKeyGenParams,
    true,
    ["sign", "verify"],
  ) as CryptoKeyPair;
  const { ext: _, key_ops: __, ...jwk } = await crypto.subtle
    .exportKey("jwk", pair.publicKey);
  const named = { ...jwk, alg, use: "sig", ...(kid ? { kid } : {}) } as Jwk;
  return toSigner(alg, named, pair.privateKey, parameters);
}

/** What signs with a shared secret. */
export async function createSecretSigner(
  secret: string | Uint8Array<ArrayBuffer> = SECRET,
): Promise<Signer> {
  const bytes = typeof secret === "string"
    ? new TextEncoder().encode(secret)
    : secret;
  const parameters = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle
    .importKey("raw", bytes, parameters, false, ["sign"]);
  return toSigner("HS256", { kty: "oct" }, key, parameters);
}

function toSigner(
  alg: string,
  jwk: Jwk,
  key: CryptoKey,
  parameters: Members,
): Signer {
  const signRaw = async (input: string) =>
    new Uint8Array(
      await crypto.subtle.sign(
        parameters as unknown as EcdsaParams,
        key,
        new TextEncoder().encode(input),
      ),
    );
  const kid = jwk.kid === undefined ? {} : { kid: jwk.kid };
  return {
    alg,
    jwk,
    key,
    signRaw,
    async sign(claims, header = {}) {
      const full = typeof header === "string"
        ? header
        : { alg, typ: "JWT", ...kid, ...header };
      const input = `${encode(full)}.${encode(claims)}`;
      return `${input}.${encode(await signRaw(input))}`;
    },
  };
}

/** Base64url of bytes, of text, or of a value's JSON. */
export function encode(value: Uint8Array | string | Members): string {
  const bytes = value instanceof Uint8Array ? value : new TextEncoder().encode(
    typeof value === "string" ? value : JSON.stringify(value),
  );
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_")
    .replaceAll("=", "");
}

/** The bytes of base64url. */
export function decode(segment: string): Uint8Array<ArrayBuffer> {
  const binary = atob(segment.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** The claims of a signed-in user; `undefined` leaves one out. */
export function claimsOf(overrides: Members = {}): Members {
  return {
    iss: URL_,
    sub: "8c46d2d2-da38-4661-9c62-6f393d2d5443",
    aud: "authenticated",
    exp: SECONDS + 3600,
    iat: SECONDS,
    email: "zoe@example.com",
    phone: "",
    app_metadata: { provider: "email", providers: ["email"] },
    user_metadata: { name: "Zoë", site: "https://zoe.example" },
    role: "authenticated",
    aal: "aal1",
    amr: [{ method: "password", timestamp: SECONDS }],
    session_id: "b56ac535-20ba-49d5-9bc2-2397dbebe1b6",
    is_anonymous: false,
    ...overrides,
  };
}

/** A clock that stands still until it is set. */
export interface TestClock {
  ms: number;
  readonly now: () => number;
}

export function createClock(ms: number = NOW): TestClock {
  const clock = { ms, now: () => clock.ms };
  return clock;
}

/** A server of keys that counts its requests. */
export interface KeyServer {
  keys: readonly Jwk[];
  /** In place of an answer: a status, an error, or "hang" until the abort. */
  trouble?: number | Error | "hang" | "never" | undefined;
  headers: Record<string, string>;
  readonly requests: { url: string; headers: Headers }[];
  readonly fetch: Fetch;
}

export function createKeyServer(...signers: readonly Signer[]): KeyServer {
  const server: KeyServer = {
    keys: signers.map(({ jwk }) => jwk),
    headers: {},
    requests: [],
    async fetch(url, init) {
      server.requests.push({ url, headers: new Headers(init.headers) });
      await Promise.resolve();
      if (server.trouble !== undefined) return await meet(server.trouble, init);
      return Response.json({ keys: server.keys }, { headers: server.headers });
    },
  };
  return server;
}

function meet(
  trouble: number | Error | "hang" | "never",
  { signal }: RequestInit,
): Promise<Response> {
  if (typeof trouble === "number") {
    return Promise.resolve(new Response("no", { status: trouble }));
  }
  if (trouble instanceof Error) return Promise.reject(trouble);
  return new Promise((_, reject) => {
    if (trouble === "never") return;
    signal?.addEventListener("abort", () => reject(signal.reason));
  });
}

/** A key set of the keys of signers. */
export function jwksOf(...signers: readonly Signer[]): Jwks {
  return { keys: signers.map(({ jwk }) => jwk) };
}

/** The code that a promise is refused with; "accepted" when it is not. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "accepted";
  } catch (error) {
    const { name, code } = error as { name: string; code?: string };
    return name === "AuthTokenError" ? `${code}` : `${name} ${code}`;
  }
}

/** The code that a function throws; "accepted" when it does not. */
export function codeOfThrown(run: () => unknown): string {
  try {
    run();
    return "accepted";
  } catch (error) {
    return `${(error as { code?: string }).code ?? error}`;
  }
}

/** Made once, and not before a test asks: some platforms forbid it earlier. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= make();
}
