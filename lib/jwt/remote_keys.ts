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
  readonly done: Promise<void>;
}

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
    const known = await this.#set?.find(header);
    if (!known || !this.peek(now)) {
      await this.#renew(header, !known, source, request);
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

  async #renew(
    header: JwtHeader,
    isNeeded: boolean,
    source: KeySource,
    request: KeyRequest,
  ): Promise<void> {
    const now = source.now();
    const mayWait = this.#flight
      ? !isNeeded && patienceWith(this.#flight, now) > 0
      // Nobody who makes up keys can cause more than one fetch in this time.
      : this.#set && distance(now, this.#triedAt) < 30_000;
    if (mayWait) return;
    const refreshed = this.#refresh(header.kid, source, request);
    if (isNeeded) return await refreshed;
    const settled = refreshed.catch(() => {});
    if (request.waitUntil) request.waitUntil(settled);
    else await settled;
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
      await waitFor(flight, source.now(), signal);
      if (this.#failure || this.peek(source.now())) return;
      // Gone, it seems; or aborted, which has made place already.
      if (this.#flight === flight) this.#flight = undefined;
    }
    this.#failure = undefined;
    const done = this.#load(kid, source, request);
    const flight = this.#flight = { startedAt: source.now(), done };
    try {
      await done;
    } catch (error) {
      if (signal?.aborted) this.#triedAt = 0;
      else if (this.#flight === flight) this.#failure = error;
      if (signal?.aborted || !this.#set) throw error;
      report(source, { type: "keys-stale", url: source.url, error });
    } finally {
      if (this.#flight === flight) this.#flight = undefined;
    }
  }

  async #load(
    kid: string | undefined,
    source: KeySource,
    request: KeyRequest,
  ): Promise<void> {
    const { keyCache, url, now, onDiagnostic } = source;
    const { waitUntil } = request;
    const after = this.#fetchedAt;
    const fetchKeys = () => {
      this.#triedAt = now();
      return fetchFrom(source, request);
    };
    const demand = { url, now, onDiagnostic, waitUntil, kid, after, fetchKeys };
    const { jwks, fetchedAt, expiresAt } = await (keyCache?.load(demand) ??
      fetchKeys());
    this.#set = new KeySet(jwks.keys, this.#set);
    this.#fetchedAt = fetchedAt;
    this.#lifetime = expiresAt - fetchedAt;
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
  report(source, { type: "keys-refreshed", url });
  return keys;
}

function distance(a: number, b: number): number {
  return Math.abs(a - b);
}

/** How long to wait for the fetch of another request, which may be gone. */
function patienceWith({ startedAt }: Flight, now: number): number {
  return 2_000 - distance(now, startedAt);
}

/**
 * Waits for a fetch that another request has begun, however it ends. It may
 * never settle: some platforms stop everything that a request has begun when
 * the request ends.
 */
async function waitFor(
  flight: Flight,
  now: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const patienceMs = Math.max(1, patienceWith(flight, now));
  try {
    await finish("GET keys", patienceMs, signal, () => flight.done);
  } catch (error) {
    if (signal?.aborted) throw error;
  }
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
  const age = Number(headers.get("age")) || 0;
  const fresh = /no-(store|cache)/i.test(directives) ? 0 : +seconds - age;
  return Math.min(Math.max(fresh, 60), 3_600);
}

/** By what fetches them and by address. */
const shared = new Map<Fetch, Map<string, RemoteKeys>>();

/**
 * The keys at an address, the same for all who fetch it the same way.
 *
 * @param source The address and how to fetch it.
 * @returns The keys, perhaps not fetched yet.
 */
export function shareKeys(
  { url, fetch = globalThis.fetch }: KeySource,
): RemoteKeys {
  const byUrl = share(shared, fetch, () => new Map<string, RemoteKeys>());
  return share(byUrl, url, () => new RemoteKeys());
}
