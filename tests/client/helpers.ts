/** What the tests of the client share: clients under observation, and spies. */
import { assert, assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import type { Page } from "../../lib/browser/page.ts";
import { AuthClient } from "../../lib/client/auth_client.ts";
import { SURROUNDINGS, type Surroundings } from "../../lib/client/context.ts";
import type { AuthClientOptions } from "../../lib/client/options.ts";
import type {
  AuthDiagnostic,
  Fetch,
  Metadata,
  UnknownMetadata,
} from "../../lib/config.ts";
import type { Platform } from "../../lib/session/platform.ts";
import {
  memoryStorage,
  type SessionStorage,
} from "../../lib/session/storage.ts";
import { STUB_URL, type StubServer, type StubSession } from "./stub_server.ts";

/** An event as a subscriber was told it. */
export type Told = readonly [event: string, cause: string, user: string | null];

/** A client and what it has been seen to do. */
export interface Observed<M extends Metadata = UnknownMetadata> {
  readonly auth: AuthClient<M>;
  readonly storage: SessionStorage;
  readonly diagnostics: AuthDiagnostic[];
}

/** Options of a client under test; where the server is may be left out. */
export type TestOptions<M extends Metadata> =
  & Partial<Omit<AuthClientOptions<M>, "url" | "projectUrl">>
  & {
    readonly url?: string;
    readonly page?: Page;
    readonly platform?: Partial<Platform>;
    /** What is stored beforehand under the usual key. */
    readonly stored?: object;
  };

/** Where sessions are stored in these tests. */
export const KEY = "supabase.auth.token";

/** One test's clients, errors, addresses, secrets and console calls. */
export class Kit {
  readonly #clients: AuthClient<Metadata>[] = [];
  readonly #errors: unknown[] = [];
  readonly #diagnostics: AuthDiagnostic[] = [];
  readonly #urls: string[] = [];
  readonly #secrets: Set<string> = new Set();
  /** Shared by the clients, as in one process. */
  readonly flights: Platform["flights"] = new Set();

  /** A client whose errors, diagnostics and requests are looked through. */
  client<M extends Metadata = UnknownMetadata>(
    fetch: Fetch,
    options: TestOptions<M> = {},
  ): Observed<M> {
    const { page, platform, stored, storage = memoryStorage() } = options;
    const diagnostics: AuthDiagnostic[] = [];
    if (stored) {
      storage.setItem(options.storageKey ?? KEY, JSON.stringify(stored));
    }
    const surroundings: Surroundings = {
      page,
      platform: {
        flights: this.flights,
        locks: () => undefined,
        openChannel: () => undefined,
        random: () => 0.5,
        ...platform,
      },
    };
    const auth = new AuthClient<M>(
      {
        url: STUB_URL,
        ...options,
        storage,
        fetch: this.#spyOn(fetch),
        onDiagnostic: (event: AuthDiagnostic) => {
          diagnostics.push(event);
          this.#diagnostics.push(event);
          options.onDiagnostic?.(event);
        },
        [SURROUNDINGS]: surroundings,
      } as AuthClientOptions<M>,
    );
    this.#clients.push(auth as unknown as AuthClient<Metadata>);
    return { auth: this.#watch(auth), storage, diagnostics };
  }

  /** A client of the stub server, with a session of it. */
  signedIn(
    server: StubServer,
    options: TestOptions<UnknownMetadata> = {},
  ): Observed & { readonly stored: StubSession } {
    const stored = server.signIn();
    return { stored, ...this.client(server.fetch, { stored, ...options }) };
  }

  /** Counts as secret from now on. */
  hide(...secrets: readonly string[]): void {
    for (const secret of secrets) this.#secrets.add(secret);
  }

  /** Ends what is left, and looks through all that was told. */
  async end(): Promise<void> {
    for (const client of this.#clients) await client.dispose();
    assert(this.flights.size === 0, "a flight has not landed");
    const told = [
      ...this.#errors.map((error) => tellAll(error)),
      ...this.#diagnostics.map((event) => tellAll(event)),
      ...this.#urls,
    ];
    for (const secret of this.#secrets) {
      const shape = new RegExp(`(?<!\\w)${escape(secret)}(?!\\w)`);
      const leak = told.find((text) => shape.test(text));
      assert(leak === undefined, `A secret was told: ${leak}`);
    }
  }

  /** Keeps what its methods reject with. */
  #watch<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (_, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (["mfa", "passkey", "webauthn"].includes(String(name))) {
          return this.#watch(value as object);
        }
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          const result: unknown = value.apply(target, args);
          if (result instanceof Promise) {
            result.catch((error) => this.#errors.push(error));
          }
          return result;
        };
      },
    });
  }

  #spyOn(fetch: Fetch): Fetch {
    return async (input, init) => {
      this.#urls.push(input);
      if (init.body) this.#collect(init.body as string);
      const response = await fetch(input, init);
      const text = await response.text();
      this.#collect(text);
      const { status, headers } = response;
      const body = [101, 204, 205, 304].includes(status) ? null : text;
      return new Response(body, { status, headers });
    };
  }

  #collect(text: string): void {
    const shape = new RegExp(
      `"(${SECRET_NAMES.join("|")})":"((?:[^"\\\\]|\\\\.)+)"`,
      "g",
    );
    for (const [, , value = ""] of text.matchAll(shape)) {
      if (value.length >= 6) this.#secrets.add(value);
    }
  }
}

