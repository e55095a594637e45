/** What the tests with other packages have in common. */
import { AuthClient } from "../../mod.ts";
import { createEmulator, type Emulator } from "../../lib/emulator/mod.ts";
import type { AuthClientOptions } from "../../lib/client/options.ts";

export const EMAIL = "ada@example.com";
export const PASSWORD = "correct horse battery";
export const HOUR = 3_600_000;

/** An emulator in which one user exists. */
export async function startEmulator(
  env: Record<string, string> = {},
): Promise<Emulator> {
  const emulator = createEmulator({
    env: { GOTRUE_SMTP_MAX_FREQUENCY: "0s", ...env },
  });
  await emulator.users.seed({ email: EMAIL, password: PASSWORD });
  return emulator;
}

/** The address of the project that an emulator is the auth server of. */
export function projectOf({ url }: Emulator): string {
  return url.replace(/\/auth\/v1$/, "");
}

/** Our client, configured as for supabase-js. */
export function clientOf(
  emulator: Emulator,
  options: Partial<AuthClientOptions> = {},
): AuthClient {
  const { fetch, key, now } = emulator.clientOptions();
  const projectUrl = projectOf(emulator);
  const all = { projectUrl, key, fetch, now, ...options };
  return new AuthClient(all as AuthClientOptions);
}

/** The same, signed in by password. */
export async function signedInClient(
  emulator: Emulator,
  options: Partial<AuthClientOptions> = {},
): Promise<AuthClient> {
  const auth = clientOf(emulator, options);
  await auth.signInWithPassword({ email: EMAIL, password: PASSWORD });
  return auth;
}

/** Counts the refreshes that an emulator is asked for, whoever asks. */
export function countRefreshes(emulator: Emulator): {
  readonly fetch: Emulator["fetch"];
  readonly count: () => number;
} {
  let refreshes = 0;
  return {
    fetch: (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      if (url.includes("grant_type=refresh_token")) refreshes++;
      return emulator.fetch(input, init);
    },
    count: () => refreshes,
  };
}
