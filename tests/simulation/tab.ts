/** One client in its surroundings: a tab, a worker, a server's request. */
import { AuthClient } from "../../lib/client/auth_client.ts";
import { SURROUNDINGS } from "../../lib/client/context.ts";
import type { AuthClientOptions } from "../../lib/client/options.ts";
import type { AuthDiagnostic } from "../../lib/config.ts";
import { sha256 } from "../../lib/emulator/hash.ts";
import type { Session } from "../../lib/wire/session.ts";
import type { Page } from "../../lib/browser/page.ts";
import type { Flight, Flights } from "../../lib/session/flights.ts";
import type { AuthSnapshot } from "../../lib/session/manager_options.ts";
import type { AuthChangeEvent, ChangeCause } from "../../lib/session/state.ts";
import type { SentRequest } from "./network.ts";
import type { World } from "./world.ts";

/** A refresh under way, as its own tab and as the others of the process see it. */
export interface SharedFlight {
  readonly owner: Tab;
  readonly own: Flight;
  readonly shared: Flight;
}

/** Clients that share their module state. */
export interface Process {
  readonly id: number;
  readonly flights: Set<SharedFlight>;
}

/** A call of a client's method. */
export interface Call {
  readonly id: number;
  readonly tab: Tab;
  readonly method: string;
  /** A refresh token that the caller has given. */
  readonly explicit: string | undefined;
  readonly scope: string | undefined;
  /** Whether the caller may end it by a signal or a deadline of its own. */
  readonly isBounded: boolean;
  readonly startedAt: number;
  readonly startedAwake: number;
  /** Requests that are known to be its own. */
  readonly requests: SentRequest[];
  isPending: boolean;
  settledAt: number;
  value?: unknown;
  error?: unknown;
}

/** What is particular about a call. */
export interface CallInfo {
  readonly explicit?: string | undefined;
  readonly scope?: string | undefined;
  readonly isBounded?: boolean;
}

/** An event as a subscriber got it. */
export interface Told {
  readonly tab: Tab;
  readonly subscriber: number;
  readonly event: AuthChangeEvent;
  readonly session: Session | null;
  readonly previous: Session | null;
  readonly cause: ChangeCause;
  readonly reason: string | undefined;
}

/** How a tab is opened. */
export interface TabOptions {
  readonly process: Process;
  readonly autoRefreshToken?: boolean;
  readonly flowType?: "pkce" | "implicit";
  /** The address of its page; none where there is no page. */
  readonly address?: string | undefined;
}

/** The page of a tab. */
export class SimulatedPage implements Page {
  #address: string;
  readonly #listeners: Set<(isVisible: boolean) => void> = new Set();

  constructor(address: string) {
    this.#address = address;
  }

  url(): string {
    return this.#address;
  }

  replaceUrl(address: string): void {
    this.#address = address;
  }

  open(): void {
    // The simulation follows links by steps of their own.
  }

