import type { SeedUser, UserEvent } from "./control.ts";
import type { FaultJson } from "./control_calls.ts";
import type { Fault } from "./faults.ts";
import type { Mail, NextOptions, TextMessage } from "./inboxes.ts";
import type { Jwks, RotateOptions } from "./keys.ts";
import type { JsonObject } from "./records.ts";
import type { StorageState, StorageStateOptions } from "./storage_state.ts";

/** Settings of {@linkcode connectEmulator}; all are optional. */
export interface ConnectOptions {
  /** Reaches the emulator; the platform's `fetch` by default. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** Messages that a distant emulator has sent. */
export interface RemoteInbox<T> {
  /** The next message to an address that was not taken yet: the oldest one, else the first to come. */
  next(address: string, options?: NextOptions): Promise<T>;
  /** All messages (to an address), oldest first, taken or not. */
  list(address?: string): Promise<T[]>;
}

/** The clock of a distant emulator. */
export interface RemoteClock {
  /** Milliseconds since 1970. */
  now(): Promise<number>;
  /** Moves the clock forward (or back) by so many milliseconds. */
  advance(milliseconds: number): Promise<void>;
  /** Sets the clock to a moment; it goes on from there, unless it is frozen. */
  set(moment: Date | number): Promise<void>;
  /** Stops the clock, at a moment or where it is. */
  freeze(moment?: Date | number): Promise<void>;
  /** Lets a frozen clock run on. */
  resume(): Promise<void>;
}

/** Failures on demand of a distant emulator. */
export interface RemoteFaults {
  /** Adds a fault; gives what removes it. The first fault that fits a request is used. */
  add(fault: Fault): Promise<() => Promise<void>>;
  /** Removes all faults. */
  clear(): Promise<void>;
}

/** The keys of a distant emulator. */
export interface RemoteKeys {
  /** The secret of HS256. */
  readonly secret: string;
  /** The public keys as `/.well-known/jwks.json` gives them. */
  jwks(): Promise<Jwks>;
  /** Makes a new signing key. */
  rotate(options?: RotateOptions): Promise<{ readonly kid: string }>;
}

/** The users of a distant emulator. */
export interface RemoteUsers {
  /** Makes users; gives them as `GET /user` shows them. */
  seed(...users: readonly SeedUser[]): Promise<JsonObject[]>;
  /** A user by id, e-mail address or phone number. */
  get(idOrAddress: string): Promise<JsonObject | undefined>;
  /** All users, oldest first. */
  list(): Promise<JsonObject[]>;
  /** Deletes a user with all that belongs to it. */
  delete(idOrAddress: string): Promise<void>;
}

/** What tells an emulator's programs how to reach it. */
interface Info {
  readonly url: string;
  readonly anonKey: string;
  readonly serviceRoleKey: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly jwtSecret: string;
}

/** The handles of an emulator in another process. */
export interface RemoteEmulator {
  /** The address that its links and tokens name. */
  readonly url: string;
  /** The JWT of an application. */
  readonly anonKey: string;
  /** The JWT of a trusted server. */
  readonly serviceRoleKey: string;
  /** Stands for `anonKey`. */
  readonly publishableKey: string;
  /** Stands for `serviceRoleKey`. */
  readonly secretKey: string;
  /** Mails that were sent. */
  readonly mailbox: RemoteInbox<Mail>;
  /** Text messages that were sent. */
  readonly sms: RemoteInbox<TextMessage>;
  /** The clock that everything follows. */
  readonly clock: RemoteClock;
  /** Failures on demand. */
  readonly faults: RemoteFaults;
  /** The keys of access tokens. */
  readonly keys: RemoteKeys;
  /** Users. */
  readonly users: RemoteUsers;
  /** What a client's constructor takes: `new AuthClient(emulator.clientOptions())`. */
  clientOptions(): { readonly url: string; readonly key: string };
  /** A new session for a user (by id, e-mail address or phone number), as `POST /token` answers. */
  signIn(idOrAddress: string): Promise<JsonObject>;
  /** What Playwright's `storageState` takes, with a new session of the user in it. */
  storageState(
    idOrAddress: string,
    options: StorageStateOptions,
  ): Promise<StorageState>;
  /** Tells a listener each user that appears, changes or goes, from when the promise resolves until what it gives is called. */
  onUser(listener: (event: UserEvent) => void): Promise<() => void>;
  /** Deletes all data and all faults. Keys, settings and the clock stay. */
  reset(): Promise<void>;
}

/**
 * Takes hold of an emulator in another process, which was started with `--control` or `listen(…, { control: true })`:
 * mailbox, clock, faults and all its other handles, with promises.
 *
 * @param url The address where it listens, `http://127.0.0.1:9999`; a path is ignored.
 * @throws {TypeError} when `url` is no absolute address.
 * @throws {Error} when nothing there answers control. Every method throws a `TypeError` for an argument that the
 * emulator refuses, and an `Error` when it fails.
 *
 * @example Read a code that the auth server of another process has sent
 * ```ts
 * import { connectEmulator, createEmulator } from "@gotrue/edge/emulator";
 * import { listen } from "@gotrue/edge/emulator/main";
 *
 * const server = await listen(createEmulator(), { port: 0, control: true });
 *
 * const emulator = await connectEmulator(server.url);
 * await emulator.users.seed({ email: "ann@example.com" });
 * await fetch(`${emulator.url}/otp`, {
 *   method: "POST",
 *   body: JSON.stringify({ email: "ann@example.com" }),
 *   headers: { "Content-Type": "application/json" },
 * }).then((answer) => answer.body?.cancel());
 * const { code } = await emulator.mailbox.next("ann@example.com");
 * await server.close();
 * ```
 */
export async function connectEmulator(
  url: string,
  options: ConnectOptions = {},
): Promise<RemoteEmulator> {
  if (!URL.canParse(url)) {
    throw new TypeError("Cannot connect: url must be an absolute address");
  }
  const line = new Line(new URL("/_emulator/", url), options);
  const { jwtSecret, ...info } = await line.call<Info>("info");
  return {
    ...info,
    mailbox: createInbox<Mail>(line, "mailbox"),
    sms: createInbox<TextMessage>(line, "sms"),
    clock: createClock(line),
    faults: createFaults(line),
    keys: {
      secret: jwtSecret,
      jwks: () => line.call("keys/jwks"),
      rotate: (options) => line.call("keys/rotate", { options }),
    },
    users: {
      seed: (...users) => line.call("users/seed", { users }),
      get: async (user) =>
        await line.call<JsonObject | null>("users/get", { user }) ?? undefined,
      list: () => line.call("users/list"),
      delete: (user) => line.run("users/delete", { user }),
    },
    clientOptions: () => ({ url: info.url, key: info.anonKey }),
    signIn: (user) => line.call("sign-in", { user }),
    storageState: (user, options) =>
      line.call("storage-state", { user, options }),
    onUser: (listener) => line.listen(listener),
    reset: () => line.run("reset"),
  };
}

function createInbox<T>(line: Line, name: string): RemoteInbox<T> {
  return {
    next: (address, options) => line.call(`${name}/next`, { address, options }),
    list: (address) => line.call(`${name}/list`, { address }),
  };
}

function createClock(line: Line): RemoteClock {
  return {
    now: () => line.call("clock/now"),
    advance: (milliseconds) => line.run("clock/advance", { milliseconds }),
    set: (moment) => line.run("clock/set", { moment: Number(moment) }),
    freeze: (moment) =>
      line.run(
        "clock/freeze",
        moment === undefined ? {} : { moment: Number(moment) },
      ),
    resume: () => line.run("clock/resume"),
  };
}

function createFaults(line: Line): RemoteFaults {
  return {
    add: async (fault) => {
      const body = { fault: toJson(fault) };
      const id = await line.call<number>("faults/add", body);
      return () => line.run("faults/remove", { id });
    },
    clear: () => line.run("faults/clear"),
  };
}

function toJson({ path, ...rest }: Fault): FaultJson {
  if (path === undefined) return rest;
  if (typeof path === "string") return { ...rest, path };
  return { ...rest, path: { source: path.source, flags: path.flags } };
}

interface Reply {
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

/** Calls an emulator over HTTP. */
class Line {
  readonly #base: URL;
  readonly #fetch: (request: Request) => Promise<Response>;

