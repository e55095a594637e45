import { readAddress } from "./address.ts";
import { createApiKeys, translateApiKeys } from "./api_keys.ts";
import { createClock } from "./clock.ts";
import { createControl } from "./control.ts";
import { FaultList, suffer } from "./faults.ts";
import type { Handler } from "./handler.ts";
import { checkHooks } from "./hooks/check.ts";
import { createMailbox, createSmsInbox } from "./inboxes.ts";
import { rememberInstance } from "./instances.ts";
import { KeyRing } from "./keys.ts";
import type {
  Emulator,
  EmulatorDiagnostic,
  EmulatorFetch,
  EmulatorOptions,
  EmulatorStore,
} from "./options.ts";
import { checkGlobs } from "./glob.ts";
import { checkCaptcha } from "./limits/captcha_settings.ts";
import { checkBudgets, Rates } from "./limits/rates.ts";
import { profileEnvironment } from "./profiles.ts";
import { Random } from "./random.ts";
import { checkSaml } from "./saml/check.ts";
import type { Server } from "./server.ts";
import { readSettings } from "./settings.ts";
import { Store } from "./store.ts";
import { checkTemplates } from "./template_settings.ts";

/**
 * Makes an auth server that lives in memory and answers through its own `fetch`.
 *
 * Nothing is opened, read or timed: construction is synchronous, and every request is answered
 * wherever `fetch` exists. Settings have the real server's names; `profile` says whose defaults
 * they start from.
 *
 * @throws {TypeError} when a setting has an impossible value; the message names it.
 *
 * @example Sign up, and read the confirmation code from the mailbox
 * ```ts
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator({ env: { GOTRUE_MAILER_AUTOCONFIRM: "false" } });
 * await emulator.fetch(`${emulator.url}/signup`, {
 *   method: "POST",
 *   headers: { apikey: emulator.anonKey },
 *   body: JSON.stringify({ email: "ann@example.com", password: "correct horse" }),
 * });
 * const { code, link } = await emulator.mailbox.next("ann@example.com");
 * ```
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const server = createServer(options);
  const { settings, store, clock, keys } = server;
  if (settings.unknown.length > 0) {
    report(options, { type: "unknown-settings", names: settings.unknown });
  }
  const faults = new FaultList(options.seed ?? 0);
  const emulator: Emulator = {
    get url() {
      return settings.API_EXTERNAL_URL;
    },
    get anonKey() {
      return server.apiKeys.anonKey;
    },
    get serviceRoleKey() {
      return server.apiKeys.serviceRoleKey;
    },
    get publishableKey() {
      return server.apiKeys.publishableKey;
    },
    get secretKey() {
      return server.apiKeys.secretKey;
    },
    fetch: createFetch(server, faults),
    mailbox: createMailbox(store),
    sms: createSmsInbox(store),
    clock,
    faults,
    keys,
    store,
    settings,
    ...createControl(server),
    clientOptions: () => ({
      url: emulator.url,
      key: emulator.anonKey,
      fetch: emulator.fetch,
      now: clock.now,
    }),
    reset: () => {
      store.clear();
      server.rates.clear();
      faults.clear();
    },
  };
  rememberInstance(emulator, { server, options });
  return emulator;
}

/** An empty store, to be shared by several emulators. */
export function createStore(): EmulatorStore {
  return new Store();
}

/** One instance without its own `fetch`: also what the simulation works with, in virtual time. */
export function createServer(options: EmulatorOptions): Server {
  const { profile = "supabase" } = options;
  const settings = readSettings(profileEnvironment(profile, options.env ?? {}));
  const random = new Random(options.seed);
  const clock = createClock(options.now);
  const hooks = options.hooks ?? {};
  checkHooks(settings, hooks);
  checkSaml(settings);
  checkBudgets(settings);
  checkCaptcha(settings);
  checkGlobs(settings);
  checkTemplates(settings);
  const apiKeys = createApiKeys(settings.GOTRUE_JWT_SECRET);
  return {
    settings,
    store: readStore(options.store),
    clock,
    random,
    keys: new KeyRing(settings, random, profile === "supabase"),
    apiKeys,
    gateway: (headers) => translateApiKeys(apiKeys, headers),
    outgoing: options.fetch ?? ((request) => fetch(request)),
    pages: new Map(),
    consentPage: options.consentPage ??
      (profile === "supabase" && options.fetch === undefined),
    issuerKeys: options.issuerKeys ?? {},
    hooks,
    rates: new Rates(clock.now()),
    report: (error) => report(options, { type: "unexpected-failure", error }),
  };
}

function readStore(given: EmulatorStore | undefined): Store {
  if (given === undefined) return new Store();
  if (given instanceof Store) return given;
  throw new TypeError("The store must come from createStore()");
}

function report(options: EmulatorOptions, event: EmulatorDiagnostic): void {
  try {
    options.onDiagnostic?.(event);
  } catch {
    // An observer must not break what it observes.
  }
}

function createFetch(server: Server, faults: FaultList): EmulatorFetch {
  let handler: Handler | undefined;
  const answer: Handler = async (request, address) => {
    handler ??= (await import("./handler.ts")).createHandler(server);
    return await handler(request, address);
  };
  return async (input, init) => {
    const request = input instanceof Request && init === undefined
      ? input
      : new Request(input, init);
    request.signal.throwIfAborted();
    const address = readAddress(request.url);
    const work = () => (handler ?? answer)(request, address);
    const fault = faults.take(request.method, address.path);
    return await (fault === undefined
      ? work()
      : suffer(fault, request.signal, work));
  };
}
