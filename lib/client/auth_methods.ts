import type { Metadata, UnknownMetadata } from "../config.ts";
import type { PasskeyMethods } from "./passkey_methods.ts";
import type { RedirectMethods } from "./redirect_methods.ts";
import type { SessionMethods } from "./session_methods.ts";
import type { SignInMethods } from "./sign_in_methods.ts";
import type { StateMethods } from "./state_methods.ts";

/**
 * Every method of `AuthClient` but its namespaces: what a component can ask for
 * that is to be given something else in its tests.
 */
export interface AuthMethods<M extends Metadata = UnknownMetadata>
  extends
    SignInMethods<M>,
    PasskeyMethods<M>,
    RedirectMethods<M>,
    SessionMethods<M>,
    StateMethods<M> {}
