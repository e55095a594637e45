/** `/admin/users/{user_id}/factors` */
import type { AuthConfig, Metadata } from "../config.ts";
import { fillPath } from "../path.ts";
import { type RequestOptions, send } from "../request.ts";
import { type Factor, parseFactor } from "../wire/factor.ts";
import { invalid, readObject, readString } from "../wire/json.ts";

/**
 * Lists a user's second factors, verified or not.
 *
 * @param config The server and a secret or service_role key.
 * @param params Whose factors.
 * @param request How to make the request.
 * @returns The factors.
 * @throws {AuthApiError} `bad_jwt`, `not_admin`, `session_expired`,
 * `user_not_found`, `validation_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `GET /admin/users/{user_id}/factors`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   createUser,
 *   mfaListFactors,
 * } from "@gotrue/edge/admin";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig({
 *   ...emulator.clientOptions(),
 *   key: emulator.secretKey,
 * });
 * const { user } = await createUser(config, { email: "ada@example.com" });
 * const { factors } = await mfaListFactors(config, { userId: user.id });
 * console.log(factors.length); // 0
 * ```
 */
export async function mfaListFactors(
  config: AuthConfig<Metadata>,
  params: { readonly userId: string },
  request?: RequestOptions,
): Promise<{ readonly factors: readonly Factor[] }> {
  return await send(
    config,
    { method: "GET", ...fillPath("/admin/users/{id}/factors", params.userId) },
    ({ body }) => {
      if (!Array.isArray(body)) throw invalid("factors must be an array");
      return { factors: body.map(parseFactor) };
    },
    request,
  );
}

/**
 * Removes a user's second factor. Sessions that were verified by it fall back
 * to `aal1` with their next refresh.
 *
 * @param config The server and a secret or service_role key.
 * @param params Whose factor, and which.
 * @param request How to make the request.
 * @returns The factor's id.
 * @throws {AuthApiError} `bad_jwt`, `not_admin`, `session_expired`,
 * `user_not_found`, `mfa_factor_not_found`, `validation_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `DELETE /admin/users/{user_id}/factors/{factor_id}`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   mfaDeleteFactor,
 *   mfaListFactors,
 * } from "@gotrue/edge/admin";
 * import { mfaEnroll, signUp, withAccessToken } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig({
 *   ...emulator.clientOptions(),
 *   key: emulator.secretKey,
 * });
 * const { user, session } = await signUp(config, {
 *   email: "ada@example.com",
 *   password: "correct horse",
 * });
 * const asAda = withAccessToken(config, session?.access_token ?? "");
 * const { id } = await mfaEnroll(asAda, { factorType: "totp" });
 *
 * await mfaDeleteFactor(config, { userId: user.id, id });
 * const { factors } = await mfaListFactors(config, { userId: user.id });
 * console.log(factors.length); // 0
 * ```
 */
export async function mfaDeleteFactor(
  config: AuthConfig<Metadata>,
  params: { readonly id: string; readonly userId: string },
  request?: RequestOptions,
): Promise<{ readonly id: string }> {
  const { id, userId } = params;
  return await send(
    config,
    {
      method: "DELETE",
      ...fillPath("/admin/users/{id}/factors/{id}", userId, id),
    },
    ({ body }) => ({ id: readString(readObject(body, "factor"), "id") }),
    request,
  );
}
