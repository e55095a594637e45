/** `POST /logout` */
import type { Metadata, UserConfig } from "../config.ts";
import { withQuery } from "../query.ts";
import { type RequestOptions, send } from "../request.ts";

/** All sessions of the user, the one of the token, or all but that. */
export type SignOutScope = "global" | "local" | "others";

/**
 * Ends sessions of the user on the server. Access tokens already issued stay
 * valid for verifiers that do not ask the server.
 *
 * @param config The server and the user's access token.
 * @param options Which sessions. @default {all of the user}
 * @param request How to make the request.
 * @returns Nothing.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `validation_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /logout`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   getUser,
 *   signInWithPassword,
 *   signOut,
 *   signUp,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const config = createAuthConfig(createEmulator().clientOptions());
 * const ada = { email: "ada@example.com", password: "correct horse" };
 * await signUp(config, ada);
 * const { session } = await signInWithPassword(config, ada);
 * const asAda = withAccessToken(config, session.access_token);
 *
 * await signOut(asAda, { scope: "local" });
 * const code = await getUser(asAda).catch((error) => error.code);
 * console.log(code); // session_not_found
 * ```
 */
export function signOut(
  config: UserConfig<Metadata>,
  options: { readonly scope?: SignOutScope } = {},
  request?: RequestOptions,
): Promise<void> {
  const { scope = "global" } = options;
  return send(
    config,
    { method: "POST", path: withQuery("/logout", { scope }), idempotent: true },
    () => {},
    request,
  );
}
