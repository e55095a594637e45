import type { JsonObject } from "./records.ts";
import type { Server } from "./server.ts";

/** Where a session is to be found by the page under test. */
export interface StorageStateOptions {
  /** The origin of the page, `http://localhost:3000`. */
  readonly origin: string;
  /** Who reads it: supabase-js (`sb-<first label>-auth-token`, the default) or auth-js by itself. */
  readonly format?: "supabase-js" | "auth-js";
  /** The key in local storage, when the application chose its own. */
  readonly storageKey?: string;
}

/** What Playwright's `storageState` takes. */
export interface StorageState {
  /** Always empty: the session is in local storage. */
  readonly cookies: readonly never[];
  /** Local storage by origin. */
  readonly origins: readonly {
    /** The origin of the page. */
    readonly origin: string;
    /** Its entries. */
    readonly localStorage: readonly {
      readonly name: string;
      readonly value: string;
    }[];
  }[];
}

/** Writes a session the way a client in a page would have stored it. */
export function createStorageState(
  server: Server,
  session: JsonObject,
  options: StorageStateOptions,
): StorageState {
  const host = new URL(server.settings.API_EXTERNAL_URL).hostname.split(".")[0];
  const usual = options.format === "auth-js"
    ? "supabase.auth.token"
    : `sb-${host}-auth-token`;
  const entry = {
    name: options.storageKey ?? usual,
    value: JSON.stringify(session),
  };
  return {
    cookies: [],
    origins: [{
      origin: new URL(options.origin).origin,
      localStorage: [entry],
    }],
  };
}
