/**
 * The keys at an address: fetched once for all who ask at the same time,
 * again when they grow old or an unknown one is named, and used on while the
 * server cannot be reached.
 */
import {
  type AuthConfig,
  type Fetch,
  type OnDiagnostic,
  report,
} from "../config.ts";
import { AuthNetworkError, isAuthError } from "../errors.ts";
import { sendPublic } from "../public_request.ts";
import { type Jwks, parseJwks } from "../wire/settings.ts";
import { refuse } from "./claims.ts";
import type { JwtHeader } from "./decode.ts";
import {
  findKey,
  importKeys,
  type KeySet,
  type VerificationKey,
} from "./keys.ts";

/** A key set and how long it is good for. */
export interface FetchedKeys {
  /** The keys, as they were sent. */
  readonly jwks: Jwks;
  /** When it was fetched, in milliseconds since 1970. */
  readonly fetchedAt: number;
  /** Until when it need not be fetched again, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** How one call may fetch keys. */
export interface KeyRequest {
  /** Ends this call only; others who wait for the same keys go on. */
  readonly signal?: AbortSignal | undefined;
  /** Deadline of a fetch, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /**
   * The platform's, which keeps a process alive until the promise settles.
   * With it old keys are used while new ones are fetched in the background.
   */
  readonly waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

/** What a {@link KeyCache} is told when keys are needed. */
export interface KeyDemand {
  /** Where the keys are. */
  readonly url: string;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** Told what happens inside. */
  readonly onDiagnostic?: OnDiagnostic | undefined;
  /** When those in memory were fetched, which will not do; 0 for none. */
  readonly after: number;
  /** The name of the key that is needed, if it has one. */
  readonly kid: string | undefined;
  /** Takes work that nobody needs to wait for. */
  readonly waitUntil?: KeyRequest["waitUntil"];
  /** Fetches the keys from the server. */
  readonly fetchKeys: () => Promise<FetchedKeys>;
}

/** Keeps keys between processes; `createKeyCache` makes one of any store. */
export interface KeyCache {
  /**
   * Finds keys that will do, or fetches them.
   *
   * @param demand What is needed.
   * @returns The keys.
   */
  load(demand: KeyDemand): Promise<FetchedKeys>;
}

/** Where keys are, and what fetching them needs. */
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

/** Nobody who makes up keys can cause more than one fetch in this time. */
const COOLDOWN_MS = 30_000;
/** How long to wait for the fetch of another request, which may be gone. */
const PATIENCE_MS = 2_000;
const MAX_WAITS = 5;
const MIN_FRESH_S = 60;
const DEFAULT_FRESH_S = 600;
const MAX_FRESH_S = 3_600;
/** For how long keys serve that cannot be fetched again. */
const MAX_STALE_MS = 86_400_000;

/** The keys at one address. */
export class RemoteKeys {
  #set: KeySet | undefined;
  #fetchedAt = 0;
  #lifetime = 0;
  #triedAt = 0;
  #failure: unknown;
  #flight: Flight | undefined;

  /**
   * The keys, if they need not be asked for.
   *
   * @param now The time, in milliseconds since 1970.
   * @returns The keys, or undefined.
   */
  peek(now: number): KeySet | undefined {
    return this.#isFresh(now) ? this.#set : undefined;
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
    const key = this.#find(header);
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
    if (!this.#isFresh(source.now())) {
      await this.#refresh(undefined, source, request);
    }
  }

  #find(header: JwtHeader): VerificationKey | undefined {
    return this.#set && findKey(this.#set, header);
  }

  /** Clocks may be set back: what comes from the future is not fresh either. */
  #isFresh(now: number): boolean {
    return Math.abs(now - this.#fetchedAt) < this.#lifetime;
  }

