/**
 * 7. Expiry is computed against the server's clock: a wrong local clock
 * neither storms nor signs out.
 */
import type { SentRequest } from "../network.ts";
import type { Call, Process, Tab } from "../tab.ts";
import type { Checker, World } from "../world.ts";
import { sessionOf } from "./results.ts";

/** What a latency or a rounding may make. */
const TOLERANCE_MS = 7_000;

/** For how long a refresh may go on that its caller has given up. */
const GOES_ON_MS = 30_000;

export class Clock implements Checker {
  readonly #world: World;

  /** Refreshes that were begun by who could not know the time. */
  readonly #unsure: Set<string> = new Set();
  /** Until when somebody in a process may want a refresh, whatever the time. */
  readonly #wishedAt: Map<Process, number> = new Map();

  constructor(world: World) {
    this.#world = world;
  }

  onCall(call: Call): void {
    if (isWanted(call)) this.#wishedAt.set(call.tab.process, Infinity);
  }

  /** Who waits for a lock gets to know the time too late. */
  onFlight(tab: Tab, token: string): void {
    const name = `${tab.id} ${token}`;
    if (this.#world.knowsTime(tab)) this.#unsure.delete(name);
    else this.#unsure.add(name);
  }

  onSend({ tab, refreshToken }: SentRequest): void {
    const { facts, time, setup } = this.#world;
    const issue = facts.byRefresh.get(refreshToken ?? "");
    const { isReliable } = this.#world;
    if (!issue || !isReliable || !this.#world.knowsTime(tab)) return;
    if (this.#unsure.has(`${tab.id} ${refreshToken}`)) return;
    // What another client has stored may not tell for how long it lives.
    if (setup.beginning === "foreign" && issue === facts.issues[0]) return;
    if (time.awake - (this.#wishedAt.get(tab.process) ?? -Infinity) < 0) return;
    const { issue: stored } = facts.stored;
    const newest = stored?.refresh === issue.refresh
      ? stored
      : facts.issues.findLast(({ refresh }) => refresh === issue.refresh)!;
    const left = newest.expiresAt * 1000 - time.now;
    if (left <= newest.lifetime * 500 + TOLERANCE_MS) return;
    this.#world.fail(
      7,
      "no refresh before its time",
      `tab ${tab.id} refreshes ${issue.refresh} with ${left} ms left`,
    );
  }

  onSettle(call: Call): void {
    const { process } = call.tab;
    const isLast = !this.#world.tabs.some((tab) =>
      tab.process === process && [...tab.pending].some(isWanted)
    );
    if (isWanted(call) && isLast) {
      this.#wishedAt.set(process, this.#world.time.awake + GOES_ON_MS);
    }
    if (call.method !== "getSession" && call.method !== "getAccessToken") {
      return;
    }
    const access = sessionOf(call);
    const { facts, time } = this.#world;
    const issue = typeof access === "string"
      ? facts.byAccess.get(access)
      : undefined;
    const { isReliable } = this.#world;
    if (!issue || !isReliable || !this.#world.knowsTime(call.tab)) return;
    const dead = time.now - issue.expiresAt * 1000;
    // A machine that slept in the middle of a call cannot have noticed.
    const tolerance = TOLERANCE_MS + this.#world.storageLagMs;
    if (dead <= tolerance || this.#world.wokeAt > call.startedAt) return;
    this.#world.fail(
      7,
      "no dead token is given",
      `tab ${call.tab.id}, ${call.method} #${call.id}: dead for ${dead} ms`,
    );
  }
}

/** Somebody has asked for a refresh, whatever the time. */
function isWanted({ method, explicit }: Call): boolean {
  return method === "refreshSession" || explicit !== undefined ||
    method === "signOut";
}

/** Follows which tabs can know the server's time. */
export class ClockKnowledge implements Checker {
  readonly #world: World;
  /** How often the clock had been set when a tab last got to know the time. */
  readonly #knownAt: Map<Tab, number> = new Map();

  constructor(world: World) {
    this.#world = world;
    world.knowsTime = (tab) => this.#knows(tab);
  }

  /** A tab that is opened reads what others have found out. */
  onOpen(tab: Tab): void {
    const { storage, key, skewMs, isReliable, jumps } = this.#world;
    const known = Number(storage.items.get(`${key}-clock`) ?? 0);
    if (isReliable && Math.abs(known + skewMs) < 4_000) {
      this.#knownAt.set(tab, jumps);
    }
  }

  onSend(request: SentRequest): void {
    this.#jumpsAt.set(request, this.#world.jumps);
  }

  onAnswer(request: SentRequest): void {
    const { tab, endpoint, answer, hasFailed } = request;
    const isToken = /^POST \/(token|signup|verify)/.test(endpoint);
    if (!isToken || answer?.status !== 200 || hasFailed) return;
    if (!answer.text.includes('"expires_in"')) return;
    // Known as well as the answer was quick, and the clock steady.
    const { time, jumps } = this.#world;
    const isSteady = this.#jumpsAt.get(request) === jumps;
    if (time.now - request.sentAt > 3_000 || !isSteady) {
      this.#knownAt.delete(tab);
      return;
    }
    const { pending } = this.#world.storage;
    if (pending > 0 || time.awake <= 0) return;
    const isRefresh = request.refreshToken !== undefined;
    (isRefresh ? this.#fresh : this.#underWay).add(tab);
  }

  onRest(): void {
    const { wokeAt, tabs, network, storage, users } = this.#world;
    if (wokeAt > this.#wokeAt) {
      this.#wokeAt = wokeAt;
      const isBusy = network.open.size > 0 || storage.pending > 0 ||
        (users?.pending ?? 0) > 0;
      // Who slept with a request or an answer in hand cannot tell for how long.
      for (const tab of tabs) if (isBusy) this.#knownAt.delete(tab);
      if (isBusy) this.#underWay.clear();
    }
    for (const tab of this.#underWay) {
      if (tab.pending.size > 0) continue;
      this.#underWay.delete(tab);
      this.#fresh.add(tab);
    }
    for (const tab of this.#fresh) {
      this.#knownAt.set(tab, this.#world.jumps);
    }
    this.#fresh.clear();
  }

  readonly #fresh: Set<Tab> = new Set();
  /** Tabs whose sign-in has its answer, and counts once it has been kept. */
  readonly #underWay: Set<Tab> = new Set();
  readonly #jumpsAt: WeakMap<SentRequest, number> = new WeakMap();
  #wokeAt = -Infinity;

  #knows(tab: Tab): boolean {
    return this.#knownAt.get(tab) === this.#world.jumps;
  }
}
