import type { MailRecord, Row, SmsRecord } from "./records.ts";
import type { Change, Store } from "./store.ts";

/** A mail as a test sees it. */
export interface Mail {
  /** The address it went to. */
  readonly to: string;
  /** The sender. */
  readonly from: string;
  /** The subject. */
  readonly subject: string;
  /** confirmation, invite, recovery, magic_link, email_change, reauthentication, or a notification. */
  readonly type: string;
  /** The code to type, "" when there is none. */
  readonly code: string;
  /** The link to click, "" when there is none. */
  readonly link: string;
  /** What `verifyOtp({ token_hash })` takes, "" when there is none. */
  readonly token_hash: string;
  /** The body. */
  readonly html: string;
  /** When it was sent, in milliseconds of the emulator's clock. */
  readonly sentAt: number;
}

/** A text message as a test sees it. */
export interface TextMessage {
  /** The number it went to, without "+". */
  readonly to: string;
  /** sms or whatsapp. */
  readonly channel: string;
  /** The code in it. */
  readonly code: string;
  /** The whole text. */
  readonly text: string;
  /** When it was sent, in milliseconds of the emulator's clock. */
  readonly sentAt: number;
}

/** How long to wait. */
export interface NextOptions {
  /** Milliseconds of real time; 5,000 by default. */
  readonly timeoutMs?: number;
}

/** Messages that were sent. */
export interface Inbox<T> {
  /** The next message to an address that was not taken yet: the oldest one, else the first to come. */
  next(address: string, options?: NextOptions): Promise<T>;
  /** All messages (to an address), oldest first, taken or not. */
  list(address?: string): readonly T[];
}

interface Waiter<R> {
  readonly address: string;
  readonly resolve: (row: R) => void;
}

interface Source<R extends Row, T> {
  readonly table: string;
  readonly normalize: (address: string) => string;
  readonly rows: (address?: string) => readonly R[];
  readonly addressOf: (row: R) => string;
  readonly show: (row: R) => T;
}

class StoreInbox<R extends Row, T> implements Inbox<T> {
  readonly #source: Source<R, T>;
  readonly #taken = new Map<string, number>();
  readonly #waiters = new Set<Waiter<R>>();

  constructor(store: Store, source: Source<R, T>) {
    this.#source = source;
    store.subscribe((changes) => this.#receive(changes), [source.table]);
  }

  list(address?: string): readonly T[] {
    const normal = address === undefined
      ? undefined
      : this.#source.normalize(address);
    return this.#source.rows(normal).map(this.#source.show);
  }

  async next(address: string, options: NextOptions = {}): Promise<T> {
    const normal = this.#source.normalize(address);
    const taken = this.#taken.get(normal) ?? 0;
    const present = this.#source.rows(normal).find((row) => row.seq > taken);
    const row = present ?? await this.#wait(normal, options.timeoutMs ?? 5000);
    this.#taken.set(normal, row.seq);
    return this.#source.show(row);
  }

  #wait(address: string, timeoutMs: number): Promise<R> {
    return new Promise((resolve, reject) => {
      const waiter = {
        address,
        resolve: (row: R) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          this.#taken.set(address, row.seq);
          resolve(row);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(
          new Error(`No message to ${address} arrived within ${timeoutMs} ms`),
        );
      }, timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  #receive(changes: readonly Change[]): void {
    for (const { row } of changes) {
      if (row === null) continue;
      const address = this.#source.addressOf(row as R);
      const waiter = [...this.#waiters].find((one) => one.address === address);
      waiter?.resolve(row as R);
    }
  }
}

/** The mails in a store. */
export function createMailbox(store: Store): Inbox<Mail> {
  const { mails } = store.tables;
  return new StoreInbox<MailRecord, Mail>(store, {
    table: mails.name,
    normalize: (address) => address.toLowerCase(),
    addressOf: (mail) => mail.to.toLowerCase(),
    rows: (address) =>
      address === undefined ? inOrder(mails.all()) : mails.list("to", address),
    show: (
      { to, from, subject, type, code, link, token_hash, html, created_at },
    ) => ({
      to,
      from,
      subject,
      type,
      code,
      link,
      token_hash,
      html,
      sentAt: created_at,
    }),
  });
}

/** The text messages in a store. */
export function createSmsInbox(store: Store): Inbox<TextMessage> {
  const { messages } = store.tables;
  return new StoreInbox<SmsRecord, TextMessage>(store, {
    table: messages.name,
    normalize: (number) => number.replace(/^\+/, "").replaceAll(" ", ""),
    addressOf: (message) => message.to,
    rows: (number) =>
      number === undefined
        ? inOrder(messages.all())
        : messages.list("to", number),
    show: ({ to, channel, code, text, created_at }) => ({
      to,
      channel,
      code,
      text,
      sentAt: created_at,
    }),
  });
}

function inOrder<R extends Row>(rows: Iterable<R>): R[] {
  return [...rows].sort((a, b) => a.seq - b.seq);
}
