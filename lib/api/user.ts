/** `GET /user` */
import type { Metadata, UserConfig } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import { readUser, type UserResult } from "../wire/user.ts";

/**
 * Asks the server for the user of an access token. The server also checks that
 * the session still exists and the user is not banned.
 *
 * @param config The server and the user's access token.
 * @param request How to make the request.
 * @returns The user.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `validation_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `GET /user`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   getUser,
 *   signInWithPassword,
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
 * const { user } = await getUser(asAda);
 * console.log(user.created_at instanceof Date); // true
 * ```
 */
export function getUser<M extends Metadata>(
  config: UserConfig<M>,
  request?: RequestOptions,
): Promise<UserResult<M>> {
  return send(
    config,
    { method: "GET", path: "/user" },
    ({ body }) => ({ user: readUser(body, config.parseMetadata) }),
    request,
  );
}
