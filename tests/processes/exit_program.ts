/**
 * A program that signs in and is then done; it ends when nothing keeps it. Run
 * by `exit_test.ts` in several runtimes, and so without anything of Deno's.
 */
import { AuthClient, memoryStorage } from "../../mod.ts";
import type { AuthClientOptions } from "../../lib/client/options.ts";

/** What the program is told, as JSON in its last argument. */
export interface Task {
  readonly scenario: string;
  readonly url: string;
  readonly key: string;
  readonly email: string;
  readonly password: string;
}

const { process } = globalThis as unknown as {
  process: { readonly argv: readonly string[] };
};
const { scenario, url, key, ...credentials } = JSON.parse(
  process.argv.at(-1)!,
) as Task;

const scenarios: Record<string, () => Promise<void>> = {
  async "auto-refresh"() {
    const auth = open({ autoRefreshToken: true });
    await auth.signInWithPassword(credentials);
  },
  async "manual auto-refresh"() {
    const auth = open();
    await auth.signInWithPassword(credentials);
    await auth.startAutoRefresh();
  },
  async subscriber() {
    const auth = open();
    const told = new Promise<void>((resolve) => {
      auth.onAuthStateChange((event) => event === "SIGNED_IN" && resolve());
    });
    auth.subscribe(() => {});
    await auth.signInWithPassword(credentials);
    await told;
  },
  /** The server fails; the next attempt in the background is yet to come. */
  async "back-off"() {
    const storage = memoryStorage();
    const { session } = await open({ storage }).signInWithPassword(credentials);
    const expires_at = session.expires_at - 7_200;
    storage.setItem("app", JSON.stringify({ ...session, expires_at }));
    await new Promise<void>((resolve) => {
      const onDiagnostic: AuthClientOptions["onDiagnostic"] = ({ type }) => {
        if (type === "refresh-failed") resolve();
      };
      open({ storage, autoRefreshToken: true, onDiagnostic })
        .initialize();
    });
  },
  /** The server asks to be left alone for an hour. */
  async rest() {
    const auth = open({ autoRefreshToken: true });
    await auth.signInWithPassword(credentials);
    await auth.refreshSession().catch(() => {});
  },
};

function open(options: Partial<AuthClientOptions> = {}): AuthClient {
  return new AuthClient(
    { url, key, storageKey: "app", ...options } as AuthClientOptions,
  );
}

await scenarios[scenario]!();
console.log("done");
