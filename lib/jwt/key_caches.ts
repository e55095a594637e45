/**
 * Keeping keys between processes: a Worker starts often, and its first request
 * need not wait for the auth server.
 */
import { report } from "../config.ts";
import { finish } from "../request.ts";
import { parseJwks } from "../wire/settings.ts";
import type { FetchedKeys, KeyCache, KeyDemand } from "./remote_keys.ts";

/** Any place to keep JSON in, such as a database. */
export interface KeyStore {
  /**
   * Reads keys.
   *
   * @param url The address of the keys.
   * @returns What was put there, of any age, or nothing.
   */
  get(url: string): unknown;
  /**
   * Puts keys.
   *
   * @param url The address of the keys.
   * @param keys Plain JSON.
   * @param ttlSeconds For how long it is of use.
   */
  set(url: string, keys: FetchedKeys, ttlSeconds: number): unknown;
}

/** The part of a Workers KV namespace that is used. */
export interface WorkersKvLike {
  /** Reads a value and parses it. */
  get(key: string, type: "json"): Promise<unknown>;
  /** Writes a value. */
  put(
    key: string,
    value: string,
    options: { expirationTtl: number },
  ): Promise<void>;
}

/** The part of Deno KV that is used. */
export interface DenoKvLike {
  /** Reads an entry. */
  get(key: string[]): Promise<{ readonly value: unknown }>;
  /** Writes an entry. */
  set(
    key: string[],
    value: unknown,
    options: { expireIn: number },
  ): Promise<unknown>;
}

/** The part of the Cache API that is used. */
export interface CacheLike {
  /** Finds a response. */
  match(url: string): Promise<Response | undefined>;
  /** Keeps a response. */
  put(url: string, response: Response): Promise<void>;
}

/** Old keys may help while the server cannot be reached. */
const STALE_S = 86_400;
/** A store that takes longer is as good as none. */
const PATIENCE_MS = 2_000;

/**
 * Makes a cache of keys over any store. A store that fails is as good as
 * none: it is reported and never fails a verification.
 *
 * @param store Where to keep them.
 * @returns The cache, for `createVerifier`.
 *
 * @example
 * ```ts
 * import { createKeyCache, createVerifier } from "@gotrue/edge/jwt";
 *
 * const files = new Map<string, unknown>();
 * const verifier = createVerifier({
 *   url: "https://auth.example",
 *   keyCache: createKeyCache({
 *     get: (url) => files.get(url),
 *     set: (url, keys) => files.set(url, keys),
 *   }),
 * });
 * console.log(typeof verifier.verify); // function
 * ```
 */
export function createKeyCache(store: KeyStore): KeyCache {
  return { load: (demand) => load(store, demand) };
}

/**
 * Keeps keys in memory: for tests, and for verifiers that are to share them.
 *
 * @returns The cache.
 *
 * @example
 * ```ts
 * import { createVerifier, memoryKeyCache } from "@gotrue/edge/jwt";
 *
 * const keyCache = memoryKeyCache();
 * createVerifier({ url: "https://auth.example", keyCache });
 * ```
 */
export function memoryKeyCache(): KeyCache {
  const entries = new Map<string, FetchedKeys>();
  return createKeyCache({
    get: (url) => entries.get(url),
    set: (url, keys) => entries.set(url, keys),
  });
}

/**
 * Keeps keys in Workers KV.
 *
 * @param namespace The binding.
 * @returns The cache.
 *
 * @example
 * ```ts
 * import { createVerifier, workersKvKeyCache } from "@gotrue/edge/jwt";
 * import type { WorkersKvLike } from "@gotrue/edge/jwt";
 *
 * export default {
 *   async fetch(request: Request, env: { KEYS: WorkersKvLike }): Promise<Response> {
 *     const keyCache = workersKvKeyCache(env.KEYS);
 *     const verifier = createVerifier({ url: "https://auth.example", keyCache });
 *     const token = request.headers.get("authorization")?.slice(7);
 *     const { claims } = await verifier.verify(token);
 *     return Response.json(claims.sub);
 *   },
 * };
 * ```
 */
export function workersKvKeyCache(namespace: WorkersKvLike): KeyCache {
  return createKeyCache({
    get: (url) => namespace.get(nameOf(url), "json"),
    set: (url, keys, expirationTtl) =>
      namespace.put(nameOf(url), JSON.stringify(keys), { expirationTtl }),
  });
}

