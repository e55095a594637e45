/** What applications pass around by itself. */
import type { Metadata, UnknownMetadata } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import type { AuthChangeCallback } from "../session/events.ts";
import type { AuthSnapshot } from "../session/manager_options.ts";
import { liveSession } from "../session/refresher.ts";
import type { Session } from "../wire/session.ts";
import type { Context } from "./context.ts";

/** What `onAuthStateChange` gives. */
export interface Subscription<M extends Metadata = UnknownMetadata> {
  /** Different for each subscription. */
  readonly id: symbol;
  /** What is called. */
  readonly callback: AuthChangeCallback<Session<M>>;
  /** Ends it; more than once is harmless. */
  readonly unsubscribe: () => void;
}

/** Methods that are passed around by themselves. */
export interface BoundMethods<M extends Metadata> {
  readonly getSnapshot: () => AuthSnapshot<M>;
  readonly subscribe: (listener: () => void) => () => void;
  readonly getAccessToken: (request?: RequestOptions) => Promise<string | null>;
}

/**
 * Makes them.
 *
 * @param context The client's.
 * @returns Functions that need no `this`.
 */
export function bindMethods<M extends Metadata>(
  { manager }: Context<M>,
): BoundMethods<M> {
  return {
    getSnapshot: () => manager.getSnapshot(),
    subscribe: (listener) => manager.listen(listener),
    getAccessToken: async (request) =>
      (await liveSession(manager, request))?.accessToken ?? null,
  };
}
