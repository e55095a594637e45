/** What the server and the storage know, whatever the clients believe. */
import type { StorageChange } from "./storage.ts";

/** Tokens that the server has issued. */
export interface Issue {
  readonly refresh: string;
  readonly access: string;
  /** The server's session. */
  readonly family: string;
  readonly user: string;
  /** Seconds since 1970, by the server's clock. */
  readonly expiresAt: number;
  /** In seconds. */
  readonly lifetime: number;
  /** Grows within a family; the same for a repeated answer. */
  readonly order: number;
  /** The refresh token that was exchanged for it. */
  readonly from: string | undefined;
}

/** The session's item, from a moment on. */
export interface Stored {
  readonly at: number;
  readonly awake: number;
  /** Which tab wrote it; undefined for the world. */
  readonly writer: number | undefined;
  readonly text: string | null;
  /** Undefined for none, and for what no server has issued. */
  readonly issue: Issue | undefined;
}

/** Follows what is issued and stored. */
export class Facts {
  /** What was issued, by refresh token. */
  readonly byRefresh: Map<string, Issue> = new Map();
  /** What was issued, by access token. */
  readonly byAccess: Map<string, Issue> = new Map();
  /** What was issued, by both tokens: within a second an access token repeats. */
  readonly #byPair: Map<string, Issue> = new Map();
  /** Which refresh token was given for which: for two, where one repeats. */
  readonly #answers: Set<string> = new Set();
  /** All that was issued, in order. */
  readonly issues: Issue[] = [];
  /** What somebody has got: answers may be late, or lost. */
  readonly delivered: Issue[] = [];
  /** What was stored as the session, newest last; the first is the beginning. */
  readonly history: Stored[] = [];
  readonly #now: () => { readonly now: number; readonly awake: number };

  constructor(now: () => { readonly now: number; readonly awake: number }) {
    this.#now = now;
    this.#remember(null, undefined);
  }

  /** What is stored as the session now. */
  get stored(): Stored {
    return this.history.at(-1)!;
  }

  /** Notes what a token response of the server's brought. */
  learn(text: string, from: string | undefined): Issue | undefined {
    // The server's own text, whose form is known.
    const access = /"access_token":"([^"]+)"/.exec(text)?.[1];
    const refresh = /"refresh_token":"([^"]+)"/.exec(text)?.[1];
    if (access === undefined || refresh === undefined) return undefined;
    const known = this.byRefresh.get(refresh);
    this.#answers.add(`${from} ${refresh}`);
    const issue: Issue = {
      refresh,
      access,
      family: known?.family ?? String(payloadOf(access)["session_id"]),
      user: /"user":\{"id":"([^"]+)"/.exec(text)?.[1] ?? "",
      expiresAt: numberIn(text, /"expires_at":(\d+)/),
      lifetime: numberIn(text, /"expires_in":(\d+)/),
      order: known?.order ?? this.issues.length,
      from,
    };
    if (!known) this.byRefresh.set(refresh, issue);
    this.byAccess.set(access, issue);
    this.#byPair.set(`${access} ${refresh}`, issue);
    this.issues.push(issue);
    return issue;
  }

  /** Whether a refresh token was ever given for another one. */
  isAnswer(from: string, refresh: string): boolean {
    return this.#answers.has(`${from} ${refresh}`);
  }

  /** Notes that an answer of the server's has arrived. */
  deliver(text: string): void {
    const refresh = /"refresh_token":"([^"]+)"/.exec(text)?.[1] ?? "";
    const issue = this.byRefresh.get(refresh);
    if (issue) this.delivered.push(issue);
  }

  /** Notes what an address of the server's brought. */
  learnAddress(address: string): void {
    const values = new URLSearchParams(new URL(address).hash.slice(1));
    const access = values.get("access_token");
    if (access === null) return;
    const body = {
      access_token: access,
      refresh_token: values.get("refresh_token"),
      expires_at: Number(values.get("expires_at")),
      expires_in: Number(values.get("expires_in")),
      user: { id: payloadOf(access)["sub"] },
    };
    const text = JSON.stringify(body);
    this.learn(text, undefined);
    this.deliver(text);
  }

  /** Notes a change of the session's item. */
  note({ writer, after }: StorageChange): Stored {
    return this.#remember(after, writer);
  }

  /** What was stored at some time since a moment that the machine was awake. */
  *since(moment: number): Iterable<Stored> {
    for (let i = this.history.length - 1; i >= 0; i--) {
      yield this.history[i]!;
      if (this.history[i]!.awake < moment) return;
    }
  }

  /** Whether a refresh token was stored at some time since a moment. */
  wasStored(refresh: string, moment: number): boolean {
    for (const { issue } of this.since(moment)) {
      if (issue?.refresh === refresh) return true;
    }
    return false;
  }

  #remember(text: string | null, writer: number | undefined): Stored {
    const { now: at, awake } = this.#now();
    const issue = text === null ? undefined : this.#issueOf(text);
    const stored = { at, awake, writer, text, issue };
    this.history.push(stored);
    return stored;
  }

  #issueOf(text: string): Issue | undefined {
    if (!text.endsWith("}")) return undefined;
    const access = /"access_token": ?"([^"]+)"/.exec(text)?.[1];
    const refresh = /"refresh_token": ?"([^"]+)"/.exec(text)?.[1];
    return this.#byPair.get(`${access} ${refresh}`);
  }
}

function payloadOf(access: string): Record<string, unknown> {
  const segment = access.split(".")[1] ?? "";
  return JSON.parse(atob(segment.replaceAll("-", "+").replaceAll("_", "/")));
}

function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1]);
}
