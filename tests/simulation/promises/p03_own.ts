/** 3. Two tokens never share an answer. */
import type { Issue, Stored } from "../facts.ts";
import type { SentRequest } from "../network.ts";
import type { StorageChange } from "../storage.ts";
import type { Call, Tab } from "../tab.ts";
import type { Checker, World } from "../world.ts";
import { sessionOf } from "./results.ts";

/** Methods that make another session the current one. */
const SIGN_INS = [
  "signInWithPassword",
  "signUp",
  "signInAnonymously",
  "setSession",
  "refreshToken",
  "verifyOtp",
  "exchangeCodeForSession",
  "secondFactor",
  "initialize",
];

export class Own implements Checker {
  readonly #world: World;
  /** Access tokens that came by something else than a refresh. */
  readonly #entered: Set<string> = new Set();
  /** Refresh tokens that a second factor brought. */
  readonly #raised: Set<string> = new Set();
  /** Server sessions that a tab itself was given. */
  readonly #families: Map<Tab, Set<string>> = new Map();

  constructor(world: World) {
    this.#world = world;
  }

  onAnswer({ tab, answer, refreshToken, endpoint }: SentRequest): void {
    if (answer?.status !== 200) return;
    const access = /"access_token":"([^"]+)"/.exec(answer.text)?.[1];
    if (access === undefined) return;
    const family = this.#world.facts.byAccess.get(access)?.family ?? "";
    this.#add(tab, family);
    if (refreshToken === undefined) this.#entered.add(access);
    if (/\/factors\/.+\/verify/.test(endpoint)) {
      const refresh = /"refresh_token":"([^"]+)"/.exec(answer.text)?.[1];
      this.#raised.add(refresh ?? "");
    }
  }

  onCall({ tab, explicit }: Call): void {
    const given = this.#world.facts.byRefresh.get(explicit ?? "");
    if (given) this.#add(tab, given.family);
  }

  onStore(change: StorageChange, after: Stored, before: Stored): void {
    if (change.writer === undefined || change.isTorn || !after.text) return;
    const tab = this.#world.tabs[change.writer]!;
    const { issue } = after;
    if (this.#world.setup.hasGarbage && !issue) return;
    if (!issue) return this.#fail("only what was issued is stored", tab, "");
    this.#checkPair(tab, after.text, issue);
    this.#checkRaised(tab, issue, before);
    if (!this.#world.isReliable || !before.issue) return;
    if (this.#entered.has(issue.access) || isEntering(tab)) return;
    if (issue.refresh === before.issue.refresh) return;
    const { facts, time, storageLagMs } = this.#world;
    if (facts.isAnswer(before.issue.refresh, issue.refresh)) return;
    if (storageLagMs > 0 && time.awake - before.awake <= storageLagMs) return;
    const { refresh } = before.issue;
    this.#fail(
      "an answer replaces the token it answers",
      tab,
      `${issue.refresh}, answer to ${issue.from}, replaced ${refresh}`,
    );
  }

  onSettle(call: Call): void {
    const access = sessionOf(call);
    if (typeof access !== "string") return;
    const { facts, isReliable, storageLagMs } = this.#world;
    const issue = facts.byAccess.get(access);
    if (!issue) {
      if (this.#world.setup.hasGarbage) return;
      return this.#fail("only what was issued is given", call.tab, access);
    }
    const given = facts.byRefresh.get(call.explicit ?? "");
    if (given && given.user !== issue.user) {
      const message = `${call.method} #${call.id} of ${given.refresh}`;
      this.#fail("a token's own user is given", call.tab, message);
    }
    if (!isReliable || SIGN_INS.includes(call.method)) return;
    const start = call.startedAwake - storageLagMs;
    // A slow storage may not have it yet.
    const isOwn = this.#families.get(call.tab)?.has(issue.family);
    if (storageLagMs > 0 && isOwn) return;
    for (const stored of facts.since(start)) {
      if (stored.issue?.family === issue.family) return;
    }
    const message = `${call.method} #${call.id}: ${issue.refresh}`;
    this.#fail("the stored session is given", call.tab, message);
  }

  #add(tab: Tab, family: string): void {
    const families = this.#families.get(tab) ?? new Set();
    this.#families.set(tab, families.add(family));
  }

  /** A second factor raises the session that it was verified for, no other. */
  #checkRaised(tab: Tab, issue: Issue, { issue: before, awake }: Stored): void {
    const { isReliable, storageLagMs, time } = this.#world;
    if (!isReliable || !before || !this.#raised.has(issue.refresh)) return;
    if (storageLagMs > 0 && time.awake - awake <= storageLagMs) return;
    if (before.family === issue.family || isGiven(tab)) return;
    const message = `${issue.refresh} replaced ${before.refresh}`;
    this.#fail("a factor raises its own session", tab, message);
  }

  #checkPair(tab: Tab, text: string, issue: Issue): void {
    const refresh = /"refresh_token":"([^"]+)"/.exec(text)?.[1] ?? "";
    const user = /"user":\{"id":"([^"]+)"/.exec(text)?.[1];
    const other = this.#world.facts.byRefresh.get(refresh);
    const isPair = other?.family === issue.family;
    if (!isPair) this.#fail("tokens stay together", tab, refresh);
    if (user !== undefined && user !== issue.user) {
      this.#fail("tokens and users stay together", tab, `${user}`);
    }
  }

  #fail(check: string, tab: Tab, message: string): void {
    this.#world.fail(3, check, `tab ${tab.id}: ${message}`);
  }
}

/** Somebody gives tokens, of which these may be the successors. */
function isGiven({ pending }: Tab): boolean {
  return [...pending].some(({ explicit }) => explicit !== undefined);
}

function isEntering(tab: Tab): boolean {
  return [...tab.pending].some(({ method }) => SIGN_INS.includes(method));
}
