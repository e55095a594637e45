/**
 * 4. State first, then the caller's promise, then events, from a queue: a
 * subscriber that throws, hangs or calls any method affects nobody.
 */
import type { SentRequest } from "../network.ts";
import type { Call, Tab, Told } from "../tab.ts";
import type { Checker, World } from "../world.ts";
import { sessionOf } from "./results.ts";

/** Methods whose result is the session that their event tells of. */
const CAUSES = [
  "signInWithPassword",
  "signUp",
  "signInAnonymously",
  "verifyOtp",
  "exchangeCodeForSession",
  "setSession",
];

export class Order implements Checker {
  readonly #world: World;
  /** Which call a refresh token was sent for. */
  readonly #callOf: Map<string, Call> = new Map();
  /** Refresh tokens that callers gave: two calls may be about one session. */
  readonly #given: Set<string> = new Set();
  /** What each subscriber of a tab was told, in order. */
  readonly #told: Map<Tab, Map<number, Told[]>> = new Map();

  constructor(world: World) {
    this.#world = world;
  }

  onAnswer({ tab, callId, answer, hasFailed }: SentRequest): void {
    if (callId === undefined || answer?.status !== 200 || hasFailed) return;
    // Within a second an access token repeats.
    const refresh = /"refresh_token":"([^"]+)"/.exec(answer.text)?.[1];
    const call = [...tab.pending].find(({ id }) => id === callId);
    if (refresh !== undefined && call && CAUSES.includes(call.method)) {
      this.#callOf.set(refresh, call);
    }
  }

  onSettle(call: Call): void {
    const access = sessionOf(call);
    const { tab } = call;
    if (!CAUSES.includes(call.method) || "error" in call) return;
    if (typeof access !== "string" || !tab.isUsable) return;
    const { isReliable, facts, setup } = this.#world;
    const past = [...facts.since(call.startedAwake)];
    const isStored = past.some(({ issue }) => issue?.access === access);
    if (isReliable && !isStored && !setup.hasUserStorage) {
      this.#fail("a session is stored first", `${call.method} #${call.id}`);
    }
    const { status, session } = tab.snapshot;
    if (session?.access_token === access) return;
    // Somebody else may have been quicker; but there must be somebody else.
    const isOvertaken = past.length > 1 || tab.pending.size > 0 ||
      !this.#world.isReliable;
    if (!isOvertaken) {
      this.#fail("the state comes first", `${call.method}: ${status}`);
    }
  }

  onCall({ explicit }: Call): void {
    if (explicit !== undefined) this.#given.add(explicit);
  }

  onTold(told: Told): void {
    const { tab, subscriber, session } = told;
    const call = this.#callOf.get(session?.refresh_token ?? "");
    // A change of the user is another call's.
    const isOwn = call?.tab === tab && told.cause === "user" &&
      told.event !== "USER_UPDATED" &&
      !this.#given.has(session?.refresh_token ?? "");
    if (call?.isPending && isOwn) {
      const message = `${told.event}, ${call.method} #${call.id}`;
      this.#fail("the caller comes before events", message);
    }
    if (tab.snapshot.status === "loading") {
      this.#fail("the state comes before events", told.event);
    }
    const all = this.#told.get(tab) ?? new Map<number, Told[]>();
    this.#told.set(tab, all);
    all.set(subscriber, [...all.get(subscriber) ?? [], told]);
  }

  onRest(): void {
    if (!this.#world.setup.hasHostility) return;
    for (const [tab, all] of this.#told) {
      if (tab.isUsable) this.#compare(all);
    }
  }

  /** Whoever has been told something at all is told all that follows. */
  #compare(all: ReadonlyMap<number, readonly Told[]>): void {
    const lasts = [...all.values()].map((list) => list.at(-1)!);
    const real = lasts.filter(({ event }) => event !== "INITIAL_SESSION");
    const [first, ...others] = real;
    for (const other of others) {
      if (isSame(first!, other)) continue;
      const message = `${first!.event} and ${other.event}`;
      this.#fail("everybody is told the same", message);
    }
  }

  #fail(check: string, message: string): void {
    this.#world.fail(4, check, message);
  }
}

function isSame(a: Told, b: Told): boolean {
  return a.event === b.event && a.cause === b.cause &&
    a.session?.access_token === b.session?.access_token;
}
