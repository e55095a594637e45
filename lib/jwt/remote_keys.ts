/**
 * The keys at an address: fetched once for all who ask at the same time,
 * again when they grow old or an unknown one is named, and used on while the
 * server cannot be reached.
 */
import { type AuthConfig, type Fetch, report } from "../config.ts";
import { AuthNetworkError, isAuthError } from "../errors.ts";
import { type Answer, sendPublic } from "../request.ts";
import { type Jwks, parseJwks } from "../wire/settings.ts";
import { refuse } from "./claims.ts";
import type { JwtHeader } from "./decode.ts";
import {
  findKey,
  importKeys,
  type KeySet,
  type VerificationKey,
} from "./keys.ts";

/** A key set, as it is kept between processes. */
export interface CachedKeys {
  readonly jwks: Jwks;
  /** When it was fetched, in milliseconds since 1970. */
  readonly fetchedAt: number;
  /** Until when the server lets it be used, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Keeps key sets between processes and regions. */
export interface KeyCache {
  /**
   * @param url The address of the set.
   * @returns What was stored, of any age, or nothing.
   */
  get(url: string): unknown;
  /**
   * @param url The address of the set.
   * @param keys What to store: plain JSON.
   * @param ttlSeconds For how long it is of use.
   */
  set(url: string, keys: CachedKeys, ttlSeconds: number): unknown;
}

/** How one call may fetch keys. */
export interface KeyRequest {
  /** Ends this call only; others who wait for the same keys go on. */
  readonly signal?: AbortSignal | undefined;
  /** Deadline of a fetch, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /**
   * The platform's, which keeps the process alive until the promise settles.
   * With it keys are fetched in the background when old ones will still do.
   */
  readonly waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

/** What fetching needs. */
export interface KeySource extends
  Pick<
    AuthConfig,
    "fetch" | "now" | "timeoutMs" | "onDiagnostic" | "headers"
  > {
  readonly url: string;
  readonly keyCache?: KeyCache | undefined;
}

/** A fetch under way. */
interface Flight {
  readonly startedAt: number;
  readonly done: Promise<void>;
}

const COOLDOWN_MS = 30_000;
/** How long to wait for a fetch of somebody else, who may be gone. */
const PATIENCE_MS = 2_000;
const MAX_ROUNDS = 5;
const MIN_FRESH_S = 60;
const DEFAULT_FRESH_S = 600;
const MAX_FRESH_S = 3_600;
const MAX_STALE_S = 86_400;

/** The keys at one address. */
export class RemoteKeys {
  /** The clock. */
  readonly now: AuthConfig["now"];
  #set: KeySet | undefined;
  #fetchedAt = 0;
  #expiresAt = 0;
  #triedAt = -Infinity;
  #failure: unknown;
  #flight: Flight | undefined;

  /** @param now The clock, by which all times are kept. */
  constructor(now: AuthConfig["now"]) {
    this.now = now;
  }

  /**
   * Whether a key is one of these, and known to be so of late.
   *
   * @param key A key.
   * @param now The time, in milliseconds since 1970.
   * @returns Whether it may be used without asking again.
   */
  has(key: VerificationKey, now: number): boolean {
    return now < this.#expiresAt && this.#set?.keys.includes(key) === true;
  }

