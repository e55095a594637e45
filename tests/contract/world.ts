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
import { createEmulator, type Emulator } from "@gotrue/edge/emulator";
import { ISSUER, theIssuer } from "./issuer.ts";

/** One promise of the server, as the client sees it. */
export interface ContractCase {
  /** "method() does x when y". */
  readonly name: string;
  /** Settings of the server, besides {@link BASE_SETTINGS}. */
  readonly env?: Readonly<Record<string, string>>;
  /** What a real server must be able to do for the case besides answering. */
  readonly needs?: readonly Need[];
  readonly run: (world: World) => Promise<void>;
}

/** Reading sent messages, moving the server's clock, ID tokens it trusts, requests of any kind. */
export type Need = "mail" | "sms" | "clock" | "idTokens" | "raw";

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
 * @param env Settings besides {@link BASE_SETTINGS}.
 * @returns The world.
 */
export async function emulatorWorld(
  env: Readonly<Record<string, string>> = {},
): Promise<World> {
  const issuer = await theIssuer();
  const emulator = createEmulator({
    env: { ...BASE_SETTINGS, ...env },
    issuerKeys: { [ISSUER]: issuer.jwks },
  });
  const options = emulator.clientOptions();
  return {
    ...reach(options, emulator.serviceRoleKey),
    mail: async (address) => await emulator.mailbox.next(address),
    sms: async (phone) => (await emulator.sms.next(phone)).code,
    advance: (ms) => emulator.clock.advance(ms),
    now: () => emulator.clock.now(),
    idToken: (claims) => issuer.issue(claims, emulator.clock.now()),
    adminPost: (path, body) => adminPost(emulator, path, body),
    follow: (link) => follow(emulator, link),
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
    ...reach({ url, key }, serviceKey),
    mail: cannot,
    sms: cannot,
    advance: cannot,
    idToken: cannot,
    adminPost: cannot,
    now: () => Date.now(),
    follow: async (link) => {
      const answer = await fetch(link, { redirect: "manual" });
      await answer.body?.cancel();
      return new URL(answer.headers.get("location") ?? "");
    },
  };
}

type Reach = Pick<
  World,
  "config" | "client" | "admin" | "adminConfig" | "email" | "phone"
>;

function reach(
  options: AuthClientOptions & { readonly url: string },
  serviceKey: string,
): Reach {
  const tag = Math.random().toString(36).slice(2, 8);
  const admin = { ...options, key: serviceKey, allowInPage: true };
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
  };
}

async function adminPost(
  emulator: Emulator,
  path: string,
  body: object,
): Promise<void> {
  const answer = await emulator.fetch(`${emulator.url}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${emulator.serviceRoleKey}` },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

async function follow(emulator: Emulator, link: string): Promise<URL> {
  const answer = await emulator.fetch(link, { redirect: "manual" });
  await answer.body?.cancel();
  return new URL(answer.headers.get("location") ?? "");
}
