/** Second factors, loaded when one of their methods is first called. */
import type { Metadata } from "../config.ts";
import type { Context } from "./context.ts";
import { lazy, lazyMethods } from "./lazy.ts";
import type { AuthMfa } from "./mfa.ts";

const loadMfa = lazy(() => import("./mfa.ts"));

/**
 * The namespace `mfa` of a client.
 *
 * @param context The client's.
 * @returns An object with the methods of {@link AuthMfa}.
 */
export function lazyMfa<M extends Metadata>(
  { manager }: Context<M>,
): AuthMfa<M> {
  return lazyMethods(async () => new (await loadMfa()).AuthMfa(manager), {
    enroll: true,
    challenge: true,
    verify: true,
    challengeAndVerify: true,
    unenroll: true,
    listFactors: true,
    getAuthenticatorAssuranceLevel: true,
  });
}
