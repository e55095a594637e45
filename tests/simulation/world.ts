/**
 * Everything that there is in one simulation: time, a network, a server, a
 * storage, tabs, and those who watch that the promises are kept.
 */
import type { AuthDiagnostic } from "../../lib/config.ts";
import { createControl } from "../../lib/emulator/control.ts";
import { ChannelBus } from "./channel.ts";
import { type Counts, kindsOf } from "./coverage.ts";
import { Facts, type Stored } from "./facts.ts";
import { LockManager } from "./locks.ts";
import { Network, type SentRequest } from "./network.ts";
import { Random } from "./random.ts";
import { type Answered, SimulatedServer } from "./server.ts";
import { drawSetup, type Setup } from "./setup.ts";
import { SharedStorage, type StorageChange } from "./storage.ts";
import {
  type Call,
  type Process,
  Tab,
  type TabOptions,
  type Told,
} from "./tab.ts";
import { settle, VirtualTime } from "./time.ts";

/** Watches one promise. Each hook is optional. */
export interface Checker {
  onOpen?(tab: Tab): void;
  onStore?(change: StorageChange, stored: Stored, before: Stored): void;
  /** A refresh begins, with whatever comes before its request. */
  onFlight?(tab: Tab, refreshToken: string, flight: Promise<unknown>): void;
  onSend?(request: SentRequest): void;
  onServed?(request: SentRequest, answer: Answered): void;
  onAnswer?(request: SentRequest): void;
  onCall?(call: Call): void;
  onSettle?(call: Call): void;
  onTold?(told: Told): void;
  onDiagnostic?(tab: Tab, event: AuthDiagnostic): void;
  /** Whatever can go on without time has done so. */
  onRest?(): void;
  /** All is well again, and time has passed. */
  onEnd?(): void | Promise<void>;
}

/** A promise that was broken. */
export interface Violation {
  readonly promise: number;
  /** Which of its checks. */
  readonly check: string;
  readonly message: string;
}

/** One simulated world. */
export class World {
  readonly seed: number;
  readonly setup: Setup;
  readonly url = "https://auth.example";
  readonly key = "supabase.auth.token";
  readonly time: VirtualTime = new VirtualTime();
  /** Changes with each step. */
  random: Random;
  readonly facts: Facts;
  readonly server: SimulatedServer;
  readonly network: Network;
  readonly storage: SharedStorage;
  readonly users: SharedStorage | undefined;
  readonly locks: LockManager;
  readonly channels: ChannelBus;
  readonly processes: readonly Process[];
  /** All tabs that there ever were. */
  readonly tabs: Tab[] = [];
  /** How far the local clock is ahead. */
  skewMs: number;
  /** How often the local clock was set. */
  jumps = 0;
  /** When the machine last woke. */
  wokeAt: number = -Infinity;
  /** Whether a tab can know the server's time. */
  knowsTime: (tab: Tab) => boolean = () => false;
  /** What was broken first. */
  violation: Violation | undefined;
  /** What happened, when somebody wants to read it. */
  trace: string[] | undefined;
  /** What has occurred, and how often. */
  readonly counts: Counts = new Map();
  readonly #checkers: readonly Checker[];
  #ids = 0;

  constructor(seed: number, watch: (world: World) => readonly Checker[]) {
    this.seed = seed;
    const random = this.random = new Random(seed);
    const setup = this.setup = drawSetup(random);
    for (const kind of kindsOf(setup)) this.count(kind);
    const { time } = this;
    const count = (kind: string) => this.count(kind);
    const current = () => this.random;
    this.skewMs = setup.skewMs;
    this.facts = new Facts(() => time);
    const own = new Random(seed + 0x5eed);
    this.server = new SimulatedServer(setup.env, own, () => time.now);
    this.network = new Network(this.server, time, current, this);
    const { key } = this;
    this.storage = new SharedStorage(setup.storage, time, current, {
      count,
      onChange: (change) => {
        if (change.key === key) this.#onStore(change);
        else this.log(() => `storage: ${change.key} = ${change.after}`);
      },
    });
    const unwatched = { count, onChange: () => {} };
    this.users = setup.hasUserStorage
      ? new SharedStorage(setup.storage, time, current, unwatched)
      : undefined;
    this.locks = new LockManager(setup.locks, () => time.awake);
    this.channels = new ChannelBus(setup.channel, time, current);
    this.processes = Array.from(
      { length: setup.processes },
      (_, id) => ({ id, flights: new Set() }),
    );
    this.#checkers = watch(this);
  }

  /** The clock of the machine that all tabs are on. */
  localNow(): number {
    return this.time.now + this.skewMs;
  }

  /** Whether storage keeps what it is told, and nobody else writes there. */
  get isReliable(): boolean {
    return !this.setup.hasStorageTrouble && !this.setup.hasGarbage;
  }

  /** For how long a tab may believe what is no longer stored, in milliseconds. */
  get storageLagMs(): number {
    const { isAsync, latencyMs } = this.setup.storage;
    return isAsync ? 4 * latencyMs + 1 : 0;
  }

  /** Tabs that live and are not disposed of. */
  get usable(): readonly Tab[] {
    return this.tabs.filter((tab) => tab.isUsable);
  }