  constructor(base: URL, options: ConnectOptions) {
    this.#base = base;
    this.#fetch = options.fetch ?? ((request) => fetch(request));
  }

  async call<T>(name: string, body: object = {}): Promise<T> {
    const request = new Request(new URL(name, this.#base), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const response = await this.#fetch(request);
    const { result, error } = readReply(await response.text());
    if (error?.name === "TypeError") throw new TypeError(error.message);
    if (error !== undefined) throw new Error(error.message);
    if (result === undefined) throw this.#noControl();
    return result as T;
  }

  /** A call that gives nothing. */
  async run(name: string, body?: object): Promise<void> {
    await this.call(name, body);
  }

  async listen(listener: (event: UserEvent) => void): Promise<() => void> {
    const stopping = new AbortController();
    const { signal } = stopping;
    const request = new Request(new URL("events", this.#base), { signal });
    const { body, ok } = await this.#fetch(request);
    if (!ok || body === null) {
      await body?.cancel();
      throw this.#noControl();
    }
    const events = readLines(body, signal);
    await events.next();
    void follow(events, listener, signal);
    return () => stopping.abort();
  }

  #noControl(): Error {
    return new Error(
      `No emulator at ${this.#base.origin} answers control: it has to be started with it`,
    );
  }
}

function readReply(text: string): Reply {
  try {
    const reply: unknown = JSON.parse(text);
    return typeof reply === "object" && reply !== null ? reply : {};
  } catch {
    return {};
  }
}

/** Passes events on until the stream ends, however that comes about. */
async function follow(
  events: AsyncIterable<string>,
  listener: (event: UserEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const event of events) {
      if (signal.aborted) return;
      if (event !== "") notify(listener, JSON.parse(event));
    }
  } catch {
    // The emulator has gone, or nobody listens any more.
  }
}

function notify(
  listener: (event: UserEvent) => void,
  event: UserEvent,
): void {
  try {
    listener(event);
  } catch {
    // An observer must not break what it observes.
  }
}

async function* readLines(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  const reader = body.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", cancel, { once: true });
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split(
        "\n",
      );
      rest = lines.pop()!;
      yield* lines;
    }
  } finally {
    cancel();
  }
}
