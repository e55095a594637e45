import {
  decodeBody,
  type Decoded,
  type DecodeOptions,
  type Shape,
} from "./body.ts";
import type { Notification } from "./notifications.ts";
import type { Claims } from "./signing.ts";
import type { Session, Time, User } from "./records.ts";
import type { Server } from "./server.ts";
import type { Settings } from "./settings.ts";
import type { Transaction } from "./store.ts";
import type { Tables } from "./tables.ts";

/** What a request brought, already read. */
export interface Incoming {
  /** The method, in upper case. */
  readonly method: string;
  /** The path without the optional prefix `/auth/v1`. */
  readonly path: string;
  /** The query. */
  readonly query: URLSearchParams;
  /** The headers. */
  readonly headers: Headers;
  /** The body as text; "" for none and for forms. */
  readonly body: string;
  /** The form, when the body is one. */
  readonly form: URLSearchParams | null;
}

/** One request on its way through the server. Handlers take it and give a `Response`. */
export class Context implements Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: string;
  readonly form: URLSearchParams | null;
  /** The instance: settings, keys, clock, chance, faults. */
  readonly server: Server;
  /** Headers that the answer carries, be it a success or a refusal. */
  readonly answerHeaders: Headers = new Headers();
  /** Mails that tell what has happened, sent when the request has succeeded. */
  readonly notifications: Notification[] = [];
  /** The named segments of the path, decoded. */
  params: Readonly<Record<string, string>> = {};
  /** The claims of the bearer token, once it was checked. */
  claims: Claims | undefined;
  #user: string | undefined;
  #session: string | undefined;
  #transaction: Transaction | undefined;

  constructor(server: Server, incoming: Incoming) {
    this.server = server;
    this.method = incoming.method;
    this.path = incoming.path;
    this.query = incoming.query;
    this.headers = incoming.headers;
    this.body = incoming.body;
    this.form = incoming.form;
  }

  /** The settings under their real names. */
  get settings(): Settings {
    return this.server.settings;
  }

  /** The tables. */
  get db(): Tables {
    return this.server.store.tables;
  }

  /** The transaction of this request; every request that may write has one. */
  get transaction(): Transaction {
    if (this.#transaction === undefined) {
      throw new Error("This request has no transaction");
    }
    return this.#transaction;
  }

  /** Sets the transaction, once. */
  begin(transaction: Transaction): void {
    this.#transaction = transaction;
  }

  /** The present moment, as a record keeps it. */
  now(): Time {
    return this.server.clock.stamp();
  }

  /** A parameter of the query or, for forms, of the body; "" when it is missing. */
  param(name: string): string {
    return this.query.get(name) ?? this.form?.get(name) ?? "";
  }

  /** Reads the body as one of the server's structs. */
  decode<S extends Shape>(
    struct: string,
    shape: S,
    options?: DecodeOptions,
  ): Decoded<S> {
    return decodeBody(this.body, struct, shape, options);
  }

  /** The user of the bearer token, as the record is now. */
  get user(): User {
    return this.db.users.must(this.#user ?? "");
  }

  /** The session of the bearer token, as the record is now; undefined for tokens without one. */
  get session(): Session | undefined {
    return this.#session === undefined
      ? undefined
      : this.db.sessions.get(this.#session);
  }

  /** Whether a user's token was presented and accepted. */
  get isSignedIn(): boolean {
    return this.#user !== undefined;
  }

  /** Notes whose token was presented. */
  authenticate(user: User, session: Session | undefined): void {
    this.#user = user.id;
    this.#session = session?.id;
  }
}
