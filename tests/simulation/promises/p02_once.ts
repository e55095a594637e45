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

/** Requests of one flight: the first, and those that tried again. */
interface Chain {
  readonly since: number;
  /** In time that the machine was awake. */
  endedAt: number;
}

/** Longer than the pause before another try. */
const LONGEST_PAUSE_MS = 1_300;

export class Once implements Checker {
  readonly #world: World;
  /** The last one of a tab and a token. */
  readonly #chains: Map<string, Chain> = new Map();
  /** Tokens that callers gave, which may be any. */
  readonly #given: Set<string> = new Set();
  readonly #chainOf: WeakMap<SentRequest, Chain> = new WeakMap();

  constructor(world: World) {
    this.#world = world;
  }

  onCall({ explicit }: Call): void {
    if (explicit !== undefined) this.#given.add(explicit);
  }

  onSend(request: SentRequest): void {
    const { tab, refreshToken } = request;
    if (refreshToken === undefined) return;
    const { since } = this.#follow(request);
    for (const other of this.#world.network.open) {
      if (other === request || other.refreshToken !== refreshToken) continue;
      const elder = this.#chainOf.get(other)!;
      if (Math.abs(since - elder.since) >= DEADLINE_MS) continue;
      this.#checkTwin(request, other);
    }
    this.#checkCurrent(tab, refreshToken);
  }

  onAnswer(request: SentRequest): void {
    const chain = this.#chainOf.get(request);
    if (chain) chain.endedAt = this.#world.time.awake;
  }

  onRest(): void {
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

  #follow(request: SentRequest): Chain {
    const { awake, now } = this.#world.time;
    const known = this.#chains.get(nameOf(request));
    const goesOn = known && known.endedAt <= awake &&
      awake - known.endedAt <= LONGEST_PAUSE_MS;
    const since = goesOn ? known.since : now;
    const chain = { since, endedAt: Infinity };
    this.#chains.set(nameOf(request), chain);
    this.#chainOf.set(request, chain);
    return chain;
  }

  #checkTwin({ tab, refreshToken }: SentRequest, other: SentRequest): void {
    const { locks, time, wokeAt } = this.#world;
    const both = `tabs ${other.tab.id} and ${tab.id}, ${refreshToken}`;
    if (other.tab.process === tab.process) {
      return this.#fail("one refresh per process", both);
    }
    const isLocked = locks.kind === "good" && locks.isHeldBy(other.tab);
    const isJustAwake = time.now - wokeAt < 15_000;
    if (!isLocked || isJustAwake || this.#given.has(refreshToken ?? "")) return;
    if (isLeaving(tab) || isLeaving(other.tab)) return;
    this.#fail("one refresh per profile", both);
  }

  #checkCurrent(tab: Tab, token: string): void {
    const world = this.#world;
    if (!world.isReliable || this.#given.has(token) || isLeaving(tab)) return;
    const { facts, storageLagMs } = world;
    if (facts.wasStored(token, world.time.now - storageLagMs)) return;
    const { stored } = facts;
    const order = facts.byRefresh.get(token)?.order ?? -1;
    // A slow storage may not have yet what the tab has got.
    if (storageLagMs > 0 && order > (stored.issue?.order ?? -1)) return;
    this.#fail(
      "nobody asks with what is superseded",
      `tab ${tab.id} sends ${token}, stored is ${stored.issue?.refresh}`,
    );
  }

  #fail(check: string, message: string): void {
    this.#world.fail(2, check, message);
  }
}

function nameOf({ tab, refreshToken }: SentRequest): string {
  return `${tab.id} ${refreshToken}`;
}

/** A sign-out uses what it took out. */
function isLeaving(tab: Tab): boolean {
  return [...tab.pending].some(({ method }) => method === "signOut");
}
