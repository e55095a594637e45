/** The client that the playground plays with: ours, as any application makes it. */
import {
  type AuthChangeEvent,
  AuthClient,
  type ChangeCause,
} from "../../../mod.ts";
import type { RemoteEmulator } from "../../../lib/emulator/connect.ts";
import { call } from "../api.ts";
import { emulatorNow } from "../time.ts";

/** Where links and providers lead back to. */
export const CALLBACK: string = location.origin + location.pathname;

/** An event as it was told. */
export interface PlayedEvent {
  readonly number: number;
  readonly at: number;
  readonly event: AuthChangeEvent;
  readonly cause: ChangeCause;
  readonly who: string;
}

/** Makes the client: tokens are verified here, by what the server's settings say. */
export async function makeClient(
  emulator: RemoteEmulator,
): Promise<AuthClient> {
  const { issuer, audience } = await call("inspect/settings");
  return new AuthClient({
    url: `${location.origin}/auth/v1`,
    key: emulator.anonKey,
    storageKey: "gotrue-emulator-playground",
    now: emulatorNow,
    verifier: {
      issuer: issuer || null,
      audience: audience || null,
      // A page has no business with the secret, unless it belongs to the server itself.
      secret: emulator.keys.secret,
    },
  });
}
