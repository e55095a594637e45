import type { Clock } from "./clock.ts";
import type { Control } from "./control.ts";
import type { Faults } from "./faults.ts";
import type { EmulatorHooks } from "./hooks/types.ts";
import type { Inbox, Mail, TextMessage } from "./inboxes.ts";
import type { EmulatorKeys, Jwks } from "./keys.ts";
import type { Profile } from "./profiles.ts";
import type { Environment } from "./settings.ts";

/** What an emulator has to tell. */
export type EmulatorDiagnostic =
  | {
    /** Settings that neither the real server nor the emulator knows; told once, at construction. */
    readonly type: "unknown-settings";
    readonly names: readonly string[];
  }
  | {
    /** An error inside the emulator, answered as the server answers its own: with a bare 500. */
    readonly type: "unexpected-failure";
    readonly error: unknown;
  };

/** The data of one or several emulators; made by {@linkcode createStore}. */
export interface EmulatorStore {
  /** Deletes everything. */
  clear(): void;
}

/** Settings of an emulator; all are optional. */
export interface EmulatorOptions {
  /** `supabase`: what `supabase start` gives (the default); `server`: the auth server's own defaults. */
  readonly profile?: Profile;
  /** Settings by their real names (`GOTRUE_…`), on top of the profile's. */
  readonly env?: Environment;
  /** Data shared with other emulators; see {@linkcode createStore}. */
  readonly store?: EmulatorStore;
  /** Makes ids, tokens, codes and the chance of faults the same in every run. */
  readonly seed?: string | number;
  /** The source of time, in milliseconds; `Date.now` by default. */
  readonly now?: () => number;
  /** Reaches hooks, mail templates and providers; the platform's `fetch` by default. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Hooks of the auth server as functions; see {@linkcode EmulatorHooks}. */
  readonly hooks?: EmulatorHooks;
  /**
   * Whether people choose who they are on a page of the emulator instead of the provider's. By default
   * they do in profile `supabase`, unless `fetch` is given or others can reach the address that it listens on. Then a provider needs `_ENABLED` only, and may have any name.
   */
  readonly consentPage?: boolean;
  /** The public keys of issuers of id tokens, by issuer; those of others are fetched. */
  readonly issuerKeys?: Readonly<Record<string, Jwks>>;
  /** Learns what happens inside. */
  readonly onDiagnostic?: (event: EmulatorDiagnostic) => void;
}

/** What a client needs to talk to an emulator. */
export interface ClientOptions {
  /** The address of the auth server. */
  readonly url: string;
  /** The key of an application. */
  readonly key: string;
  /** Answers without a network. */
  readonly fetch: EmulatorFetch;
  /** The emulator's clock. */
  readonly now: () => number;
}

/** A `fetch` that never leaves the process. */
export type EmulatorFetch = (
  input: string | URL | Request,
  init?: RequestInit,
) => Promise<Response>;

/** An auth server in memory, with the handles that tests need. */
export interface Emulator extends Control {
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
  /** Answers requests at any origin, at `/` and under `/auth/v1`. Bound. */
  readonly fetch: EmulatorFetch;
  /** Mails that were sent. */
  readonly mailbox: Inbox<Mail>;
  /** Text messages that were sent. */
  readonly sms: Inbox<TextMessage>;
  /** The clock that everything follows. */
  readonly clock: Clock;
  /** Failures on demand. */
  readonly faults: Faults;
  /** The keys of access tokens. */
  readonly keys: EmulatorKeys;
  /** The data; give it to another emulator to share it. */
  readonly store: EmulatorStore;
  /** The settings in force under their real names; durations in milliseconds. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What a client's constructor takes: `new AuthClient(emulator.clientOptions())`. */
  clientOptions(): ClientOptions;
  /** Deletes all data and all faults. Keys, settings and the clock stay. */
  reset(): void;
}
