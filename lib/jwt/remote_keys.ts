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
import { sendPublic } from "../public_request.ts";
import { finish } from "../request.ts";
import { invalid } from "../wire/json.ts";
import { type Jwks, parseJwks } from "../wire/settings.ts";
import { refuse } from "./claims.ts";
import type { JwtHeader } from "./decode.ts";
import { KeySet, type VerificationKey } from "./keys.ts";
import { share } from "./shared.ts";

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
  readonly done: Promise<FetchedKeys>;
}

/** The keys at one address. */
export class RemoteKeys {
  #set: KeySet | undefined;
  #fetchedAt = 0;
  #lifetime = 0;
  #triedAt = 0;
  #isPardoned = false;
  #failure: unknown;
  #flight: Flight | undefined;

  /**
   * The keys, if they need not be asked for.
   *
   * @param now The time, in milliseconds since 1970.
   * @returns The keys, or undefined.
   */
  peek(now: number): KeySet | undefined {
    // Clocks may be set back: what comes from the future is not fresh either.
    return distance(now, this.#fetchedAt) < this.#lifetime
      ? this.#set
      : undefined;
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
   * @throws {AuthResponseError} When the answer is no key set.
   */
  async find(
    header: JwtHeader,
    source: KeySource,
    request: KeyRequest,
  ): Promise<VerificationKey> {
    const now = source.now();
    // For a day keys serve that cannot be fetched again.
    if (distance(now, this.#fetchedAt) > 86_400_000) this.#set = undefined;
    const isFresh = this.peek(now) !== undefined;
    const known = await this.#set?.find(header).catch((error) => {
      // What is wrong with old keys may be right with new ones.
      if (isFresh) throw error;
    });
    if (known && isFresh) return known;
    if (this.#isDue(!known, now)) {
      const refreshed = this.#refresh(header.kid, source, request);
      const settled = known ? refreshed.catch(() => {}) : refreshed;
      if (known && request.waitUntil) request.waitUntil(settled);
      else await settled;
    }
    const key = await this.#set?.find(header);
    if (key) return key;
    throw this.#failure ?? refuse("jwt_key_not_found");
  }

  /**
   * Fetches the keys unless they are fresh.
   *
   * @param source How to fetch them.
   * @param request How this call may do so.
   */
  async prefetch(source: KeySource, request: KeyRequest): Promise<void> {
    if (!this.peek(source.now())) {
      await this.#refresh(undefined, source, request);
    }
  }

  #isDue(isNeeded: boolean, now: number): boolean {
    return this.#flight
      ? isNeeded || patienceWith(this.#flight, now) <= 0
      // Nobody who makes up keys can cause more than one fetch in this time.
      : !this.#set || distance(now, this.#triedAt) >= 30_000;
  }

  /** Waits for the fetch under way, else becomes the one who fetches. */
  async #refresh(
    kid: string | undefined,
    source: KeySource,
    request: KeyRequest,
  ): Promise<void> {
    const { signal } = request;
    for (let waits = 5; this.#flight && waits; waits--) {
      const flight = this.#flight;
      const patienceMs = Math.max(1, patienceWith(flight, source.now()));
      try {
        return void await finish(
          "GET keys",
          patienceMs,
          signal,
          () => flight.done,
        );
      } catch (error) {
        if (signal?.aborted) throw error;
      }
      if (this.#failure) return;
      // Gone, it seems; or aborted, which has made place already.
      if (this.#flight === flight) this.#flight = undefined;
    }
    this.#failure = undefined;
    const done = this.#load(kid, source, request);
    const flight = this.#flight = { startedAt: source.now(), done };
    try {
      const keys = await done;
      // What comes late must not take the place of what is newer.
      if (this.#flight === flight || !this.#set) this.#keep(keys);
    } catch (error) {
      if (signal?.aborted) this.#pardon();
      else if (this.#flight === flight) this.#failure = error;
      if (signal?.aborted || !this.#set) throw error;
      report(source, { type: "keys-stale", url: nameOf(source), error });
    } finally {
      if (this.#flight === flight) this.#flight = undefined;
    }
  }

  #keep({ jwks, fetchedAt, expiresAt }: FetchedKeys): void {
    this.#set = new KeySet(parseJwks(jwks).keys, this.#set);
    this.#fetchedAt = fetchedAt;
    this.#lifetime = expiresAt - fetchedAt;
    this.#isPardoned = false;
  }

  /** A fetch that was given up holds off no other, but not one after the other. */
  #pardon(): void {
    if (!this.#isPardoned) this.#triedAt = 0;
    this.#isPardoned = true;
  }

  async #load(
    kid: string | undefined,
    source: KeySource,
    request: KeyRequest,
  ): Promise<FetchedKeys> {
    const { keyCache, url, now, onDiagnostic } = source;
    const { waitUntil } = request;
    const after = this.#set ? this.#fetchedAt : 0;
    const fetchKeys = () => {
      this.#triedAt = now();
      return fetchFrom(source, request);
    };
    const demand = { url, now, onDiagnostic, waitUntil, kid, after, fetchKeys };
    return await (keyCache?.load(demand) ?? fetchKeys());
  }
}

async function fetchFrom(
  source: KeySource,
  request: KeyRequest,
): Promise<FetchedKeys> {
  const { url, headers, now } = source;
  const keys = await sendPublic(source, url, (answer) => {
    const { ok, status, body, headers } = answer;
    if (!ok) throw invalid(`status ${status}`);
    const fetchedAt = now();
    const expiresAt = fetchedAt + lifetimeOf(headers) * 1000;
    return { jwks: parseJwks(body), fetchedAt, expiresAt };
  }, { ...request, headers });
  report(source, { type: "keys-refreshed", url: nameOf(source) });
  return keys;
}

/** Without the query, which may be secret. */
function nameOf({ url }: KeySource): string {
  return url.split("?")[0] as string;
}

function distance(a: number, b: number): number {
  return Math.abs(a - b);
}

/**
 * How long to wait for the fetch of another request. It may never settle: some
 * platforms stop everything that a request has begun when the request ends.
 */
function patienceWith({ startedAt }: Flight, now: number): number {
  return 2_000 - distance(now, startedAt);
}

/**
 * What the server's cache headers say, within bounds: a key that was withdrawn
 * must not live on for long.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2}
 */
function lifetimeOf(headers: Headers): number {
  const directives = headers.get("cache-control") ?? "";
  const [, seconds = 600] = /\bmax-age="?(\d+)/i.exec(directives) ??
    [];
  const age = +(headers.get("age") as string) || 0;
  const fresh = /no-(store|cache)/i.test(directives) ? 0 : +seconds - age;
  return Math.min(Math.max(fresh, 60), 3_600);
}

/** By what fetches them and by address. */
const shared = new WeakMap<Fetch, Map<string, RemoteKeys>>();

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
  return share(byUrl, url, () => new RemoteKeys());
}
