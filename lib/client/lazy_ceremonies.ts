/** Passkeys and security keys, loaded when one of their methods is first called. */
import type { Metadata } from "../config.ts";
import type { SessionManager } from "../session/manager.ts";
import type { Context } from "./context.ts";
import { lazy, lazyMethods } from "./lazy.ts";
import type { AuthMfa } from "./mfa.ts";
import type { AuthPasskey } from "./passkey.ts";
import type { PasskeyMethods } from "./passkey_methods.ts";
import type { AuthMfaWebauthn } from "./webauthn.ts";

/** Once for all clients, so that only the first one waits. */
const loadCeremonies = lazy(() => import("./ceremonies.ts"));

/**
 * The methods of a client that hold ceremonies with passkeys.
 *
 * @param context The client's.
 * @returns An object with them.
 */
export function lazyCeremonies<M extends Metadata>(
  context: Context<M>,
): PasskeyMethods<M> {
  return lazyMethods(
    async () => new (await loadCeremonies()).PasskeyCeremonies(context),
    "signInWithPasskey registerPasskey",
  );
}

/**
 * The namespace `passkey` of a client.
 *
 * @param context The client's.
 * @returns An object with the methods of {@link AuthPasskey}.
 */
export function lazyPasskey<M extends Metadata>(
  context: Context<M>,
): AuthPasskey<M> {
  return lazyMethods(
    async () => new (await loadCeremonies()).AuthPasskey(context),
    "startRegistration verifyRegistration startAuthentication verifyAuthentication list update delete",
  );
}

/**
 * The namespace `mfa.webauthn` of a client.
 *
 * @param manager The client's.
 * @param mfa Gives the methods of `mfa`.
 * @returns An object with the methods of {@link AuthMfaWebauthn}.
 */
export function lazyWebauthn<M extends Metadata>(
  manager: SessionManager<M>,
  mfa: () => Omit<AuthMfa<M>, "webauthn">,
): AuthMfaWebauthn<M> {
  return lazyMethods(
    async () => new (await loadCeremonies()).AuthMfaWebauthn(manager, mfa()),
    "enroll challenge verify authenticate register",
  );
}
