/** Clients of the emulator, and pages that are none. */
import type { Page } from "../../lib/browser/page.ts";
import type { Metadata, UnknownMetadata } from "../../lib/config.ts";
import { createEmulator, type Emulator } from "../../lib/emulator/mod.ts";
import type { Kit, Observed, TestOptions } from "./helpers.ts";

export const EMAIL = "ada@example.com";
export const PASSWORD = "correct horse battery";
/** Where the links in mails lead back to. */
export const APP = "http://127.0.0.1:3000";

/** An emulator that sends as many mails as are asked for. */
export function startEmulator(
  env: Record<string, string> = {},
): Emulator {
  return createEmulator({
    env: {
      GOTRUE_SMTP_MAX_FREQUENCY: "0s",
      GOTRUE_SMS_MAX_FREQUENCY: "0s",
      GOTRUE_EXTERNAL_PHONE_ENABLED: "true",
      ...env,
    },
    seed: "client",
  });
}

/** A client of an emulator. */
export function clientOf<M extends Metadata = UnknownMetadata>(
  kit: Kit,
  emulator: Emulator,
  options: TestOptions<M> = {},
): Observed<M> {
  const { url, now } = emulator.clientOptions();
  const key = emulator.publishableKey;
  return kit.client<M>(emulator.fetch, { url, key, now, ...options });
}

/** A client of an emulator, signed in by password. */
export async function signedInClient(
  kit: Kit,
  emulator: Emulator,
  options: TestOptions<UnknownMetadata> = {},
): Promise<Observed> {
  await emulator.users.seed({ email: EMAIL, password: PASSWORD });
  const client = clientOf(kit, emulator, options);
  await client.auth.signInWithPassword({ email: EMAIL, password: PASSWORD });
  return client;
}

/** Follows a link of the server's, to where it sends the browser back. */
export async function follow(
  emulator: Emulator,
  link: string,
): Promise<string> {
  const answer = await emulator.fetch(link, { redirect: "manual" });
  await answer.body?.cancel();
  const location = answer.headers.get("location");
  if (location === null) throw new Error(`The link led to ${answer.status}`);
  return location;
}

/** A page, what it shows and where it has been sent. */
export interface FakePage extends Page {
  readonly shown: string[];
  readonly opened: string[];
  /** Shows or hides it. */
  turn(isVisible: boolean): void;
  readonly listeners: Set<(isVisible: boolean) => void>;
}

/** A page at an address. */
export function createPage(address: string): FakePage {
  const shown = [address];
  const opened: string[] = [];
  const listeners = new Set<(isVisible: boolean) => void>();
  return {
    shown,
    opened,
    listeners,
    url: () => shown.at(-1)!,
    replaceUrl: (url) => void shown.push(url),
    open: (url) => void opened.push(url),
    onVisibility: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    turn: (isVisible) => {
      for (const listener of listeners) listener(isVisible);
    },
  };
}
