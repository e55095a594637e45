/**
 * 6. Sign-out `global` and `local` clear local state first, always; `others`
 * never touches it. 401, 403 and 404 count as done; other failures are thrown.
 */
import type { Issue, Stored } from "../facts.ts";
import type { SentRequest } from "../network.ts";
import type { StorageChange } from "../storage.ts";
import type { Call } from "../tab.ts";
import type { Checker, World } from "../world.ts";

const DONE = [401, 403, 404];

export class SignOut implements Checker {
  readonly #world: World;
  /** What was stored when a sign-out began. */
  readonly #taken: Map<number, Issue | undefined> = new Map();
  /** Server sessions that somebody has signed out of here. */
  readonly #buried: Set<string> = new Set();
  /** Those whose tokens somebody has given anew. */
  readonly #given: Set<string> = new Set();
  /** Refresh tokens of which the server has refused the refresh. */
  readonly #refused: Set<string> = new Set();

  constructor(world: World) {
    this.#world = world;
  }

  onCall(call: Call): void {
    const { method, explicit, id } = call;
    const { facts } = this.#world;
    if (method === "signOut") this.#taken.set(id, facts.stored.issue);
    const given = facts.byRefresh.get(explicit ?? "");
    if (given) this.#given.add(given.family);
  }

  onSend(request: SentRequest): void {
    const { tab, endpoint, accessToken, outgoing } = request;
    if (endpoint !== "POST /logout" || outgoing.url.includes("others")) return;
    const { facts, isReliable, storageLagMs, tabs } = this.#world;
    const issue = facts.byAccess.get(accessToken ?? "");
    if (storageLagMs > 0 || this.#given.has(issue?.family ?? "")) return;
    // What broken storage could not forget, another tab may bring back.
    const isAlone = isReliable || tabs.length === 1;
    if (isAlone && tab.snapshot.session?.access_token === accessToken) {
      this.#fail("the state is cleared first", tab.id, issue?.refresh);
    }
    const { stored } = facts;
    if (isReliable && stored.issue?.access === accessToken) {
      this.#fail("storage is cleared first", tab.id, issue?.refresh);
    }
  }

  onAnswer({ refreshToken, answer }: SentRequest): void {
    if (refreshToken === undefined || !answer) return;
    const { status } = answer;
    if (status >= 400 && status < 500) this.#refused.add(refreshToken);
  }

  onStore({ writer }: StorageChange, after: Stored, before: Stored): void {
    const { isReliable, storageLagMs, tabs } = this.#world;
    if (writer === undefined || !isReliable || storageLagMs > 0) return;
    const tab = tabs[writer]!;
    if (after.text === null && before.issue) {
      const isOut = [...tab.pending].some(isClearing);
      if (isOut) this.#buried.add(before.issue.family);
    }
    if (!after.issue || this.#given.has(after.issue.family)) return;
    if (!this.#buried.has(after.issue.family)) return;
    this.#fail("nobody is brought back", writer, after.issue.refresh);
  }

  onSettle(call: Call): void {
    if (call.method !== "signOut") return;
    const taken = this.#taken.get(call.id);
    const isDisposed = call.tab.isDisposed;
    if (isClearing(call)) this.#checkCleared(call, taken);
    if (!isDisposed) this.#checkResult(call, taken);
  }

  #checkCleared(call: Call, taken: Issue | undefined): void {
    const { isReliable, storageLagMs, facts } = this.#world;
    if (!taken || !isReliable || storageLagMs > 0 || call.isBounded) return;
    if (this.#given.has(taken.family)) return;
    if (call.tab.isDisposed) return;
    const { issue } = facts.stored;
    if (issue?.access !== taken.access) return;
    if (!this.#buried.has(taken.family)) {
      const past = [...facts.since(call.startedAwake)];
      // Somebody may have given the very tokens anew.
      if (past.some(({ text }) => text === null)) return;
    }
    this.#fail("nothing is left in storage", call.tab.id, taken.refresh);
  }

  #checkResult(call: Call, taken: Issue | undefined): void {
    const last = call.requests.findLast(({ endpoint }) =>
      endpoint === "POST /logout"
    );
    const { status = 0, text = "" } = last?.answer ?? {};
    // A gateway's page is not the server's word.
    const isDone = (status >= 200 && status < 300 && text === "") ||
      (DONE.includes(status) && text.startsWith("{"));
    if ("error" in call) {
      const isOwn = call.scope !== "others" && !call.isBounded;
      if (isDone && !last?.hasFailed && isOwn) {
        this.#fail("done is done", call.tab.id, `${call.error}`);
      }
      return;
    }
    if (last && !isDone) {
      this.#fail("failures are thrown", call.tab.id, `status ${status}`);
    }
    if (!taken || call.scope === "others") return;
    this.#checkRevoked(call, taken, last !== undefined);
  }

  #checkRevoked(call: Call, taken: Issue, isAsked: boolean): void {
    const { server, isReliable, storageLagMs, setup, facts } = this.#world;
    if (!isReliable || storageLagMs > 0 || setup.hasRevocations) return;
    const { sessions } = server.server.store.tables;
    if (!sessions.get(taken.family)) return;
    const past = [...facts.since(call.startedAwake)];
    if (past.some(({ issue }) => issue && issue.family !== taken.family)) {
      return;
    }
    const isRefused = [...this.#refused].some((token) =>
      facts.byRefresh.get(token)?.family === taken.family
    );
    // Two may sign out at a time: only one has something to revoke.
    const isFirst = call.tab.pending.size === 0 &&
      past.filter(({ text }) => text === null).length < 2 &&
      past.some(({ text }) => text === null);
    if (isRefused || isAsked || !isFirst) return;
    this.#fail("the server is told", call.tab.id, taken.refresh);
  }

  #fail(check: string, tab: number, message = ""): void {
    this.#world.fail(6, check, `tab ${tab}: ${message}`);
  }
}

function isClearing({ method, scope }: Call): boolean {
  return method === "signOut" && scope !== "others";
}
