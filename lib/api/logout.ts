/** `POST /logout` */
import type { Metadata, UserConfig } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";

/** All sessions of the user, the one of the token, or all but that. */
export type SignOutScope = "global" | "local" | "others";

/**
 * Ends sessions of the user on the server. Access tokens already issued stay
 * valid for verifiers that do not ask the server.
 *
 * @see `POST /logout`
 */
export function signOut(
  config: UserConfig<Metadata>,
  options: { readonly scope?: SignOutScope } = {},
  request?: RequestOptions,
): Promise<void> {
  const { scope = "global" } = options;
  return send(
    config,
    { method: "POST", path: "/logout", query: { scope }, idempotent: true },
    () => {},
    request,
  );
}
