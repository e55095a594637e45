/** `GET /user`, for its factors */
import type { Metadata, UserConfig } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import { type FactorList, groupFactors } from "../wire/factor_list.ts";
import { parseUser } from "../wire/user.ts";

/**
 * Lists the user's second factors.
 *
 * @param config The server and the user's access token.
 * @param request How to make the request.
 * @returns All factors, and the verified ones by kind.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `validation_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `GET /user`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   mfaEnroll,
 *   mfaListFactors,
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
 * await mfaEnroll(asAda, { factorType: "totp" });
 * const { all, totp } = await mfaListFactors(asAda);
 * console.log(all.length, totp.length); // 1 0
 * ```
 */
export function mfaListFactors(
  config: UserConfig<Metadata>,
  request?: RequestOptions,
): Promise<FactorList> {
  return send(
    config,
    { method: "GET", path: "/user" },
    ({ body }) => groupFactors(parseUser(body, config.metadata).factors),
    request,
  );
}
