/** Second factors, loaded when one of their methods is first called. */
import type { Metadata } from "../config.ts";
import type { Context } from "./context.ts";
import { lazyMethods, loadLater } from "./lazy.ts";
import { lazyWebauthn } from "./lazy_ceremonies.ts";
import type { AuthMfa } from "./mfa.ts";
import type { AuthMfaWebauthn } from "./webauthn.ts";

/**
 * The namespace `mfa` of a client.
 *
 * @param context The client's.
 * @returns An object with the methods of {@link AuthMfa}.
 */
export function lazyMfa<M extends Metadata>(
  { manager }: Context<M>,
): AuthMfa<M> {
  const webauthn: AuthMfaWebauthn<M> = lazyWebauthn(manager, () => methods);
  const methods: Omit<AuthMfa<M>, "webauthn"> = lazyMethods(
    async () => new (await loadLater()).AuthMfa(manager, webauthn),
    "enroll challenge verify challengeAndVerify unenroll listFactors getAuthenticatorAssuranceLevel",
  );
  return Object.assign(methods, { webauthn }) as AuthMfa<M>;
}
