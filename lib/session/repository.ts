/** The stored session: what is new about it, and storing another one. */
import { type OnDiagnostic, report } from "../config.ts";
import { isObject } from "../wire/json.ts";
import { sourceOf } from "../wire/source.ts";
import { readUser, type User } from "../wire/user.ts";
import { clockKey, userKey } from "./keys.ts";
import {
  isPromise,
  SafeStorage,
  type SessionStorage,
  UNREADABLE,
} from "./storage.ts";
import {
  ownerOf,
  parseStored,
  type StoredSession,
  withUser,
} from "./stored.ts";

/** Nothing that was not known. */
export const NO_NEWS: unique symbol = Symbol("no news");

/** A stored session, none, or nothing new. */
export type News = StoredSession | null | typeof NO_NEWS;

/** Where and how a session is stored. */
export interface RepositoryOptions {
  readonly storage: SessionStorage;
  /** Keeps the user apart from the tokens. */
  readonly userStorage?: SessionStorage | undefined;
  readonly storageKey: string;
  readonly onDiagnostic?: OnDiagnostic | undefined;
}

/** No clock is ten years off. */
const MAX_OFFSET_MS = 3e11;

/** Reads and writes one client's session. */
export class SessionRepository {
  readonly #key: string;
  readonly #options: RepositoryOptions;
  /** Where everything but the user is. */
  readonly storage: SafeStorage;
  readonly #userStorage: SafeStorage | undefined;
  /** What storage held when last read or written. */
  #seen: string | null | undefined;
  /** Numbers looks and writes, as storages may answer out of order. */
  #turn = 0;
  /** The newest of them that has counted. */
  #latest = 0;
  #unwritten = 0;
  #writing: Promise<unknown> = Promise.resolve();

  /** @param options Where and how. */
  constructor(options: RepositoryOptions) {
    this.#options = options;
    this.#key = options.storageKey;
    this.storage = new SafeStorage(options.storage, options);
    this.#userStorage = options.userStorage &&
      new SafeStorage(options.userStorage, options);
  }

  /**
   * Reads what is stored, if it is not what was last seen there. Answers at
   * once where the storage does and there is no news.
   *
   * @param isTold Whether somebody says that there is news: perhaps of a user
   * who is stored apart.
   * @returns The session, null for none, or {@link NO_NEWS}.
   */
  look(isTold?: boolean): News | Promise<News> {
    // What is about to be overwritten is no news.
    if (this.#unwritten > 0) return NO_NEWS;
    const turn = ++this.#turn;
    if (isTold && this.#userStorage) this.#seen = undefined;
    const text = this.storage.get(this.#key);
    return isPromise(text)
      ? text.then((text) => this.#take(text, turn))
      : this.#take(text, turn);
  }

  /**
   * Stores a session, or removes it. One write at a time, in order.
   *
   * @param stored The session; null for none.
   */
  async save(stored: StoredSession | null): Promise<void> {
    this.#latest = ++this.#turn;
    this.#unwritten++;
    const done = this.#writing.then(() => this.#write(stored));
    this.#writing = done;
    await done;
    this.#unwritten--;
  }

  /** How far the server's clock is from the local one, in milliseconds. */
  async readClock(): Promise<number> {
    const text = await this.storage.get(clockKey(this.#key));
    const offsetMs = typeof text === "string" ? Number(text) : 0;
    return Math.abs(offsetMs) < MAX_OFFSET_MS ? offsetMs : 0;
  }

  /** Stores how far the server's clock is from the local one. */
  async writeClock(offsetMs: number): Promise<void> {
    const text = offsetMs === 0 ? null : String(offsetMs);
    await this.storage.set(clockKey(this.#key), text);
  }

  #take(
    text: string | null | typeof UNREADABLE,
    turn: number,
  ): News | Promise<News> {
    if (text === UNREADABLE) return NO_NEWS;
    if (text === this.#seen) return this.#count(NO_NEWS, text, turn);
    const news = text === null ? null : this.#read(text);
    return isPromise(news)
      ? news.then((news) => this.#count(news, text, turn))
      : this.#count(news, text, turn);
  }

  #count(news: News, text: string | null, turn: number): News {
    if (turn < this.#latest) return NO_NEWS;
    this.#latest = turn;
    this.#seen = text;
    return news;
  }

  #read(text: string): News | Promise<News> {
    const stored = parseStored(text);
    if (!stored) {
      // Torn or foreign: no reason to forget a session that is known.
      report(this.#options, { type: "storage-invalid", key: this.#key });
      return NO_NEWS;
    }
    return stored.userId ? stored : this.#attachUser(stored);
  }

  async #attachUser(stored: StoredSession): Promise<StoredSession> {
    const storage = this.#userStorage ?? this.storage;
    const text = await storage.get(userKey(this.#key));
    const user = typeof text === "string" ? parseUserText(text) : null;
    // It may have been left behind by somebody else.
    return user?.id === ownerOf(stored)
      ? withUser(stored, sourceOf(user))
      : stored;
  }

  async #write(stored: StoredSession | null): Promise<void> {
    const text = stored && this.#textOf(stored);
    const isTaken = await this.storage.set(this.#key, text);
    if (isTaken) this.#seen = text;
    if (this.#userStorage) await this.#writeUser(this.#userStorage, stored);
    else if (!stored) await this.storage.set(userKey(this.#key), null);
  }

  #textOf(stored: StoredSession): string {
    if (!this.#userStorage) return stored.text;
    const { user: _, ...tokens } = stored.json;
    return JSON.stringify(tokens);
  }

  async #writeUser(
    storage: SafeStorage,
    stored: StoredSession | null,
  ): Promise<void> {
    const user = stored?.json["user"];
    const text = user ? JSON.stringify({ user }) : null;
    await storage.set(userKey(this.#key), text);
  }
}

function parseUserText(text: string): User | null {
  try {
    const json: unknown = JSON.parse(text);
    return readUser(isObject(json) ? json["user"] : null);
  } catch {
    return null;
  }
}
