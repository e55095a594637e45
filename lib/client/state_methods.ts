/** How an application follows what happens to the session. */
import type { Metadata, UnknownMetadata } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import type { AuthChangeCallback } from "../session/events.ts";
import type { AuthSnapshot } from "../session/manager_options.ts";
import type { Session } from "../wire/session.ts";
import type { Subscription } from "./bound.ts";

/** Following the session, keeping it fresh, and ending the client. */
export interface StateMethods<M extends Metadata = UnknownMetadata> {
  /**
   * Subscribes to what happens: `INITIAL_SESSION` once, then one event for each
   * real transition, with the session before and who or what caused it. The
   * callback is never awaited, may call any method, and harms nobody by
   * throwing.
   *
   * @param callback Called with the event, the session and more about it.
   * @returns What ends the subscription.
   * @throws {AuthSessionError} `client_disposed`
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const auth = new AuthClient(createEmulator().clientOptions());
   * const signedIn = new Promise<string>((resolve) => {
   *   const { subscription } = auth.onAuthStateChange((event, session, info) => {
   *     if (event !== "SIGNED_IN") return;
   *     subscription.unsubscribe();
   *     resolve(`${session?.user.email}, by the ${info.cause}`);
   *   });
   * });
   * await auth.signUp({ email: "ada@example.com", password: "correct horse" });
   * console.log(await signedIn); // ada@example.com, by the user
   * ```
   */
  onAuthStateChange(
    callback: AuthChangeCallback<Session<M>>,
  ): { readonly subscription: Subscription<M> };

  /**
   * The state as it can be read at once: `loading` until storage has been read,
   * which reading this does not start, and where that holds nobody, until the
   * page's callback has been consumed. The same object until something changes.
   * Needs no `this`.
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const auth = new AuthClient(createEmulator().clientOptions());
   * console.log(auth.getSnapshot().status); // loading
   * await auth.initialize();
   * console.log(auth.getSnapshot().status); // signed-out
   * ```
   */
  readonly getSnapshot: () => AuthSnapshot<M>;

  /**
   * Calls a listener whenever the snapshot has changed, and gives what ends
   * that. The first listener starts reading storage. Needs no `this`.
   *
   * @example A hook of React
   * ```ts
   * import { AuthClient, type AuthSnapshot } from "@gotrue/edge";
   *
   * // In an application: import { useSyncExternalStore } from "react";
   * declare function useSyncExternalStore<T>(
   *   subscribe: (onChange: () => void) => () => void,
   *   getSnapshot: () => T,
   *   getServerSnapshot?: () => T,
   * ): T;
   *
   * const auth = new AuthClient({
   *   projectUrl: "https://project.supabase.co",
   *   key: "sb_publishable_example",
   *   autoRefreshToken: true,
   * });
   *
   * export function useAuth(): AuthSnapshot {
   *   const { subscribe, getSnapshot } = auth;
   *   return useSyncExternalStore(subscribe, getSnapshot, getSnapshot);
   * }
   * ```
   */
  readonly subscribe: (listener: () => void) => () => void;

  /**
   * An access token that lives, refreshed if need be; null only when nobody is
   * signed in. Throws what `getSession` throws. Needs no `this`: it is what
   * supabase-js's option `accessToken` takes.
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const auth = new AuthClient(createEmulator().clientOptions());
   * const { getAccessToken } = auth;
   * console.log(await getAccessToken()); // null
   * await auth.signUp({ email: "ada@example.com", password: "correct horse" });
   * console.log((await getAccessToken())?.split(".").length); // 3
   * ```
   */
  readonly getAccessToken: (request?: RequestOptions) => Promise<string | null>;

  /**
   * Refreshes in the background from now on, until stopped. From here on the
   * application decides: the option `autoRefreshToken` and whether the page can
   * be seen no longer matter. The timer keeps no process alive.
   *
   * @returns Settles when storage has been read.
   * @throws {AuthSessionError} `client_disposed`
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * await using auth = new AuthClient(createEmulator().clientOptions());
   * await auth.startAutoRefresh();
   * await auth.stopAutoRefresh();
   * ```
   */
  startAutoRefresh(): Promise<void>;

  /**
   * Ends refreshing in the background. Calls refresh all the same where they
   * need to.
   *
   * @returns Settles at once.
   */
  stopAutoRefresh(): Promise<void>;

  /**
   * Ends timers, subscriptions and the channel to other tabs. The session stays
   * stored; later calls throw {@link AuthSessionError} `client_disposed`.
   *
   * @returns Settles at once.
   */
  dispose(): Promise<void>;

  /**
   * {@link dispose}, at the end of a scope: `await using auth = …`.
   *
   * @returns Settles at once.
   */
  [Symbol.asyncDispose](): Promise<void>;
}
