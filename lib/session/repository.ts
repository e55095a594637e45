/** The stored session: what is new about it, and storing another one. */
import { type OnDiagnostic, report } from "../config.ts";
import { sourceOf } from "../wire/source.ts";
import { clockKey, userKey } from "./keys.ts";
import {
  isPromise,
  SafeStorage,
  type SessionStorage,
  type Text,
  UNREADABLE,
} from "./storage.ts";
import {
  knownUser,
  ownerOf,
  parseStored,
  type StoredSession,
  withUser,
} from "./stored.ts";

/** Nothing that was not known. */
export const NO_NEWS: unique symbol = Symbol("no news");

/** What was made of news, if there were any. */
export type News<T> = T | typeof NO_NEWS;

/** Makes something of what is stored. */
export type Adopt<T> = (stored: StoredSession | null) => T;

/** Where and how a session is stored. */
export interface RepositoryOptions {
  readonly storage: SessionStorage;
  /** Keeps the user apart from the tokens. */
  readonly userStorage?: SessionStorage | undefined;
  readonly storageKey: string;
  readonly onDiagnostic?: OnDiagnostic | undefined;
  /** Called when something has been written. */
  readonly onSaved?: () => void;
}

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
  /** How far off the server's clock is, as stored. */
  #offsetMs = 0;
  #writing: Promise<void> | undefined;

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
   * once where the storage does.
   *
   * @param adopt Takes the session over, or null for none. Called before
   * anything else can be stored.
   * @param isTold Whether somebody says that there is news: perhaps of a user
   * who is stored apart.
   * @returns What `adopt` gave, or {@link NO_NEWS}.
   */
  look<T>(adopt: Adopt<T>, isTold?: boolean): News<T> | Promise<News<T>> {
    // What is about to be overwritten is no news.
    if (this.#unwritten > 0) return NO_NEWS;
    const turn = ++this.#turn;
    if (isTold && this.#userStorage) this.#seen = undefined;
    const text = this.storage.get(this.#key);
    return isPromise(text)
      ? text.then((text) => this.#take(text, turn, adopt))
      : this.#take(text, turn, adopt);
  }

  /**
   * Stores a session, or removes it. One write at a time, in order.
   *
   * @param stored The session; null for none.
   * @param offsetMs How far the server's clock is from the local one; stored
   * where that has changed.
   */
  save(stored: StoredSession | null, offsetMs: number): Promise<void> {
    this.#latest = ++this.#turn;
    this.#unwritten++;
    return this.#writing = this.#write(this.#writing, stored, offsetMs);
  }

  /** How far the server's clock is from the local one, in milliseconds. */
  async readClock(): Promise<number> {
    const text = await this.storage.get(clockKey(this.#key));
    const offsetMs = typeof text === "string" ? Number(text) : 0;
    // No clock is ten years off.
    return this.#offsetMs = Math.abs(offsetMs) < 3e11 ? offsetMs : 0;
  }

  #take<T>(
    text: Text,
    turn: number,
    adopt: Adopt<T>,
  ): News<T> | Promise<News<T>> {
    if (text === UNREADABLE || turn < this.#latest) return NO_NEWS;
    if (text === this.#seen) {
      this.#latest = turn;
      return NO_NEWS;
    }
    const count = (news: News<StoredSession | null>): News<T> => {
      if (turn < this.#latest) return NO_NEWS;
      this.#latest = turn;
      this.#seen = text;
      return news === NO_NEWS ? NO_NEWS : adopt(news);
    };
    const news = text === null ? null : this.#read(text);
    return isPromise(news) ? news.then(count) : count(news);
  }

  #read(
    text: string,
  ): News<StoredSession> | Promise<StoredSession> {
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
    const user = knownUser(() => JSON.parse(String(text)).user);
    // It may have been left behind by somebody else.
    return user?.id === ownerOf(stored)
      ? withUser(stored, sourceOf(user))
      : stored;
  }

  async #write(
    before: Promise<void> | undefined,
    stored: StoredSession | null,
    offsetMs: number,
  ): Promise<void> {
    if (this.#unwritten > 1) await before;
    const text = stored && this.#textOf(stored);
    const isTaken = await this.storage.set(this.#key, text);
    if (isTaken) this.#seen = text;
    if (this.#userStorage) await this.#writeUser(this.#userStorage, stored);
    else if (!stored) await this.storage.set(userKey(this.#key), null);
    this.#unwritten--;
    if (Math.abs(offsetMs - this.#offsetMs) > 1_000) {
      this.#offsetMs = offsetMs;
      const text = offsetMs ? String(offsetMs) : null;
      await this.storage.set(clockKey(this.#key), text);
    }
    this.#options.onSaved?.();
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
