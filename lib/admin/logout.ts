/** `POST /logout` on behalf of a user whose token is at hand. */
import { type AuthConfig, type Metadata, withAccessToken } from "../config.ts";
import { withQuery } from "../query.ts";
import { type RequestOptions, send } from "../request.ts";

/**
 * Ends sessions of the user whose access token is given.
 *
 * @param config The server and a secret or service_role key.
 * @param jwt The user's access token.
 * @param scope All sessions of the user, the one of the token, or all but that.
 * @param request How to make the request.
 * @returns Nothing.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `validation_failed`
 * @throws {TypeError} When the token is not a non-empty string without spaces.
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /logout`
 *
 * @example
 * ```ts
 * import { createAuthConfig, signOut } from "@gotrue/edge/admin";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig({
 *   ...emulator.clientOptions(),
 *   key: emulator.secretKey,
 * });
 * await emulator.users.seed({ email: "ada@example.com" });
 * const { access_token } = await emulator.signIn("ada@example.com");
 * await signOut(config, String(access_token));
 * ```
 */
export async function signOut(
  config: AuthConfig<Metadata>,
  jwt: string,
  scope: "global" | "local" | "others" = "global",
  request?: RequestOptions,
): Promise<void> {
  await send(
    withAccessToken(config, jwt),
    { method: "POST", path: withQuery("/logout", { scope }), idempotent: true },
    () => {},
    request,
  );
}
