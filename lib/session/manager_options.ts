/** What goes into a session manager, and the state as it comes out. */
import type { AuthConfig, Metadata, UnknownMetadata } from "../config.ts";
import type { Session } from "../wire/session.ts";
import type { Platform } from "./platform.ts";
import type { SessionStorage } from "./storage.ts";

/** The state as it can be read at once. The same object until it changes. */
export interface AuthSnapshot<M extends Metadata = UnknownMetadata> {
  /** `loading` until storage has been read. */
  readonly status: "loading" | "signed-in" | "signed-out";
  /**
   * Null while loading, when nobody is signed in, and when it cannot be handed
   * out: its user is not known yet, or a schema has refused the metadata.
   */
  readonly session: Session<M> | null;
}

/** What a manager works with. */
export interface ManagerOptions<M extends Metadata> {
  readonly config: AuthConfig<M>;
  readonly storage: SessionStorage;
  readonly userStorage?: SessionStorage | undefined;
  readonly storageKey: string;
  readonly platform: Platform;
  /** What the snapshot is until storage has been read. */
  readonly initialSnapshot?: AuthSnapshot<M> | undefined;
  /** Runs once, when storage has been read: the page's callback URL. */
  readonly onRestored: () => Promise<void>;
  /** Fetches the user of a session that is stored without. */
  readonly onUserMissing: () => Promise<unknown>;
}
