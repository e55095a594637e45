import type { ApiKeys } from "./api_keys.ts";
import type { ServerClock } from "./clock.ts";
import type { EmulatorHooks } from "./hooks/types.ts";
import type { Jwks, KeyRing } from "./keys.ts";
import type { Random } from "./random.ts";
import type { Rates } from "./limits/rates.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "./store.ts";

/** One instance of the server: what its handlers work with. */
export interface Server {
  /** The settings under their real names. */
  readonly settings: Settings;
  /** The data, possibly shared with other instances. */
  readonly store: Store;
  /** The clock that all times follow. */
  readonly clock: ServerClock;
  /** The source of ids, tokens and codes. */
  readonly random: Random;
  /** The keys of access tokens. */
  readonly keys: KeyRing;
  /** The keys of the two roles. */
  readonly apiKeys: ApiKeys;
  /** Replaces API keys in a request's headers by the tokens they stand for, as the gateway does. */
  readonly gateway: (headers: Headers) => Headers;
  /** Reaches hooks, mail templates and providers. */
  readonly outgoing: (request: Request) => Promise<Response>;
  /** Mail templates that were fetched, by URL. */
  readonly pages: Map<string, string>;
  /** Hooks that are functions. */
  readonly hooks: EmulatorHooks;
  /** What buckets and budgets have counted. */
  readonly rates: Rates;
  /** Whether the emulator's own page stands in for external providers. */
  readonly consentPage: boolean;
  /** The public keys of issuers of id tokens that need not be fetched, by issuer. */
  readonly issuerKeys: Readonly<Record<string, Jwks>>;
  /** Reports an error that no handler meant. */
  readonly report: (error: unknown) => void;
}
