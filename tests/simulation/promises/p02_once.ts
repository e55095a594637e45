/**
 * 2. For one refresh token there is one refresh in flight per process and,
 * where locks work, per profile. Who waits for another has a deadline, reads
 * storage again and adopts what is newer; nobody asks with what is superseded.
 */
import type { SentRequest } from "../network.ts";
import type { Call, Tab } from "../tab.ts";
import type { Checker, World } from "../world.ts";

/** What waiters wait for at most before they ask themselves. */
const DEADLINE_MS = 5_000;
/** Longer than all deadlines of a call in a row: lock, flight, request, retry. */
const LONGEST_CALL_MS = 75_000;
/** The same where a storage takes its time, or hangs. */
const LONGEST_SLOW_CALL_MS = 600_000;
/** A lock is held during a refresh and what is read and written around it. */
const LONGEST_HOLD_MS = 32_000;

/** A refresh under way, with whatever comes before and between its requests. */
interface Flight {
  readonly since: number;
  isLanded: boolean;
}

export class Once implements Checker {
  readonly #world: World;
  readonly #flights: Map<string, Flight[]> = new Map();
  /** Tokens that callers gave, which may be any. */
  readonly #given: Set<string> = new Set();
  /** When a tab was last given a token. */
  readonly #got: Map<string, number> = new Map();
  /** Until when a tab may still be at work on a sign-out. */
  readonly #left: Map<Tab, number> = new Map();
  /** Requests that were sent since the last rest. */
  #sent: SentRequest[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** What an address brings is taken as given. */
  onOpen({ page }: Tab): void {
    const token = /[#&]refresh_token=([^&]+)/.exec(page?.url() ?? "")?.[1];
    if (token !== undefined) this.#given.add(decodeURIComponent(token));
  }

  onCall({ explicit }: Call): void {
    if (explicit !== undefined) this.#given.add(explicit);
  }

  onSettle(call: Call): void {
    if (call.method !== "signOut") return;
    // What it asks of the server goes on without its caller.
    this.#left.set(call.tab, this.#world.time.awake + 30_000);
  }

  onFlight(tab: Tab, token: string, promise: Promise<unknown>): void {
    const { now } = this.#world.time;
    const live = this.#live(tab, token);
    if (live.some(({ since }) => now - since < DEADLINE_MS)) {
      this.#fail("one refresh per process", `tab ${tab.id}, ${token}`);
    }
    const flight = { since: now, isLanded: false };
    const land = () => void (flight.isLanded = true);
    promise.then(land, land);
    this.#flights.set(nameOf(tab, token), [...live, flight]);
  }

  onSend(request: SentRequest): void {
    const { tab, refreshToken } = request;
    if (refreshToken === undefined) return;
    this.#sent.push(request);
    this.#checkCurrent(tab, refreshToken);
    for (const other of this.#world.network.open) {
      if (other.refreshToken !== refreshToken) continue;
      if (other.tab.process !== tab.process) this.#checkProfile(request, other);
    }
  }

  onAnswer({ tab, answer }: SentRequest): void {
    if (answer?.status !== 200) return;
    const token = /"refresh_token":"([^"]+)"/.exec(answer.text)?.[1];
    const { awake } = this.#world.time;
    if (token !== undefined) this.#got.set(`${tab.id} ${token}`, awake);
  }

  onRest(): void {
    for (const request of this.#sent) this.#checkProcess(request);
    this.#sent = [];
    const { time, tabs, setup, locks } = this.#world;
    const isSlow = setup.hasStorageTrouble || setup.storage.latencyMs >= 200;
    const longest = isSlow ? LONGEST_SLOW_CALL_MS : LONGEST_CALL_MS;
    for (const tab of tabs) {
      if (tab.isDead) continue;
      for (const { startedAwake, method, id } of tab.pending) {
        if (time.awake - startedAwake <= longest) break;
        this.#fail("every call ends", `tab ${tab.id}, ${method} #${id}`);
      }
    }
    for (const { tab, ms } of locks.heldFor()) {
      if (isSlow || ms <= LONGEST_HOLD_MS) continue;
      this.#fail("locks are let go", `tab ${tab} holds one for ${ms} ms`);
    }
  }

  /** More requests than flights: somebody has not looked for a flight. */
  #checkProcess({ tab, refreshToken }: SentRequest): void {
    const twins = [...this.#world.network.open].filter((other) =>
      other.refreshToken === refreshToken && other.tab.process === tab.process
    );
    const flights = this.#live(tab, refreshToken ?? "").length;
    if (twins.length <= Math.max(1, flights)) return;
    const ids = twins.map((other) => other.tab.id);
    this.#fail("one refresh per process", `tabs ${ids}, ${refreshToken}`);
  }

  #checkProfile({ tab, refreshToken }: SentRequest, other: SentRequest): void {
    const { locks, time, wokeAt } = this.#world;
    const token = refreshToken ?? "";
    if (locks.kind !== "good") return;
    // Without the lock one goes on only after having waited for it.
    if (!locks.isHeldBy(other.tab) && this.#hasWaited(other.tab, token)) return;
    if (
      this.#given.has(token) || this.#isLeaving(tab) ||
      this.#isLeaving(other.tab)
    ) {
      return;
    }
    if (this.#hasWaited(tab, token) || time.now - wokeAt < 15_000) return;
    const both = `tabs ${other.tab.id} and ${tab.id}, ${token}`;
    this.#fail("one refresh per profile", both);
  }

  #hasWaited(tab: Tab, token: string): boolean {
    const { now } = this.#world.time;
    return this.#live(tab, token).some(({ since }) =>
      now - since >= DEADLINE_MS
    );
  }

  #checkCurrent(tab: Tab, token: string): void {
    const world = this.#world;
    if (!world.isReliable || this.#given.has(token) || this.#isLeaving(tab)) {
      return;
    }
    const { facts, storageLagMs } = world;
    if (facts.wasStored(token, world.time.awake - storageLagMs)) return;
    const { stored } = facts;
    const got = this.#got.get(`${tab.id} ${token}`) ?? -Infinity;
    const isUnstored = !facts.history.some(({ issue }) =>
      issue?.refresh === token
    );
    // A slow storage may not have yet what the tab has got.
    const isPending = isUnstored || world.time.awake - got <= storageLagMs;
    if (storageLagMs > 0 && isPending) return;
    this.#fail(
      "nobody asks with what is superseded",
      `tab ${tab.id} sends ${token}, stored is ${stored.issue?.refresh}`,
    );
  }

  /** A sign-out uses what it took out. */
  #isLeaving(tab: Tab): boolean {
    return (this.#left.get(tab) ?? -1) >= this.#world.time.awake ||
      [...tab.pending].some(({ method }) => method === "signOut");
  }

  #live(tab: Tab, token: string): readonly Flight[] {
    const all = this.#flights.get(nameOf(tab, token)) ?? [];
    return all.filter(({ isLanded }) => !isLanded);
  }

  #fail(check: string, message: string): void {
    this.#world.fail(2, check, message);
  }
}

function nameOf({ process }: Tab, refreshToken: string): string {
  return `${process.id} ${refreshToken}`;
}