const SECRET_NAMES = [
  "access_token",
  "refresh_token",
  "provider_token",
  "id_token",
  "auth_code",
  "code_verifier",
  "password",
  "current_password",
  "nonce",
  "token",
  "token_hash",
  "secret",
];

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** All that a value tells: message, stack, properties, JSON and causes. */
export function tellAll(value: unknown, depth = 6): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (depth === 0) return "";
  const texts = [String(value)];
  try {
    texts.push(JSON.stringify(value));
  } catch {
    // What cannot be written is read member by member.
  }
  for (const name of Reflect.ownKeys(value)) {
    const member: unknown = Reflect.get(value, name);
    if (typeof member !== "function") texts.push(tellAll(member, depth - 1));
  }
  return texts.join("\n");
}

const CONSOLE_METHODS = [
  "log",
  "info",
  "warn",
  "error",
  "debug",
  "trace",
] as const;

/** A test under both spies. */
export function clientTest(
  name: string,
  run: (kit: Kit) => void | Promise<void>,
): void {
  Deno.test(name, async () => {
    const calls: unknown[][] = [];
    const before = CONSOLE_METHODS.map((method) => console[method]);
    for (const method of CONSOLE_METHODS) {
      console[method] = (...args: unknown[]) => void calls.push(args);
    }
    const kit = new Kit();
    try {
      await run(kit);
      await kit.end();
    } finally {
      CONSOLE_METHODS.forEach((method, i) => console[method] = before[i]!);
    }
    assertEquals(calls, [], "the library wrote to the console");
  });
}

/** When the tests with a clock of their own begin. */
export const START: number = Date.UTC(2026, 10, 23, 18);

/** The same in time that only moves when the test says so. */
export function timedTest(
  name: string,
  run: (kit: Kit, time: FakeTime) => Promise<void>,
): void {
  clientTest(name, async (kit) => {
    const time = new FakeTime(START);
    try {
      await run(kit, time);
      await kit.end();
    } finally {
      time.restore();
    }
  });
}

/** Lets everything happen that does not wait for a timer. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await nextTask();
}

/** The next task of the platform, which no test's clock can hold back. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      port2.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** A promise, and what settles it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** A promise that the test settles. */
export function defer<T = void>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((...settle) => [resolve, reject] = settle);
  return { promise, resolve, reject };
}

/** What became of a promise. */
export type Outcome<T> =
  | { readonly value: T; readonly error?: undefined }
  | { readonly error: unknown };

/** Moves time from timer to timer until a promise settles. */
export async function settle<T>(
  time: FakeTime,
  promise: Promise<T>,
): Promise<Outcome<T>> {
  let outcome: Outcome<T> | undefined;
  promise.then((value) => outcome = { value }, (error) => outcome = { error });
  for (;;) {
    await rest();
    if (outcome) return outcome;
    assert(time.next(), "nothing is left that could settle the promise");
  }
}

/** The same for one that must be fulfilled. */
export async function fulfilled<T>(
  time: FakeTime,
  promise: Promise<T>,
): Promise<T> {
  const outcome = await settle(time, promise);
  if ("value" in outcome) return outcome.value;
  throw outcome.error;
}

/** Moves time on, letting everything happen on the way. */
export async function pass(time: FakeTime, ms: number): Promise<void> {
  const end = time.now + ms;
  await rest();
  while (time.now < end) {
    time.tick(Math.min(1_000, end - time.now));
    await rest();
  }
}

/** The same in one leap, as a device that has slept. */
export async function leap(time: FakeTime, ms: number): Promise<void> {
  time.tick(ms);
  await rest();
}

/** Subscribes, and keeps what is told. */
export function listen<M extends Metadata>(auth: AuthClient<M>): Told[] {
  const told: Told[] = [];
  auth.onAuthStateChange((event, session, { cause }) => {
    told.push([event, cause, session?.user.email ?? null]);
  });
  return told;
}

/** The text that is stored as the session. */
export function textIn(
  storage: SessionStorage,
  key: string = KEY,
): string | null {
  return storage.getItem(key) as string | null;
}

/** The refresh token that is stored. */
export function tokenIn(
  storage: SessionStorage,
  key: string = KEY,
): string | null {
  const text = textIn(storage, key);
  return text === null ? null : JSON.parse(text).refresh_token;
}
