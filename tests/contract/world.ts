/**
 * What a contract case works with: the same for the emulator and for a real
 * server, so that a case cannot tell which one it runs against.
 */
import {
  AuthClient,
  type AuthClientOptions,
  memoryStorage,
} from "@gotrue/edge";
import { AdminClient } from "@gotrue/edge/admin";
import { type AuthConfig, createAuthConfig } from "@gotrue/edge/api";
import {
  createEmulator,
  type Emulator,
  type EmulatorHooks,
} from "@gotrue/edge/emulator";
import { ISSUER, theIssuer } from "./issuer.ts";

/** One promise of the server, as the client sees it. */
export interface ContractCase {
  /** "method() does x when y". */
  readonly name: string;
  /** Settings of the server, besides {@link BASE_SETTINGS}. */
  readonly env?: Readonly<Record<string, string>>;
  /** What a real server must be able to do for the case besides answering. */
  readonly needs?: readonly Need[];
  /** What the server calls out to; a case that gives them needs `hooks`. */
  readonly hooks?: EmulatorHooks;
  /** Whoever else the server asks; a case that gives it needs `outside`. */
  readonly outside?: (request: Request) => Promise<Response>;
  readonly run: (world: World) => Promise<void>;
}

/**
 * Reading sent messages, moving the server's clock, ID tokens it trusts, a
 * provider whose people are made up, hooks, answers to what the server asks
 * others; `headers` are such as pages may not set, and `packages` are those that
 * the emulator loads when it needs them.
 */
export type Need =
  | "mail"
  | "sms"
  | "clock"
  | "idTokens"
  | "raw"
  | "providers"
  | "hooks"
  | "outside"
  | "headers"
  | "packages";