  onVisibility(listener: (isVisible: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The user goes away, or comes back. */
  show(isVisible: boolean): void {
    for (const listener of [...this.#listeners]) listener(isVisible);
  }
}

/** A client, and everything that is known about it. */
export class Tab {
  readonly id: number;
  readonly world: World;
  readonly process: Process;
  readonly page: SimulatedPage | undefined;
  readonly client: AuthClient;
  /** Calls that have not settled. */
  readonly pending: Set<Call> = new Set();
  readonly openedAt: number;
  /** Whether it crashed. */
  isDead = false;
  isDisposed = false;
  /** Whether it refreshes in the background. */
  isAuto: boolean;
  /** Whether it ever did. */
  wasAuto: boolean;
  /** Ends each subscription. */
  readonly subscriptions: (() => void)[] = [];
  /** How many calls its hostile subscribers may still make. */
  malice = 3;
  #subscribers = 0;

  constructor(world: World, id: number, options: TabOptions) {
    this.world = world;
    this.id = id;
    this.process = options.process;
    this.openedAt = world.time.now;
    this.isAuto = this.wasAuto = options.autoRefreshToken ?? false;
    this.page = options.address === undefined
      ? undefined
      : new SimulatedPage(options.address);
    this.client = new AuthClient(this.#options(options));
  }

  /** Whether it can be worked with. */
  get isUsable(): boolean {
    return !this.isDead && !this.isDisposed;
  }

  /** What the client says it knows. */
  get snapshot(): AuthSnapshot {
    return this.client.getSnapshot();
  }

  /** Calls a method and follows what becomes of it. */
  call(
    method: string,
    run: (headers: Readonly<Record<string, string>>) => Promise<unknown>,
    info: CallInfo = {},
  ): Promise<void> {
    const { time } = this.world;
    const call: Call = {
      id: this.world.nextId(),
      tab: this,
      method,
      explicit: info.explicit,
      scope: info.scope,
      isBounded: info.isBounded ?? false,
      startedAt: time.now,
      startedAwake: time.awake,
      requests: [],
      isPending: true,
      settledAt: Infinity,
    };
    this.pending.add(call);
    this.world.onCall(call);
    const settle = (outcome: Pick<Call, "value" | "error">) => {
      call.isPending = false;
      call.settledAt = time.now;
      Object.assign(call, outcome);
      this.pending.delete(call);
      if (!this.isDead) this.world.onSettle(call);
    };
    return start(run, { "x-call": String(call.id) })
      .then((value) => settle({ value }), (error) => settle({ error }));
  }

  /** Subscribes somebody; hostile ones do harm, as far as they can. */
  subscribe(harm?: (tab: Tab) => unknown): void {
    const subscriber = harm ? -1 - this.#subscribers++ : this.#subscribers++;
    const { subscription } = this.client.onAuthStateChange(
      (event, session, info) => {
        if (this.isDead) return;
        const { previous, cause, reason } = info;
        this.world.onTold({
          tab: this,
          subscriber,
          event,
          session,
          previous,
          cause,
          reason,
        });
        return harm?.(this);
      },
    );
    this.subscriptions.push(() => subscription.unsubscribe());
  }

  /** It crashes: nothing of it goes on, and nobody is told. */
  die(): void {
    const { network } = this.world;
    const isRefreshing = [...network.open].some(({ tab, refreshToken }) =>
      tab === this && refreshToken !== undefined
    );
    this.world.count(`tab crashed${isRefreshing ? " in mid-refresh" : ""}`);
    this.isDead = true;
    this.pending.clear();
    network.forget(this);
    this.world.locks.releaseDead();
    this.client.stopAutoRefresh();
  }

  #options(options: TabOptions): AuthClientOptions {
    const { world, page } = this;
    const surroundings = {
      page,
      platform: {
        flights: this.#flights(),
        locks: () => world.locks.view(this),
        openChannel: (_key: string, onNews: () => void) =>
          world.channels.open(this, onNews),
        random: () => world.random.fraction(),
        sha256: (bytes: Uint8Array<ArrayBuffer>) =>
          sha256(bytes).buffer as ArrayBuffer,
      },
    };
    const given: AuthClientOptions = {
      url: world.url,
      storageKey: world.key,
      storage: world.storage.view(this),
      ...(world.users ? { userStorage: world.users.view(this) } : {}),
      autoRefreshToken: this.isAuto,
      flowType: options.flowType ?? "pkce",
      detectSessionInUrl: true,
      fetch: (url, init) =>
        world.network.fetch(this, String(url), init as RequestInit),
      now: () => world.localNow(),
      onDiagnostic: (event: AuthDiagnostic) => {
        if (!this.isDead) world.onDiagnostic(this, event);
      },
    };
    return Object.assign(given, { [SURROUNDINGS]: surroundings });
  }

  /**
   * The process's, of which a dead tab sees and changes nothing. For the others
   * a flight that was begun by a tab which died never lands.
   */
  #flights(): Flights {
    const { flights } = this.process;
    const find = (flight: Flight) =>
      [...flights].find(({ own, shared }) =>
        own === flight || shared === flight
      );
    return {
      [Symbol.iterator]: () =>
        [...(this.isDead ? [] : flights)].map(({ owner, own, shared }) =>
          owner === this ? own : shared
        ).values(),
      add: (own: Flight) => {
        if (this.isDead || find(own)) return;
        const { key, result } = own;
        this.world.onFlight(this, key.slice(key.indexOf("\n") + 1), result);
        const shared = { key, result: this.#share(result) };
        flights.add({ owner: this, own, shared });
      },
      delete: (flight: Flight) => {
        const known = find(flight);
        if (known && !this.isDead) flights.delete(known);
      },
      get size() {
        return flights.size;
      },
    } as unknown as Flights;
  }

  #share<T>(promise: Promise<T>): Promise<T> {
    const shared = new Promise<T>((resolve, reject) => {
      promise.then(
        (value) => this.isDead || resolve(value),
        (error) => this.isDead || reject(error),
      );
    });
    shared.catch(() => {});
    return shared;
  }
}

/** A method that throws at once is no different from one that rejects. */
async function start(
  run: (headers: Readonly<Record<string, string>>) => Promise<unknown>,
  headers: Readonly<Record<string, string>>,
): Promise<unknown> {
  return await run(headers);
}
