/** A client's insides, with what is loaded when it is first needed. */
import type { AuthConfig, Metadata } from "../config.ts";
import { bindMethods, type BoundMethods } from "./bound.ts";
import { type Context, createContext } from "./context.ts";
import { lazyCeremonies, lazyPasskey } from "./lazy_ceremonies.ts";
import { lazyMfa } from "./lazy_mfa.ts";
import type { AuthMfa } from "./mfa.ts";
import type { AuthClientOptions } from "./options.ts";
import type { AuthPasskey } from "./passkey.ts";
import type { PasskeyMethods } from "./passkey_methods.ts";

/** One client's insides, and its parts. */
export interface Inside<M extends Metadata>
  extends Context<M>, BoundMethods<M>, PasskeyMethods<M> {
  readonly mfa: AuthMfa<M>;
  readonly passkey: AuthPasskey<M>;
}

/**
 * Makes a client's insides. Nothing runs yet.
 *
 * @param options The client's.
 * @param config The same, if it has been made already.
 * @returns The insides.
 */
export function createInside<M extends Metadata>(
  options: AuthClientOptions<M>,
  config?: AuthConfig<M>,
): Inside<M> {
  const context = createContext(options, config);
  return Object.assign(context, bindMethods(context), lazyCeremonies(context), {
    mfa: lazyMfa(context),
    passkey: lazyPasskey(context),
  });
}