  async #renew(
    header: JwtHeader,
    source: KeySource,
    request: KeyRequest,
  ): Promise<void> {
    const now = source.now();
    if (Math.abs(now - this.#fetchedAt) > MAX_STALE_MS) this.#set = undefined;
    const isKnown = this.#find(header) !== undefined;
    const isCooling = this.#set !== undefined &&
      Math.abs(now - this.#triedAt) < COOLDOWN_MS;
    if (isKnown && this.#isFresh(now)) return;
    if (!this.#flight) {
      if (isCooling) return;
    } else if (isKnown && patienceWith(this.#flight, now) > 0) return;
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
    for (let waits = 0; this.#flight && waits < MAX_WAITS; waits++) {
      const { done } = this.#flight;
      const patience = patienceWith(this.#flight, source.now());
      if (await hasLanded(done, patience, request.signal)) return;
      if (this.#flight?.done === done) this.#flight = undefined;
    }
    const done = this.#load(header, source, request).finally(() => {
      if (this.#flight?.done === done) this.#flight = undefined;
    });
    this.#flight = { startedAt: source.now(), done };
    await done;
  }

  async #load(
    header: JwtHeader | undefined,
    source: KeySource,
    request: KeyRequest,
  ): Promise<void> {
    const { keyCache, url } = source;
    const after = this.#set ? this.#fetchedAt : 0;
    const fetchKeys = () => this.#fetch(source, request);
    const demand = {
      ...source,
      ...request,
      kid: header?.kid,
      after,
      fetchKeys,
    };
    try {
      const { jwks, fetchedAt, expiresAt } = await (keyCache?.load(demand) ??
        fetchKeys());
      this.#set = await importKeys(jwks, this.#set?.keys);
      this.#fetchedAt = fetchedAt;
      this.#lifetime = expiresAt - fetchedAt;
    } catch (error) {
      if (!this.#set || isAuthError(error, "aborted")) throw error;
      report(source, { type: "keys-stale", url, error });
    }
  }

  async #fetch(source: KeySource, request: KeyRequest): Promise<FetchedKeys> {
    const triedAt = this.#triedAt = source.now();
    this.#failure = undefined;
    try {
      const keys = await fetchKeys(source, request);
      report(source, { type: "keys-refreshed", url: source.url });
      return keys;
    } catch (error) {
      if (isAuthError(error, "aborted")) this.#triedAt = 0;
      else if (triedAt === this.#triedAt) this.#failure = error;
      throw error;
    }
  }
}

function patienceWith({ startedAt }: Flight, now: number): number {
  return PATIENCE_MS - Math.abs(now - startedAt);
}

async function fetchKeys(
  source: KeySource,
  { signal, timeoutMs }: KeyRequest,
): Promise<FetchedKeys> {
  const { url, headers, now } = source;
  return await sendPublic(source, url, ({ body, headers }) => {
    const fetchedAt = now();
    const expiresAt = fetchedAt + lifetimeOf(headers) * 1000;
    return { jwks: parseJwks(body), fetchedAt, expiresAt };
  }, { signal, timeoutMs, headers });
}

/**
 * What the server's cache headers say, within bounds: a key that was withdrawn
 * must not live on for long.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2}
 */
function lifetimeOf(headers: Headers): number {
  const directives = headers.get("cache-control") ?? "";
  const [, seconds = DEFAULT_FRESH_S] = /\bmax-age="?(\d+)/i.exec(directives) ??
    [];
  const age = Number(headers.get("age")) || 0;
  const fresh = /no-(store|cache)/i.test(directives) ? 0 : +seconds - age;
  return Math.min(Math.max(fresh, MIN_FRESH_S), MAX_FRESH_S);
}

/**
 * Waits for a fetch that another request has begun. It may never settle: some
 * platforms stop everything that a request has begun when the request ends.
 */
async function hasLanded(
  done: Promise<void>,
  patienceMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let end: () => void = () => {};
  const given = new Promise<boolean>((resolve, reject) => {
    const timer = setTimeout(resolve, patienceMs, false);
    const stop = () => reject(aborted(signal?.reason));
    end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    };
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop);
  });
  const landed = done.then(() => true, (error) => {
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
export function shareKeys(
  { url, fetch = globalThis.fetch }: KeySource,
): RemoteKeys {
  const byUrl = shared.get(fetch) ?? new Map<string, RemoteKeys>();
  shared.set(fetch, byUrl);
  const keys = byUrl.get(url) ?? new RemoteKeys();
  byUrl.set(url, keys);
  if (byUrl.size > MAX_SHARED) byUrl.delete([...byUrl.keys()][0] as string);
  return keys;
}