/**
 * Keeps keys in Deno KV.
 *
 * @param kv What `Deno.openKv()` gave.
 * @returns The cache.
 *
 * @example
 * ```ts
 * import { createVerifier, denoKvKeyCache } from "@gotrue/edge/jwt";
 * import type { DenoKvLike } from "@gotrue/edge/jwt";
 *
 * function createMyVerifier(kv: DenoKvLike) {
 *   const keyCache = denoKvKeyCache(kv);
 *   return createVerifier({ url: "https://auth.example", keyCache });
 * }
 * console.log(createMyVerifier.length); // 1
 * ```
 */
export function denoKvKeyCache(kv: DenoKvLike): KeyCache {
  return createKeyCache({
    get: async (url) => (await kv.get([PREFIX, url])).value,
    set: (url, keys, ttlSeconds) =>
      kv.set([PREFIX, url], keys, { expireIn: ttlSeconds * 1000 }),
  });
}

/**
 * Keeps keys in the Cache API, under an address of their own beside that of
 * the key set.
 *
 * @param cache Such as `caches.default` or what `caches.open()` gave.
 * @returns The cache.
 *
 * @example
 * ```ts
 * import { cacheApiKeyCache, createVerifier } from "@gotrue/edge/jwt";
 * import type { CacheLike } from "@gotrue/edge/jwt";
 *
 * function createMyVerifier(cache: CacheLike) {
 *   const keyCache = cacheApiKeyCache(cache);
 *   return createVerifier({ url: "https://auth.example", keyCache });
 * }
 * console.log(createMyVerifier.length); // 1
 * ```
 */
export function cacheApiKeyCache(cache: CacheLike): KeyCache {
  return createKeyCache({
    get: async (url) => await (await cache.match(addressOf(url)))?.json(),
    set: (url, keys, ttlSeconds) => {
      const headers = { "cache-control": `max-age=${ttlSeconds}` };
      return cache.put(addressOf(url), Response.json(keys, { headers }));
    },
  });
}

const PREFIX = "gotrue-edge-keys";

function nameOf(url: string): string {
  return `${PREFIX}:${url}`;
}

function addressOf(url: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}${PREFIX}`;
}

async function load(store: KeyStore, demand: KeyDemand): Promise<FetchedKeys> {
  const { url, now, after, kid, fetchKeys, waitUntil } = demand;
  const cached = await read(store, demand);
  const isNew = cached !== undefined && cached.fetchedAt > after;
  if (isNew && cached.expiresAt > now() && holds(cached, kid)) return cached;
  try {
    const fetched = await fetchKeys();
    const written = write(store, demand, fetched);
    if (waitUntil) waitUntil(written);
    else await written;
    return fetched;
  } catch (error) {
    if (!isNew) throw error;
    // Without the query of the address, which may be secret.
    const [address = ""] = url.split("?");
    report(demand, { type: "keys-stale", url: address, error });
    return cached;
  }
}

function holds({ jwks }: FetchedKeys, kid: string | undefined): boolean {
  return kid === undefined || jwks.keys.some((jwk) => jwk.kid === kid);
}

async function read(
  store: KeyStore,
  demand: KeyDemand,
): Promise<FetchedKeys | undefined> {
  try {
    const found = await patiently(() => store.get(demand.url)) as
      | FetchedKeys
      | null
      | undefined;
    if (!found) return;
    const { fetchedAt, expiresAt } = found;
    const age = demand.now() - fetchedAt;
    const isTimed = fetchedAt < expiresAt && age >= 0 &&
      age <= STALE_S * 1000;
    if (isTimed) return { jwks: parseJwks(found.jwks), fetchedAt, expiresAt };
  } catch (error) {
    report(demand, { type: "storage-failed", operation: "get", error });
  }
}

async function write(
  store: KeyStore,
  demand: KeyDemand,
  keys: FetchedKeys,
): Promise<void> {
  const ttl = Math.ceil((keys.expiresAt - demand.now()) / 1000) + STALE_S;
  try {
    await patiently(() => store.set(demand.url, keys, ttl));
  } catch (error) {
    report(demand, { type: "storage-failed", operation: "set", error });
  }
}

function patiently(use: () => unknown): Promise<unknown> {
  const run = async () => await use();
  return finish("kept keys", PATIENCE_MS, undefined, run);
}
