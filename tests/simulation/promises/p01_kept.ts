/**
 * 1. A session is dropped only on sign-out or on a definitive refusal of the
 * token still stored. Everything else keeps it; `Retry-After` is obeyed. While
 * it cannot be refreshed it is given as long as its access token lives.
 */
import type { SentRequest } from "../network.ts";
import type { StorageChange } from "../storage.ts";
import type { Call, Process, Tab } from "../tab.ts";
import type { Stored } from "../facts.ts";
import type { Checker, World } from "../world.ts";
import { isAuthError } from "../../../lib/errors.ts";
import { sessionOf } from "./results.ts";

/** Codes by which a refresh token is refused for good. */
export const DEFINITIVE: readonly string[] = [
  "refresh_token_not_found",
  "refresh_token_already_used",
  "session_not_found",
  "session_expired",
  "user_banned",
  "validation_failed",
  "invalid_client",
];
/** How long a call may still work at a sign-out that its caller gave up. */
const GRACE_MS = 20_000;

interface Refusal {
  readonly token: string;
  readonly at: number;
}

/** What a tab held at the last rest. */
interface Held {
  readonly access: string;
  readonly refresh: string;
  readonly since: number;
}

export class Kept implements Checker {
  readonly #world: World;
  /** Refresh tokens that were refused for good, by process. */
  readonly #refused: Map<Process, Refusal[]> = new Map();
  /** Access tokens whose session is gone, by tab. */
  readonly #gone: Map<Tab, Refusal[]> = new Map();
  readonly #signOuts: Map<Tab, number> = new Map();
  readonly #held: Map<Tab, Held> = new Map();
  /** Refresh tokens that callers gave. */
  readonly #given: Set<string> = new Set();
  /** Until when a tab has to leave a token alone, in local time. */
  readonly #rest: Map<string, number> = new Map();

  constructor(world: World) {
    this.#world = world;
  }

  onCall(call: Call): void {
    if (call.explicit !== undefined) this.#given.add(call.explicit);
    if (isLeaving(call)) this.#signOuts.set(call.tab, Infinity);
  }

  onSettle(call: Call): void {
    const { tab } = call;
    if (isLeaving(call) && ![...tab.pending].some(isLeaving)) {
      this.#signOuts.set(tab, this.#world.time.awake + GRACE_MS);
    }
    if (call.method === "getSession" || call.method === "getAccessToken") {
      this.#checkAnswer(call);
    }
  }

  onSend({ tab, refreshToken }: SentRequest): void {
    if (refreshToken === undefined) return;
    const until = this.#rest.get(`${tab.id} ${refreshToken}`) ?? 0;
    const isOwnWish = [...tab.pending].some((call) =>
      call.explicit !== undefined || isLeaving(call)
    );
    // A clock that was set says nothing of when the rest ends.
    const isBinding = this.#world.localNow() < until &&
      !this.#world.setup.hasClockJumps;
    if (isBinding && !isOwnWish && !this.#given.has(refreshToken)) {
      this.#fail("Retry-After is obeyed", `tab ${tab.id} asks too early`);
    }
  }

