/** `GET /user`, of which only a part is wanted */
import type { Metadata, UserConfig } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import { type FactorList, groupFactors } from "../wire/factor_list.ts";
import { readUser, type UserIdentity } from "../wire/user.ts";

/**
 * Lists the ways to sign in that are linked to the user: e-mail, phone and
 * accounts at providers.
 *
 * @param config The server and the user's access token.
 * @param request How to make the request.
 * @returns The identities, in the order in which they were linked.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `validation_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `GET /user`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   getUserIdentities,
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
 * const { identities } = await getUserIdentities(asAda);
 * console.log(identities[0]?.provider); // email
 * ```
 */
export function getUserIdentities(
  config: UserConfig<Metadata>,
  request?: RequestOptions,
): Promise<{ readonly identities: readonly UserIdentity[] }> {
  return send(
    config,
    { method: "GET", path: "/user" },
    ({ body }) => {
      const { identities } = readUser(body, config.parseMetadata);
      return { identities: identities ?? [] };
    },
    request,
  );
}

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
    ({ body }) => groupFactors(readUser(body, config.parseMetadata).factors),
    request,
  );
}
