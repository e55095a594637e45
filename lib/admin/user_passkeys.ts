/** `/admin/users/{user_id}/passkeys` */
import type { AuthConfig, Metadata } from "../config.ts";
import { fillPath } from "../path.ts";
import { type RequestOptions, send } from "../request.ts";
import { parsePasskeys, type Passkey } from "../wire/passkey.ts";

/**
 * Lists a user's passkeys, oldest first; also where passkeys are switched off.
 *
 * @param config The server and a secret or service_role key.
 * @param params Whose passkeys.
 * @param request How to make the request.
 * @returns The passkeys.
 * @throws {AuthApiError} `bad_jwt`, `not_admin`, `session_expired`,
 * `user_not_found`, `validation_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @throws {TypeError} For an id that cannot be part of an address.
 * @see `GET /admin/users/{user_id}/passkeys`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   createUser,
 *   passkeyListPasskeys,
 * } from "@gotrue/edge/admin";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig({
 *   ...emulator.clientOptions(),
 *   key: emulator.secretKey,
 * });
 * const { user } = await createUser(config, { email: "ada@example.com" });
 * const passkeys = await passkeyListPasskeys(config, { userId: user.id });
 * console.log(passkeys.length); // 0
 * ```
 */
export async function passkeyListPasskeys(
  config: AuthConfig<Metadata>,
  params: { readonly userId: string },
  request?: RequestOptions,
): Promise<readonly Passkey[]> {
  return await send(
    config,
    { method: "GET", ...fillPath("/admin/users/{id}/passkeys", params.userId) },
    ({ body }) => parsePasskeys(body),
    request,
  );
}

/**
 * Deletes a user's passkey. Sessions that it has signed in stay.
 *
 * @param config The server and a secret or service_role key.
 * @param params Whose passkey, and which.
 * @param request How to make the request.
 * @returns Nothing.
 * @throws {AuthApiError} `bad_jwt`, `not_admin`, `session_expired`,
 * `user_not_found`, `validation_failed` (with 404 for a passkey that the user
 * does not have)
 * @throws {AuthNetworkError} No answer.
 * @throws {TypeError} For an id that cannot be part of an address.
 * @see `DELETE /admin/users/{user_id}/passkeys/{passkey_id}`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   createUser,
 *   passkeyDeletePasskey,
 *   passkeyListPasskeys,
 * } from "@gotrue/edge/admin";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig({
 *   ...emulator.clientOptions(),
 *   key: emulator.secretKey,
 * });
 * const { user } = await createUser(config, { email: "ada@example.com" });
 * const userId = user.id;
 * // The device was lost, and with it what it could sign in with.
 * for (const { id } of await passkeyListPasskeys(config, { userId })) {
 *   await passkeyDeletePasskey(config, { userId, passkeyId: id });
 * }
 * ```
 */
export async function passkeyDeletePasskey(
  config: AuthConfig<Metadata>,
  params: { readonly userId: string; readonly passkeyId: string },
  request?: RequestOptions,
): Promise<void> {
  const { userId, passkeyId } = params;
  await send(
    config,
    {
      method: "DELETE",
      ...fillPath("/admin/users/{id}/passkeys/{id}", userId, passkeyId),
    },
    () => undefined,
    request,
  );
}