  onAnswer(request: SentRequest): void {
    const { tab, answer, code, refreshToken, accessToken } = request;
    if (!answer) return;
    const { status, headers } = answer;
    const at = this.#world.time.now;
    const isRefusal = status >= 400 && status < 500 && status !== 429 &&
      status !== 409;
    if (refreshToken !== undefined) {
      if (isRefusal && DEFINITIVE.includes(code ?? "")) {
        note(this.#refused, tab.process, { token: refreshToken, at });
      }
      const retryAfter = headers.get("retry-after");
      const isGiven = this.#given.has(refreshToken);
      if (retryAfter !== null && status >= 400 && !isGiven) {
        const name = `${tab.id} ${refreshToken}`;
        this.#rest.set(name, this.#restUntil(retryAfter));
      }
    } else if (request.endpoint === "GET /user" && status === 403) {
      if (code === "session_not_found" || code === "user_not_found") {
        note(this.#gone, tab, { token: accessToken ?? "", at });
      }
    }
  }

  onStore({ writer }: StorageChange, after: Stored, before: Stored): void {
    if (writer === undefined || !before.issue) return;
    const tab = this.#world.tabs[writer]!;
    if (after.text === null) {
      if (this.#mayLeave(tab)) return;
      const { access, refresh } = before.issue;
      if (this.#isRefused(tab, refresh, access, before.awake)) return;
      // What cannot be read cannot be told from what was refused.
      const isRefused = this.#refused.has(tab.process) || this.#gone.has(tab);
      if (!this.#world.isReliable && isRefused) return;
      return this.#fail(
        "what is stored is removed for a reason",
        `tab ${tab.id} removed ${refresh}`,
      );
    }
    if (!after.issue || !this.#world.isReliable) return;
    if (after.issue.family !== before.issue.family) return;
    if (after.issue.order >= before.issue.order) return;
    if (this.#isLagging(before.awake) || hasOwnTokens(tab)) return;
    this.#fail(
      "nothing older replaces what is stored",
      `tab ${tab.id} replaced ${before.issue.refresh} by ${after.issue.refresh}`,
    );
  }

  onRest(): void {
    for (const tab of this.#world.tabs) {
      if (!tab.isUsable) continue;
      const { status, session } = tab.snapshot;
      const held = this.#held.get(tab);
      if (status === "signed-out" && held) {
        this.#held.delete(tab);
        this.#checkLoss(tab, held);
      } else if (session && session.access_token !== held?.access) {
        this.#held.set(tab, {
          access: session.access_token,
          refresh: session.refresh_token,
          since: this.#world.time.awake,
        });
      }
    }
  }

  /** When all is well, whoever is signed in is given the session. */
  async onEnd(): Promise<void> {
    const world = this.#world;
    const { issue } = world.facts.stored;
    if (!issue || !world.isReliable || !isAlive(world, issue.family)) return;
    for (const tab of world.usable) {
      const { stored } = world.facts;
      if (!stored.issue) return;
      void tab.call("getSession", () => tab.client.getSession());
      await world.advance(60_000);
    }
  }

  #checkLoss(tab: Tab, { access, refresh, since }: Held): void {
    if (this.#mayLeave(tab) || this.#isRefused(tab, refresh, access, since)) {
      return;
    }
    for (const { text, issue, awake } of this.#world.facts.since(since)) {
      // Garbage may look like a session, until the server refuses it.
      if (text === null || !issue) return;
      if (this.#isRefused(tab, issue.refresh, issue.access, awake)) return;
    }
    this.#fail(
      "who is signed in stays so",
      `tab ${tab.id} forgot ${refresh}`,
    );
  }

  #checkAnswer(call: Call): void {
    const world = this.#world;
    if (!world.isReliable) return;
    const { tab } = call;
    const lag = world.storageLagMs;
    const past = [...world.facts.since(call.startedAwake - lag)];
    const isEmpty = past.some(({ text, issue }) => text === null || !issue);
    if (!("error" in call)) {
      if (sessionOf(call) !== null || isEmpty || this.#mayLeave(tab)) return;
      const isRefused = past.some(({ issue, awake }) =>
        issue && this.#isRefused(tab, issue.refresh, issue.access, awake)
      );
      if (isRefused) return;
      return this.#fail(
        "nobody is told that nobody is signed in",
        `tab ${tab.id}, ${call.method} #${call.id}`,
      );
    }
    const { error } = call;
    if (isEmpty || call.isBounded || world.setup.hasUserStorage) return;
    if (isAuthError(error, "client_disposed") || tab.isDisposed) return;
    const { issue } = world.facts.stored;
    const left = issue ? issue.expiresAt * 1000 - world.time.now : 0;
    const isSuperseded = past.length > 1 && world.storageLagMs > 0;
    if (left < 10_000 || isSuperseded || !world.knowsTime(tab)) return;
    if (past.every(({ issue }) => issue && !isAlive(world, issue.family))) {
      return;
    }
    this.#fail(
      "the session is given while its token lives",
      `tab ${tab.id}, ${call.method} #${call.id}: ${error}`,
    );
  }

  #mayLeave(tab: Tab): boolean {
    return this.#world.time.awake <= (this.#signOuts.get(tab) ?? -1);
  }

  #isRefused(
    tab: Tab,
    refresh: string,
    access: string,
    since: number,
  ): boolean {
    const refused = this.#refused.get(tab.process) ?? [];
    const gone = this.#gone.get(tab) ?? [];
    if (refused.some(({ token }) => token === refresh)) return true;
    if (gone.some(({ token }) => token === access)) return true;
    // What took its place while the tab was reading cannot be known.
    return this.#isLagging(since) && refused.length + gone.length > 0;
  }

  #isLagging(since: number): boolean {
    const lag = this.#world.storageLagMs;
    return lag > 0 && this.#world.time.awake - since <= lag;
  }

  #restUntil(retryAfter: string): number {
    const now = this.#world.localNow();
    if (/^\d+$/.test(retryAfter)) return now + Number(retryAfter) * 1000;
    return Date.parse(retryAfter);
  }

  #fail(check: string, message: string): void {
    this.#world.fail(1, check, message);
  }
}

function isLeaving({ method, scope }: Call): boolean {
  return method === "signOut" && scope !== "others";
}

function hasOwnTokens(tab: Tab): boolean {
  return [...tab.pending].some(({ explicit }) => explicit !== undefined);
}

function isAlive({ server }: World, family: string): boolean {
  return server.server.store.tables.sessions.get(family) !== undefined;
}

function note<K>(map: Map<K, Refusal[]>, key: K, refusal: Refusal): void {
  const list = map.get(key) ?? [];
  list.push(refusal);
  map.set(key, list);
}
