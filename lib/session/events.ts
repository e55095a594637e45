/** Telling subscribers, in order, without ever waiting for one of them. */
import { type OnDiagnostic, report } from "../config.ts";
import type { AuthChangeEvent, ChangeCause } from "./state.ts";

/** What belongs to an event besides the session. */
export interface ChangeInfo<S> {
  /** The session before. */
  readonly previous: S | null;
  /** Who or what brought it about. */
  readonly cause: ChangeCause;
  /** The server's code, where it ended the session. */
  readonly reason?: string;
}

/**
 * Called with each event. What it returns or throws affects nobody. The session
 * is null when nobody is signed in, and when it cannot be handed out: its user
 * is unknown and cannot be fetched, or a schema has refused the metadata.
 */
export type AuthChangeCallback<S> = (
  event: AuthChangeEvent,
  session: S | null,
  info: ChangeInfo<S>,
) => unknown;

/** One who is told. */
export interface Subscriber<S> {
  readonly callback: AuthChangeCallback<S>;
  /** Not before its `INITIAL_SESSION`. */
  isStarted: boolean;
}

/** An event that waits for its turn. The session is parsed when first asked for. */
export interface PendingEvent<S> {
  readonly event: AuthChangeEvent;
  readonly session: () => S | null;
  readonly info: () => ChangeInfo<S>;
  /** The only one to be told. */
  readonly to?: Subscriber<S>;
}

/**
 * How many turns of the microtask queue to wait, so that the caller whose call
 * caused the event goes on before any subscriber is told. A timer would do as
 * well, but would outlive the call.
 */
const TURNS = 32;

/** Subscribers and the events they are yet to be told. */
export class EventQueue<S> {
  readonly #observer: { readonly onDiagnostic?: OnDiagnostic | undefined };
  readonly #subscribers: Set<Subscriber<S>> = new Set();
  readonly #listeners: Set<() => void> = new Set();
  #pending: PendingEvent<S>[] = [];
  #delivery: Promise<void> | undefined;

  /** @param observer Told when a subscriber throws. */
  constructor(observer: { readonly onDiagnostic?: OnDiagnostic | undefined }) {
    this.#observer = observer;
  }

  /** Whether anybody is there to be told. */
  get isObserved(): boolean {
    return this.#subscribers.size + this.#listeners.size > 0;
  }

  /** Adds one who is told every event from its `INITIAL_SESSION` on. */
  subscribe(callback: AuthChangeCallback<S>): Subscriber<S> {
    const subscriber = { callback, isStarted: false };
    this.#subscribers.add(subscriber);
    return subscriber;
  }

  /** Removes one; harmless when it is gone already. */
  unsubscribe(subscriber: Subscriber<S>): void {
    this.#subscribers.delete(subscriber);
  }

  /** Adds one who only wants to know that something changed. */
  listen(listener: () => void): () => void {
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Forgets everybody. */
  clear(): void {
    this.#subscribers.clear();
    this.#listeners.clear();
    this.#pending = [];
  }

  /**
   * Puts an event in line.
   *
   * @param event What happened.
   * @param stored Settles when the state has been stored.
   * @returns Settles when everybody has been told.
   */
  push(event: PendingEvent<S>, stored: Promise<unknown>): Promise<void> {
    this.#pending.push(event);
    const before = this.#delivery;
    const delivery = this.#deliver(before, stored);
    this.#delivery = delivery;
    delivery.finally(() => {
      if (this.#delivery === delivery) this.#delivery = undefined;
    });
    return delivery;
  }

  /** Tells listeners of a snapshot that there is a new one. */
  notify(): void {
    for (const listener of [...this.#listeners]) this.#call(listener);
  }

  async #deliver(
    before: Promise<void> | undefined,
    stored: Promise<unknown>,
  ): Promise<void> {
    await before;
    await stored;
    for (let turn = 0; turn < TURNS; turn++) await null;
    const event = this.#pending.shift();
    if (event) this.#tell(event);
  }

  #tell(pending: PendingEvent<S>): void {
    const { event, to } = pending;
    for (const subscriber of [...this.#subscribers]) {
      if (to ? subscriber !== to : !subscriber.isStarted) continue;
      // Another one may have ended the subscription just now.
      if (!this.#subscribers.has(subscriber)) continue;
      subscriber.isStarted = true;
      this.#call(() =>
        subscriber.callback(event, pending.session(), pending.info())
      );
    }
    if (!to) this.notify();
  }

  #call(run: () => unknown): void {
    const failed = (error: unknown) =>
      report(this.#observer, { type: "subscriber-threw", error });
    try {
      const result = run();
      if (result instanceof Promise) result.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