  /** Opens a tab. */
  openTab(options: TabOptions): Tab {
    const tab = new Tab(this, this.tabs.length, options);
    this.tabs.push(tab);
    this.count("tab opened");
    this.log(() =>
      `${tab.id} opens in process ${options.process.id} ` +
      `at ${options.address ?? "no page"}`
    );
    for (const checker of this.#checkers) checker.onOpen?.(tab);
    return tab;
  }

  /** Something has occurred. */
  count(kind: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  /** A number that no other has. */
  nextId(): number {
    return ++this.#ids;
  }

  /** A promise is broken. The first one counts. */
  fail(promise: number, check: string, message: string): void {
    this.violation ??= { promise, check, message };
    this.log(() => `BROKEN: promise ${promise}, ${check}: ${message}`);
  }

  /** Writes to the trace, if there is one. */
  log(line: () => string): void {
    if (!this.trace) return;
    const seconds = ((this.time.now - 1_800_000_000_000) / 1000).toFixed(3);
    this.trace.push(`${seconds.padStart(12)} ${line()}`);
  }

  /** Goes on until then, or until a promise is broken. */
  async advance(durationMs: number): Promise<void> {
    const until = this.time.now + durationMs;
    // What has just been asked for goes as far as it can before time does.
    await settle();
    while (!this.violation && this.time.next(until)) await this.rest();
    if (!this.violation) this.time.moveTo(Math.max(until, this.time.now));
  }

  /** Lets everything go on that needs no time. */
  async rest(): Promise<void> {
    do await settle(); while (this.network.busy > 0);
    for (const checker of this.#checkers) checker.onRest?.();
  }

  /** Everything is well again, and all that is pending ends. */
  async end(): Promise<void> {
    this.log(() => "-- end");
    this.network.weather = "calm";
    this.storage.trouble = undefined;
    if (this.users) this.users.trouble = undefined;
    await this.advance(150_000);
    for (const checker of this.#checkers) {
      if (!this.violation) await checker.onEnd?.();
    }
  }

  /** Two who can sign in. */
  async seedUsers(): Promise<void> {
    const { users } = createControl(this.server.server);
    await users.seed(
      { email: "u0@example.com", password: PASSWORD },
      { email: "u1@example.com", password: PASSWORD },
    );
  }

  onSend(request: SentRequest): void {
    const { tab, endpoint, refreshToken } = request;
    this.log(() => `${tab.id} sends ${endpoint} ${refreshToken ?? ""}`);
    const calls = [...tab.pending];
    calls.find(({ id }) => id === request.callId)?.requests.push(request);
    for (const checker of this.#checkers) checker.onSend?.(request);
  }

  onFlight(tab: Tab, refreshToken: string, flight: Promise<unknown>): void {
    this.log(() => `${tab.id} begins to refresh ${refreshToken}`);
    for (const checker of this.#checkers) {
      checker.onFlight?.(tab, refreshToken, flight);
    }
  }

  onServed(request: SentRequest, answer: Answered): void {
    this.log(() =>
      `server answers ${request.tab.id} ${request.endpoint}: ` +
      `${answer.status} ${answer.status >= 400 ? answer.text : ""}`
    );
    const known = this.facts.issues.length;
    const issue = answer.status === 200
      ? this.facts.learn(answer.text, request.refreshToken)
      : undefined;
    if (request.refreshToken !== undefined) {
      this.#countRefresh(answer, issue !== undefined && issue.order < known);
    }
    for (const checker of this.#checkers) checker.onServed?.(request, answer);
  }

  #countRefresh({ status, text }: Answered, isRepeated: boolean): void {
    const { env } = this.setup;
    const reuse = env["GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL"];
    if (isRepeated) this.count(`answer repeated, reuse window ${reuse}`);
    else if (status === 200) this.count("refreshed");
    else this.count(`refused: ${/"(?:error_)?code":"(\w+)"/.exec(text)?.[1]}`);
  }

  onAnswer(request: SentRequest): void {
    const { tab, endpoint, answer, code, hasFailed } = request;
    const isWhole = answer?.status === 200 && !hasFailed;
    if (isWhole && endpoint.startsWith("POST")) this.facts.deliver(answer.text);
    this.log(() =>
      `${tab.id} gets ${endpoint}: ` +
      (answer ? `${answer.status} ${code ?? ""}` : "nothing") +
      (hasFailed ? " (failed)" : "")
    );
    for (const checker of this.#checkers) checker.onAnswer?.(request);
  }

  onCall(call: Call): void {
    const { method, scope } = call;
    this.count(scope === undefined ? method : `${method} ${scope}`);
    this.log(() =>
      `${call.tab.id} calls ${call.method} #${call.id} ${call.explicit ?? ""}`
    );
    for (const checker of this.#checkers) checker.onCall?.(call);
  }

  onSettle(call: Call): void {
    this.log(() =>
      `${call.tab.id} ends ${call.method} #${call.id}: ` +
      ("error" in call ? `${call.error}` : "ok")
    );
    for (const checker of this.#checkers) checker.onSettle?.(call);
  }

  onTold(told: Told): void {
    this.count(told.event);
    this.count(`cause ${told.cause}`);
    this.log(() =>
      `${told.tab.id} tells ${told.subscriber} ${told.event} (${told.cause}) ` +
      `${told.session?.refresh_token}`
    );
    for (const checker of this.#checkers) checker.onTold?.(told);
  }

  onDiagnostic(tab: Tab, event: AuthDiagnostic): void {
    this.log(() =>
      `${tab.id} reports ${event.type} ${"error" in event ? event.error : ""}`
    );
    for (const checker of this.#checkers) checker.onDiagnostic?.(tab, event);
  }

  #onStore(change: StorageChange): void {
    const before = this.facts.stored;
    const stored = this.facts.note(change);
    this.log(() =>
      `storage: session is ${
        stored.issue?.refresh ?? stored.text
      } (by ${change.writer})`
    );
    for (const checker of this.#checkers) {
      checker.onStore?.(change, stored, before);
    }
  }
}

/** Of all users that the simulation makes. */
export const PASSWORD = "correct horse battery";
