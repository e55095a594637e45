/** What the client's methods work with. Made at the first call of one. */
import { type Page, thisPage } from "../browser/page.ts";
import {
  type AuthConfig,
  checkAuthOptions,
  createAuthConfig,
  type Metadata,
} from "../config.ts";
import { AutoRefresh } from "../session/auto_refresh.ts";
import { defaultStorageKey } from "../session/keys.ts";
import { SessionManager } from "../session/manager.ts";
import { type Platform, thisPlatform } from "../session/platform.ts";
import { liveSession } from "../session/refresher.ts";
import {
  defaultStorage,
  memoryStorage,
  type SessionStorage,
} from "../session/storage.ts";
import type { LaterMethods } from "./later.ts";
import { loadLater } from "./lazy.ts";
import type { AuthClientOptions } from "./options.ts";
import { completeSession } from "./current_session.ts";

/** Where the client runs: replaced by the simulation, not by applications. */
export interface Surroundings {
  readonly platform: Platform;
  readonly page: Page | undefined;
}

/** The option by which the simulation replaces them. */
export const SURROUNDINGS: unique symbol = Symbol("surroundings");

/** One client's insides. */
export interface Context<M extends Metadata> {
  readonly options: AuthClientOptions<M>;
  /** Throws when the client has been disposed of. */
  readonly config: AuthConfig<M>;
  readonly manager: SessionManager<M>;
  readonly autoRefresh: AutoRefresh<M>;
  /** What is loaded when it is first needed. */
  readonly later: () => LaterMethods<M> | Promise<LaterMethods<M>>;
  readonly page: Page | undefined;
  /** Ends what follows the page. */
  unfollow: (() => void) | undefined;
  /** Whether the application starts and stops the refresh by itself. */
  isManual: boolean;
}

/**
 * Makes a client's insides. Nothing runs yet.
 *
 * @param options The client's.
 * @param config The same, if it has been made already.
 * @returns The insides.
 */
export function createContext<M extends Metadata>(
  options: AuthClientOptions<M>,
  config: AuthConfig<M> = createAuthConfig(options),
): Context<M> {
  const given = options as { readonly [SURROUNDINGS]?: Surroundings };
  const { platform, page } = given[SURROUNDINGS] ??
    { platform: thisPlatform, page: thisPage() };
  const isKept = options.persistSession ?? true;
  const manager: SessionManager<M> = new SessionManager({
    config,
    storage: isKept ? options.storage ?? defaultStorage() : memoryStorage(),
    userStorage: isKept ? options.userStorage : undefined,
    storageKey: options.storageKey ?? defaultStorageKey(options.projectUrl),
    platform: isKept ? platform : { ...platform, openChannel: () => undefined },
    initialSnapshot: options.initialSnapshot,
    onRestored: () => start(context),
    onUserMissing: () => fetchMissingUser(manager),
  });
  let later: LaterMethods<M> | undefined;
  const context: Context<M> = {
    options,
    get config() {
      manager.assertInUse();
      return config;
    },
    manager,
    autoRefresh: new AutoRefresh(manager),
    later: () =>
      later ??
        loadLater().then(({ LaterMethods }) =>
          later ??= new LaterMethods(context)
        ),
    page,
    unfollow: undefined,
    isManual: false,
  };
  return context;
}

async function consumePage<M extends Metadata>(
  { page, options, later }: Context<M>,
): Promise<void> {
  if (!page || options.detectSessionInUrl === false) return;
  const url = page.url();
  if (!/[?#]/.test(url)) return;
  await (await later()).consume(url, (clean) => page.replaceUrl(clean));
}

/** What initialisation does besides reading storage. */
async function start<M extends Metadata>(context: Context<M>): Promise<void> {
  try {
    await consumePage(context);
  } finally {
    if (context.options.autoRefreshToken) startFollowing(context);
  }
}

async function fetchMissingUser<M extends Metadata>(
  manager: SessionManager<M>,
): Promise<void> {
  const stored = await liveSession(manager);
  if (stored) await completeSession(manager, stored);
}

function startFollowing<M extends Metadata>(context: Context<M>): void {
  const { autoRefresh, page, manager } = context;
  if (manager.isDisposed || context.isManual) return;
  autoRefresh.start();
  context.unfollow = page?.onVisibility((isVisible) => {
    if (isVisible) autoRefresh.start();
    else autoRefresh.stop();
  });
}

/**
 * Ends refreshing in the background, and leaves it to the application whether
 * to start it again.
 *
 * @param context The client's.
 */
export function takeOver<M extends Metadata>(context: Context<M>): void {
  context.isManual = true;
  context.unfollow?.();
  context.unfollow = undefined;
  context.autoRefresh.stop();
}

/**
 * Checks a client's options.
 *
 * @param options The client's.
 * @throws {TypeError} When one is of a wrong type.
 */
export function checkOptions<M extends Metadata>(
  options: AuthClientOptions<M>,
): void {
  const { flowType, storageKey = "-" } = options;
  if (flowType !== undefined && !/^(pkce|implicit)$/.test(flowType)) {
    throw new TypeError('Cannot use flowType: it must be "pkce" or "implicit"');
  }
  if (typeof storageKey !== "string" || !storageKey) {
    throw new TypeError("Cannot use storageKey: it must be a non-empty string");
  }
  checkStorage("storage", options.storage);
  checkStorage("userStorage", options.userStorage);
  checkAuthOptions(options);
}

function checkStorage(name: string, storage: SessionStorage | undefined): void {
  if (storage === undefined) return;
  const { getItem, setItem, removeItem } = storage;
  for (const method of [getItem, setItem, removeItem]) {
    if (typeof method === "function") continue;
    throw new TypeError(
      `Cannot use ${name}: it must have getItem, setItem and removeItem`,
    );
  }
}
