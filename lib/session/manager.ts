/** The one object that holds a client's state. Decisions are `transition`'s. */
import { type AuthConfig, type Metadata, report } from "../config.ts";
import { AuthSessionError } from "../errors.ts";
import { readSession, type Session } from "../wire/session.ts";
import type { Channel } from "./channel.ts";
import {
  type AuthChangeCallback,
  EventQueue,
  type PendingEvent,
} from "./events.ts";
import type { AuthSnapshot, ManagerOptions } from "./manager_options.ts";
import type { Platform } from "./platform.ts";
import { readOffset, type ServerClock, trackClock } from "./refresh.ts";
import { NO_NEWS, SessionRepository } from "./repository.ts";
import {
  type AuthChangeEvent,
  type ChangeCause,
  INITIAL_STATE,
  type SessionEvent,
  type SessionState,
  type Telling,
  transition,
} from "./state.ts";
import type { SafeStorage } from "./storage.ts";
import { storedFrom, type StoredSession } from "./stored.ts";

/** Holds one client's session: reads, stores, tells, and forgets it. */
export class SessionManager<M extends Metadata> {
  /** The server. */
  readonly config: AuthConfig<M>;
  /** Where it runs. */
  readonly platform: Platform;
  /** Where the session is stored; also the name of its lock. */
  readonly storageKey: string;
  /** Where everything but the user is stored. */
  readonly storage: SafeStorage;
  readonly #options: ManagerOptions<M>;
  readonly #repository: SessionRepository;
  readonly #events: EventQueue<Session<M>>;
  #state: SessionState = INITIAL_STATE;
  #clock: ServerClock = { offsetMs: 0, seenAt: 0 };
  #snapshot: AuthSnapshot<M>;
  #initialization: Promise<void> | undefined;
  #channel: Channel | undefined;
  #isInitialized = false;
  #isDisposed = false;

