/** `GET /reauthenticate` */
import type { Metadata, UserConfig } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";

/**
 * Sends the user a code by e-mail, or by text message where there is no e-mail,
 * to give as `nonce` to `updateUser` when the password changes.
 *
 * @param config The server and the user's access token.
 * @param request How to make the request.
 * @returns Nothing.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `validation_failed`, `email_not_confirmed`,
 * `phone_not_confirmed`, `over_email_send_rate_limit`,
 * `over_sms_send_rate_limit`, `sms_send_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `GET /reauthenticate`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   reauthenticate,
 *   signInWithPassword,
 *   signUp,
 *   updateUser,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig(emulator.clientOptions());
 * const ada = { email: "ada@example.com", password: "correct horse" };
 * await signUp(config, ada);
 * const { session } = await signInWithPassword(config, ada);
 * const asAda = withAccessToken(config, session.access_token);
 *
 * await reauthenticate(asAda);
 * const { code } = await emulator.mailbox.next("ada@example.com");
 * await updateUser(asAda, { password: "battery staple", nonce: code });
 * ```
 */
export function reauthenticate(
  config: UserConfig<Metadata>,
  request?: RequestOptions,
): Promise<void> {
  // A GET that sends a message each time it is made.
  return send(
    config,
    { method: "GET", path: "/reauthenticate", idempotent: false },
    () => {},
    request,
  );
}
