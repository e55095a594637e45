/** What the parts of the playground share. */
import type { AuthClient, Session } from "../../../mod.ts";
import type { Settings, Workbench } from "../api.ts";

/** What is going on. */
export interface PlayState {
  readonly session: Session | null;
  readonly settings: Settings;
  /** Whether what the server knows of the user may have changed. */
  readonly isStale: boolean;
}

/** What the parts work with. */
export interface PlayBench extends Workbench {
  readonly auth: AuthClient;
  /** Does something that may fail; shows why it did, and soon how things are afterwards. */
  readonly act: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** A part of the playground. */
export interface Part {
  readonly element: HTMLElement;
  /** Shows how things are. */
  show(state: PlayState): void | Promise<void>;
}