  /** @param options What to work with. */
  constructor(options: ManagerOptions<M>) {
    const { config, platform, storageKey, initialSnapshot } = options;
    this.#options = options;
    this.config = config;
    this.platform = platform;
    this.storageKey = storageKey;
    this.#repository = new SessionRepository({
      ...options,
      onDiagnostic: config.onDiagnostic,
      onSaved: () => this.#announce(),
    });
    this.storage = this.#repository.storage;
    this.#events = new EventQueue(config);
    this.#snapshot = initialSnapshot ?? { status: "loading", session: null };
  }

  /** What is known now. */
  get state(): SessionState {
    return this.#state;
  }

  /** Whether {@link dispose} has been called. */
  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /**
   * Reads storage and consumes the page's callback URL, once.
   *
   * @throws {AuthError} What the callback URL led to; every time.
   */
  initialize(): Promise<void> {
    this.assertInUse();
    return this.#initialization ??= this.#initialize()
      .finally(() => this.#isInitialized = true);
  }

  async #initialize(): Promise<void> {
    this.#openChannel();
    const offsetMs = await this.#repository.readClock();
    this.#clock = { offsetMs, seenAt: this.config.now() };
    await this.#repository.look((stored) => {
      // Somebody may have signed in, or another tab have told its news, while
      // storage was being read. That nobody has is told after the callback.
      const type = this.#state.isReady ? "found" : "restored";
      return stored || type === "found" ? this.apply({ type, stored }) : null;
    });
    try {
      await this.#options.onRestored();
    } catch (error) {
      report(this.config, { type: "callback-error", error });
      throw error;
    } finally {
      if (!this.#state.isReady) this.apply({ type: "restored", stored: null });
    }
  }

  /** Waits until initialised, whatever the callback URL led to. */
  async ready(): Promise<void> {
    if (!this.#isInitialized) await this.initialize().catch(() => {});
    this.assertInUse();
  }

  /**
   * The session as it is stored now, possibly by another tab. Answers at once
   * where the client is ready and storage holds nothing new.
   *
   * @returns The session, possibly expired, or null.
   */
  current(): StoredSession | null | Promise<StoredSession | null> {
    if (!this.#isInitialized || this.#isDisposed) {
      return this.ready().then(() => this.current());
    }
    const { stored } = this.#state;
    return this.look()?.then(() => this.#state.stored) ?? stored;
  }

  /** Takes over what another tab or client has stored, if it has. */
  look(isTold?: boolean): Promise<unknown> | undefined {
    const adopted = this.#repository.look(
      (stored) => this.apply({ type: "found", stored }),
      isTold,
    );
    return adopted === NO_NEWS ? undefined : adopted;
  }

  /**
   * Tells the state what has happened, and does what follows from it. The state
   * has changed when this returns; the promise settles when it is stored too.
   *
   * @param event What has happened.
   */
  apply(event: SessionEvent): Promise<void> {
    const before = this.#state;
    const [after, effects] = transition(before, event, this.config.now());
    const { isSaved, told, diagnostic } = effects;
    this.#state = after;
    const saved = isSaved
      ? this.#repository.save(after.stored, this.#clock.offsetMs)
      : Promise.resolve();
    if (diagnostic) report(this.config, diagnostic);
    if (told) this.#tell(told, before.stored, saved);
    else if (after !== before) this.#events.notify();
    return saved;
  }

  #announce(): void {
    try {
      this.#channel?.announce();
    } catch (error) {
      report(this.config, { type: "channel-failed", error });
    }
  }

  #tell(
    { event, cause, reason }: Telling,
    previous: StoredSession | null,
    saved: Promise<void>,
  ): void {
    if (!this.#events.isObserved) return;
    const { stored } = this.#state;
    const pending: PendingEvent<Session<M>> = {
      event,
      session: () => this.#present(stored),
      info: () => ({
        previous: this.#present(previous),
        cause,
        ...(reason && { reason }),
      }),
    };
    const push = () => {
      // Something newer may be told already.
      if (this.#state.stored?.text === stored?.text) {
        this.#events.push(pending, this.#completed(stored, saved));
      }
    };
    // Whoever waits for the page's callback is to hear of what came of it, after
    // the INITIAL_SESSION.
    if (cause === "url") this.ready().then(push, () => {});
    else push();
  }

  /** A session for those who cannot be told why there is none. */
  #present(stored: StoredSession | null): Session<M> | null {
    const { stored: newest } = this.#state;
    // Its user may have been fetched since.
    const isFetched = newest?.userId && stored?.userId === "" &&
      newest.accessToken === stored.accessToken;
    const known = isFetched ? newest : stored;
    if (!known?.userId) return null;
    try {
      return this.parse(known);
    } catch {
      // A schema has refused the user: getSession() throws what is wrong.
      return null;
    }
  }

  async #completed(
    stored: StoredSession | null,
    saved: Promise<void>,
  ): Promise<void> {
    await saved;
    if (stored?.userId !== "") return;
    await this.#options.onUserMissing().catch(() => {});
  }

  /**
   * Makes a session from the server the current one.
   *
   * @param session As a function of `./api` gave it.
   * @param sentAt When it was asked for, in local milliseconds.
   * @param event Its name.
   * @param cause What brought it about.
   */
  async signIn(
    session: Session<M>,
    sentAt: number,
    event: AuthChangeEvent = "SIGNED_IN",
    cause: ChangeCause = "user",
  ): Promise<void> {
    const stored = storedFrom(session);
    stored.parsed = session;
    // While the page's callback URL is being consumed, storage has been read.
    if (cause !== "url") await this.ready();
    this.setClockBy(stored, sentAt);
    await this.apply({ type: "signed-in", event, stored, cause });
  }

  /**
   * Sets the clock by a session that the server has just issued.
   *
   * @param stored The session.
   * @param sentAt When it was asked for, in local milliseconds.
   */
  setClockBy(stored: StoredSession, sentAt?: number): void {
    const seenAt = this.config.now();
    const known = this.#clock.offsetMs;
    const offsetMs = readOffset(stored, seenAt, sentAt, known);
    if (Math.abs(offsetMs - known) > 1_000) {
      report(this.config, { type: "clock-skew", offsetMs });
    }
    this.#clock = { offsetMs, seenAt };
  }

  /**
   * How long the access token still lives, by the server's clock.
   *
   * @param stored The session, or only its end.
   * @returns Milliseconds; negative when it has expired.
   */
  timeLeft({ expiresAt }: Pick<StoredSession, "expiresAt">): number {
    const now = this.config.now();
    this.#clock = trackClock(this.#clock, now);
    return expiresAt * 1000 - (now + this.#clock.offsetMs);
  }

  /** The session for callers, parsed once. */
  parse(stored: StoredSession): Session<M> {
    const { parseMetadata } = this.config;
    stored.parsed ??= readSession(stored.json, parseMetadata);
    return stored.parsed as Session<M>;
  }

  /** The state as it can be read at once. */
  getSnapshot(): AuthSnapshot<M> {
    const { isReady, stored } = this.#state;
    if (!isReady) return this.#snapshot;
    const session = this.#present(stored);
    const status = stored ? "signed-in" : "signed-out";
    const isSame = this.#snapshot.status === status &&
      this.#snapshot.session === session;
    return isSame ? this.#snapshot : this.#snapshot = { status, session };
  }

  /**
   * Adds a subscriber, who gets `INITIAL_SESSION` first.
   *
   * @param callback Called with each event.
   * @returns Removes it.
   */
  subscribe(callback: AuthChangeCallback<Session<M>>): () => void {
    this.assertInUse();
    const subscriber = this.#events.subscribe(callback);
    const start = () => {
      const { stored } = this.#state;
      this.#events.push({
        event: "INITIAL_SESSION",
        // Of a session whose user is fetched first, the newest is told.
        session: () =>
          this.#present(stored?.userId === "" ? this.#state.stored : stored),
        info: () => ({ previous: null, cause: "restore" }),
        to: subscriber,
      }, this.#completed(stored, Promise.resolve()));
    };
    // In line before whatever happens next.
    if (this.#isInitialized) start();
    else this.ready().then(start, () => {});
    return () => this.#events.unsubscribe(subscriber);
  }

  /** Adds one who only wants to know that the snapshot has changed. */
  listen(listener: () => void): () => void {
    this.assertInUse();
    this.ready().catch(() => {});
    return this.#events.listen(listener);
  }

  /** Ends everything. Calls under way end as they may; new ones are refused. */
  dispose(): void {
    this.#isDisposed = true;
    this.#channel?.close();
    this.#channel = undefined;
    this.#events.clear();
  }

  #openChannel(): void {
    try {
      this.#channel = this.platform.openChannel(this.storageKey, () => {
        if (!this.#isDisposed) this.look(true);
      });
    } catch (error) {
      report(this.config, { type: "channel-failed", error });
    }
  }

  /** Refuses to go on with a client that has been disposed of. */
  assertInUse(): void {
    if (!this.#isDisposed) return;
    throw new AuthSessionError(
      "client_disposed",
      "Cannot use the client: it has been disposed of",
    );
  }
}