/** What a request carries. */
export interface Sent {
  readonly token?: string | undefined;
  /** JSON, unless it is a text. */
  readonly body?: unknown;
  readonly form?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** JSON that is looked into without knowing its type. */
// deno-lint-ignore no-explicit-any -- answers of every shape are looked into.
export type Loose = any;

/** An answer with its body read: as JSON where it is such. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Loose;
}

/** A request of the suite, and how it was answered. */
export type Observer = (
  method: string,
  path: string,
  answer: Response,
) => void;

/** A server and ways to reach it. */
export interface World {
  readonly config: AuthConfig;
  /** A client with a storage of its own. */
  client(options?: Partial<AuthClientOptions>): AuthClient;
  readonly admin: AdminClient;
  /** For requests that no function makes. */
  readonly adminConfig: AuthConfig;
  /** An address that nobody has used. */
  email(): string;
  /** A number that nobody has used, without `+`. */
  phone(): string;
  /** The next mail to an address: its code, link and hash. */
  mail(address: string): Promise<Message>;
  /** The next code sent to a number. */
  sms(phone: string): Promise<string>;
  /** Lets time pass on the server. */
  advance(ms: number): void;
  /** The server's time, in milliseconds. */
  now(): number;
  /** An ID token of an issuer that the server trusts. */
  idToken(claims: Record<string, unknown>): Promise<string>;
  /** Makes a request with the service key that no function makes. */
  adminPost(path: string, body: object): Promise<void>;
  /** Makes a request that no function makes; redirects are not followed. */
  send(method: string, path: string, sent?: Sent): Promise<Answer>;
  /** The service key, which such requests may carry as their token. */
  readonly serviceKey: string;
  /** Follows a link as a browser would, up to where it leads back to. */
  follow(link: string): Promise<URL>;
}

/** A mail. */
export interface Message {
  readonly code: string;
  readonly link: string;
  readonly token_hash: string;
}

/** What the server must be started with for any case. */
export const BASE_SETTINGS: Readonly<Record<string, string>> = {
  GOTRUE_SITE_URL: "http://localhost:3000",
  GOTRUE_URI_ALLOW_LIST: "http://localhost:3000/**",
  GOTRUE_MAILER_AUTOCONFIRM: "true",
  GOTRUE_SMS_AUTOCONFIRM: "true",
  GOTRUE_EXTERNAL_PHONE_ENABLED: "true",
  GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "true",
  GOTRUE_SECURITY_MANUAL_LINKING_ENABLED: "true",
  GOTRUE_SMTP_MAX_FREQUENCY: "1ms",
  GOTRUE_SMS_MAX_FREQUENCY: "1ms",
};

let people = 0;

/**
 * A world of its own, in which the emulator is the server.
 *
 * @param contractCase What the case needs of it.
 * @param observe Is told of every request.
 * @returns The world.
 */
export async function emulatorWorld(
  { env = {}, hooks = {}, outside }: Partial<ContractCase> = {},
  observe?: Observer,
): Promise<World> {
  const issuer = await theIssuer();
  const emulator = createEmulator({
    env: { ...BASE_SETTINGS, ...env },
    issuerKeys: { [ISSUER]: issuer.jwks },
    hooks,
    ...(outside === undefined ? {} : { fetch: outside }),
  });
  const fetch = observe ? observed(emulator, observe) : emulator.fetch;
  const options = { ...emulator.clientOptions(), fetch };
  return {
    ...reach(options, emulator.serviceRoleKey),
    mail: async (address) => await emulator.mailbox.next(address),
    sms: async (phone) => (await emulator.sms.next(phone)).code,
    advance: (ms) => emulator.clock.advance(ms),
    now: () => emulator.clock.now(),
    idToken: (claims) => issuer.issue(claims, emulator.clock.now()),
  };
}

/**
 * The world of a real server. Messages cannot be read there, nor time moved:
 * cases that need it are skipped with that reason.
 *
 * @param url The auth server.
 * @param key Its anon or publishable key.
 * @param serviceKey Its service_role or secret key.
 * @returns The world.
 */
export function realWorld(
  url: string,
  key: string,
  serviceKey: string,
): World {
  const cannot = (): never => {
    throw new Error("Not to be had from a real server");
  };
  return {
    ...reach({ url, key, fetch: globalThis.fetch }, serviceKey),
    mail: cannot,
    sms: cannot,
    advance: cannot,
    idToken: cannot,
    now: () => Date.now(),
  };
}

type Fetch = typeof globalThis.fetch;
type Reach = Omit<World, "mail" | "sms" | "advance" | "idToken" | "now">;

function reach(
  options: AuthClientOptions & { readonly url: string; readonly fetch: Fetch },
  serviceKey: string,
): Reach {
  const tag = Math.random().toString(36).slice(2, 8);
  const admin = { ...options, key: serviceKey, allowInPage: true };
  const send: World["send"] = (method, path, sent = {}) =>
    sendTo(options, method, path, sent);
  return {
    config: createAuthConfig(options),
    client: (more) =>
      new AuthClient(
        { ...options, storage: memoryStorage(), ...more } as AuthClientOptions,
      ),
    admin: new AdminClient(admin),
    adminConfig: createAuthConfig(admin),
    email: () => `person-${tag}-${++people}@example.com`,
    phone: () =>
      `1555${String(Date.now() % 1e4).padStart(4, "0")}${people++ % 1000}`
        .padEnd(11, "0"),
    serviceKey,
    send,
    adminPost: async (path, body) => {
      const { status } = await send("POST", path, { token: serviceKey, body });
      if (status >= 400) throw new Error(`Status ${status}`);
    },
    follow: async (link) => {
      const answer = await options.fetch(link, { redirect: "manual" });
      await answer.body?.cancel();
      return new URL(answer.headers.get("location") ?? "");
    },
  };
}

async function sendTo(
  { url, key, fetch }: { url: string; key?: string; fetch: Fetch },
  method: string,
  path: string,
  { token, body, form, headers }: Sent,
): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    method,
    redirect: "manual",
    headers: {
      "X-Supabase-Api-Version": "2024-01-01",
      ...(key === undefined ? {} : { apikey: key }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: form !== undefined
      ? new URLSearchParams(form)
      : typeof body === "string" || body === undefined
      ? body ?? null
      : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function observed(emulator: Emulator, observe: Observer): Fetch {
  const base = new URL(emulator.url).pathname;
  return async (input, init) => {
    const answer = await emulator.fetch(input, init);
    const isRequest = input instanceof Request;
    const url = new URL(isRequest ? input.url : input);
    const method = init?.method ?? (isRequest ? input.method : "GET");
    observe(method, url.pathname.replace(base, ""), answer);
    return answer;
  };
}