  /**
   * The key that a token names, if it can be had at once.
   *
   * @param header The token's.
   * @param now The time, in milliseconds since 1970.
   * @returns The key, or undefined.
   * @throws {AuthTokenError} `jwt_key_unsuitable`.
   */
  peek(header: JwtHeader, now: number): VerificationKey | undefined {
    if (this.#set && now < this.#expiresAt) return findKey(this.#set, header);
  }

  /**
   * The key that a token names.
   *
   * @param header The token's.
   * @param source How to fetch keys.
   * @param request How this call may do so.
   * @returns The key.
   * @throws {AuthTokenError} `jwt_key_not_found`, `jwt_key_unsuitable`.
   * @throws {AuthNetworkError} When keys are needed and no answer comes.
   * @throws {AuthApiError} When keys are needed and the server refuses.
   * @throws {AuthResponseError} When the answer is no key set.
   */
  async find(
    header: JwtHeader,
    source: KeySource,
    request: KeyRequest,
  ): Promise<VerificationKey> {
    await this.#renew(header, source, request);
    const key = this.#set && findKey(this.#set, header);
    if (key) return key;
    throw this.#failure ?? refuse("jwt_key_not_found", "its key is unknown");
  }

  /**
   * Fetches the keys unless they are fresh.
   *
   * @param source How to fetch them.
   * @param request How this call may do so.
   */
  async prefetch(source: KeySource, request: KeyRequest): Promise<void> {
    if (source.now() >= this.#expiresAt) {
      await this.#refresh(undefined, source, request);
    }
  }

  async #renew(
    header: JwtHeader,
    source: KeySource,
    request: KeyRequest,
  ): Promise<void> {
    const now = source.now();
    if (now >= this.#expiresAt + MAX_STALE_S * 1000) this.#set = undefined;
    const isKnown = this.#set && findKey(this.#set, header) !== undefined;
    if (isKnown && now < this.#expiresAt) return;
    const isCooling = this.#set && now < this.#triedAt + COOLDOWN_MS;
    if (this.#flight ? isKnown : isCooling) return;
    const refreshed = this.#refresh(header, source, request);
    if (!isKnown) return await refreshed;
    const settled = refreshed.catch(() => {});
    if (request.waitUntil) request.waitUntil(settled);
    else await settled;
  }

  /** Waits for the fetch under way, else becomes the one who fetches. */
  async #refresh(
    header: JwtHeader | undefined,
    source: KeySource,
    request: KeyRequest,
  ): Promise<void> {
    for (let round = 0; this.#flight && round < MAX_ROUNDS; round++) {
      const flight = this.#flight;
      const age = source.now() - flight.startedAt;
      if (await hasLanded(flight, PATIENCE_MS - age, request.signal)) return;
      if (this.#flight === flight) this.#flight = undefined;
    }
    const done = this.#load(header, source, request).finally(() => {
      if (this.#flight === flight) this.#flight = undefined;
    });
    const flight = { startedAt: source.now(), done };
    this.#flight = flight;
    await done;
  }

  async #load(
    header: JwtHeader | undefined,
    source: KeySource,
    request: KeyRequest,
  ): Promise<void> {
    const cached = await this.#readCache(source);
    if (cached && cached.expiresAt > source.now()) {
      await this.#adopt(cached);
      if (!header || this.#set && findKey(this.#set, header)) return;
    }
    this.#triedAt = source.now();
    try {
      const fetched = await fetchKeys(source, request);
      await this.#adopt(fetched);
      this.#failure = undefined;
      report(source, { type: "keys-refreshed", url: source.url });
      await writeCache(source, request, fetched);
    } catch (error) {
      await this.#fallBack(error, cached, source);
    }
  }

  /** Keys that were good a while ago are better than none. */
  async #fallBack(
    error: unknown,
    cached: CachedKeys | undefined,
    source: KeySource,
  ): Promise<void> {
    if (isAuthError(error, "aborted")) {
      this.#triedAt = -Infinity;
      throw error;
    }
    this.#failure = error;
    if (!this.#set && cached) await this.#adopt(cached);
    if (!this.#set) throw error;
    report(source, { type: "keys-stale", url: source.url, error });
  }

  async #adopt({ jwks, fetchedAt, expiresAt }: CachedKeys): Promise<void> {
    this.#set = await importKeys(jwks, this.#set?.keys);
    this.#fetchedAt = fetchedAt;
    this.#expiresAt = expiresAt;
  }

  async #readCache(source: KeySource): Promise<CachedKeys | undefined> {
    const { keyCache, url } = source;
    try {
      const cached = await keyCache?.get(url) as CachedKeys | undefined;
      if (!cached || !(cached.fetchedAt > this.#fetchedAt)) return;
      const { fetchedAt, expiresAt } = cached;
      return { jwks: parseJwks(cached.jwks), fetchedAt, expiresAt: +expiresAt };
    } catch (error) {
      report(source, { type: "storage-failed", operation: "get", error });
    }
  }
}

async function fetchKeys(
  source: KeySource,
  request: KeyRequest,
): Promise<CachedKeys> {
  const { headers } = source;
  return await sendPublic(
    source,
    source.url,
    ({ body, headers }) => {
      const fetchedAt = source.now();
      const expiresAt = fetchedAt + lifetimeOf(headers) * 1000;
      return { jwks: parseJwks(body), fetchedAt, expiresAt };
    },
    { ...request, headers },
  );
}

/**
 * What the server's cache headers say, within bounds: an hour is long enough
 * for a key that was withdrawn to live on.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2}
 */
function lifetimeOf(headers: Answer["headers"]): number {
  const directives = headers.get("cache-control") ?? "";
  const [, seconds = DEFAULT_FRESH_S] =
    /(?:^|[\s,])max-age="?(\d+)/i.exec(directives) ?? [];
  const age = Number(headers.get("age")) || 0;
  const fresh = /no-(store|cache)/i.test(directives) ? 0 : +seconds - age;
  return Math.min(Math.max(fresh, MIN_FRESH_S), MAX_FRESH_S);
}

async function writeCache(
  source: KeySource,
  { waitUntil }: KeyRequest,
  keys: CachedKeys,
): Promise<void> {
  const { keyCache, url, now } = source;
  const ttl = Math.ceil((keys.expiresAt - now()) / 1000) + MAX_STALE_S;
  const written = (async () => await keyCache?.set(url, keys, ttl))()
    .catch((error) => {
      report(source, { type: "storage-failed", operation: "set", error });
    });
  if (waitUntil) waitUntil(written);
  else await written;
}

/**
 * Waits for a fetch that another request has begun. It may never settle: some
 * platforms stop everything that a request has begun when the request ends.
 */
async function hasLanded(
  flight: Flight,
  patienceMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let end: () => void = () => {};
  const given = new Promise<false>((resolve, reject) => {
    const timer = setTimeout(resolve, patienceMs, false);
    const stop = () => reject(aborted(signal?.reason));
    end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    };
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop);
  });
  const landed = flight.done.then(() => true, (error) => {
    if (!isAuthError(error, "aborted")) throw error;
    return false;
  });
  return await Promise.race([landed, given]).finally(end);
}

function aborted(cause: unknown): AuthNetworkError {
  const message = "Cannot wait for keys: the caller aborted it";
  return new AuthNetworkError("aborted", message, { cause });
}

/** By what fetches them and by address; bounded for each. */
const shared = new WeakMap<Fetch, Map<string, RemoteKeys>>();
const MAX_SHARED = 32;

/**
 * The keys at an address, the same for all who fetch it the same way.
 *
 * @param source The address and how to fetch it.
 * @returns The keys, perhaps not fetched yet.
 */
export function shareKeys(source: KeySource): RemoteKeys {
  const { url, now, fetch = globalThis.fetch } = source;
  const byUrl = shared.get(fetch) ?? new Map<string, RemoteKeys>();
  shared.set(fetch, byUrl);
  let keys = byUrl.get(url);
  if (keys?.now === now) return keys;
  keys = new RemoteKeys(now);
  byUrl.set(url, keys);
  for (const oldest of byUrl.keys()) {
    if (byUrl.size <= MAX_SHARED) break;
    byUrl.delete(oldest);
  }
  return keys;
}
