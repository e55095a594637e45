/** What the tabs of `chromium_test.ts` run: the client, and a log of what it told. */
import { AuthClient } from "../../mod.ts";
import type { AuthClientOptions } from "../../lib/client/options.ts";

/** What a test can do in a tab, and ask of it. */
export interface Tab {
  readonly auth: AuthClient;
  readonly events: string[];
  readonly diagnostics: string[];
  readonly statuses: string[];
}

/** Opens the tab's client, like any application would. */
export function open(options: AuthClientOptions): Tab {
  const events: string[] = [];
  const diagnostics: string[] = [];
  const statuses: string[] = [];
  const auth = new AuthClient({
    ...options,
    onDiagnostic: ({ type }) => void diagnostics.push(type),
  } as AuthClientOptions);
  auth.onAuthStateChange((event) => void events.push(event));
  auth.subscribe(() => void statuses.push(auth.getSnapshot().status));
  return { auth, events, diagnostics, statuses };
}
