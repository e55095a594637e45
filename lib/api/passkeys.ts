/** `/passkeys`: the user's passkeys. */
import type { Metadata, UserConfig } from "../config.ts";
import { fillPath } from "../path.ts";
import { type RequestOptions, send } from "../request.ts";
import { parsePasskey, parsePasskeys, type Passkey } from "../wire/passkey.ts";

/**
 * Lists the user's passkeys, oldest first.
 *
 * @param config The server and the user's access token.
 * @param request How to make the request.
 * @returns The passkeys.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `passkey_disabled`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `GET /passkeys`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   passkeyList,
 *   signUp,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator({ env: { GOTRUE_PASSKEY_ENABLED: "true" } });
 * const config = createAuthConfig(emulator.clientOptions());
 * const { session } = await signUp(config, {
 *   email: "ada@example.com",
 *   password: "correct horse",
 * });
 * const asAda = withAccessToken(config, session?.access_token ?? "");
 * for (const passkey of await passkeyList(asAda)) {
 *   console.log(passkey.friendly_name, passkey.last_used_at?.getFullYear());
 * }
 * ```
 */
export function passkeyList(
  config: UserConfig<Metadata>,
  request?: RequestOptions,
): Promise<readonly Passkey[]> {
  return send(
    config,
    { method: "GET", path: "/passkeys" },
    ({ body }) => parsePasskeys(body),
    request,
  );
}

/** Which passkey to rename, and how. */
export interface PasskeyUpdateParams {
  /** The passkey's id, from {@link passkeyList}. */
  readonly passkeyId: string;
  /** What the user calls it from now on, in at most 120 bytes. */
  readonly friendlyName: string;
}

/**
 * Renames a passkey.
 *
 * @param config The server and the user's access token.
 * @param params Which passkey, and its new name.
 * @param request How to make the request.
 * @returns The passkey, renamed.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `passkey_disabled`, `validation_failed` (also with 404 for a
 * passkey that the user does not have)
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @throws {TypeError} For an id that cannot be part of an address.
 * @see `PATCH /passkeys/{id}`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   passkeyUpdate,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 *
 * const config = createAuthConfig({
 *   url: "https://auth.example",
 *   // In place of a server where the user has such a passkey.
 *   fetch: () =>
 *     Promise.resolve(Response.json({
 *       id: "1c26949c-035c-4af5-a911-fdb1fc884aae",
 *       friendly_name: "Laptop",
 *       created_at: "2026-11-23T17:54:41.297561Z",
 *     })),
 * });
 * const passkey = await passkeyUpdate(withAccessToken(config, "a.b.c"), {
 *   passkeyId: "1c26949c-035c-4af5-a911-fdb1fc884aae",
 *   friendlyName: "Laptop",
 * });
 * console.log(passkey.friendly_name, passkey.created_at.getUTCHours()); // Laptop 17
 * ```
 */
export async function passkeyUpdate(
  config: UserConfig<Metadata>,
  params: PasskeyUpdateParams,
  request?: RequestOptions,
): Promise<Passkey> {
  return await send(
    config,
    {
      method: "PATCH",
      ...fillPath("/passkeys/{id}", params.passkeyId),
      body: { friendly_name: params.friendlyName },
    },
    ({ body }) => parsePasskey(body),
    request,
  );
}

/**
 * Deletes a passkey; the authenticator still shows it to the user, but it signs
 * nobody in. A user with a verified second factor needs a session at `aal2`.
 *
 * @param config The server and the user's access token.
 * @param params Which passkey.
 * @param request How to make the request.
 * @returns Nothing.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `passkey_disabled`, `insufficient_aal`, `validation_failed`
 * (with 404 for a passkey that the user does not have)
 * @throws {AuthNetworkError} No answer.
 * @throws {TypeError} For an id that cannot be part of an address.
 * @see `DELETE /passkeys/{id}`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   passkeyDelete,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 *
 * const config = createAuthConfig({
 *   url: "https://auth.example",
 *   // In place of a server where the user has such a passkey.
 *   fetch: () => Promise.resolve(new Response(null, { status: 204 })),
 * });
 * await passkeyDelete(withAccessToken(config, "a.b.c"), {
 *   passkeyId: "1c26949c-035c-4af5-a911-fdb1fc884aae",
 * });
 * ```
 */
export async function passkeyDelete(
  config: UserConfig<Metadata>,
  params: { readonly passkeyId: string },
  request?: RequestOptions,
): Promise<void> {
  await send(
    config,
    { method: "DELETE", ...fillPath("/passkeys/{id}", params.passkeyId) },
    () => undefined,
    request,
  );
}
