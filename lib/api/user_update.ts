/** `PUT /user` */
import type { Metadata, UserConfig } from "../config.ts";
import { withQuery } from "../query.ts";
import { type RequestOptions, send } from "../request.ts";
import { readUser, type UserResult } from "../wire/user.ts";

/** What to change of a user. */
export interface UserAttributes {
  /** Takes effect once confirmed. */
  readonly email?: string;
  /** Takes effect once confirmed. */
  readonly phone?: string;
  /** The new one; at most 72 bytes. Other sessions of the user end. */
  readonly password?: string;
  /** The old one, where the server asks for it when the password changes. */
  readonly current_password?: string;
  /** The code that `reauthenticate` sends. */
  readonly nonce?: string;
  /** Merged into `user_metadata`; a member that is `null` is removed. */
  readonly data?: object;
}

/** How a mail about a changed address leads back. */
export interface UpdateUserOptions {
  /** Where the link in the mail leads back to. */
  readonly emailRedirectTo?: string;
  /** Makes the link bring a code instead of tokens: PKCE. */
  readonly codeChallenge?: string;
}

/**
 * Changes the user's own account. Another e-mail address or phone number takes
 * effect when it is confirmed; everything else at once, but shows in access
 * tokens only after the next refresh.
 *
 * @param config The server and the user's access token.
 * @param attributes What to change; nothing else changes.
 * @param options How a mail about another address leads back.
 * @param request How to make the request.
 * @returns The user, changed.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `validation_failed`, `email_exists`, `phone_exists`,
 * `same_password`, `reauthentication_needed`, `reauthentication_not_valid`,
 * `current_password_required`, `current_password_invalid`, `insufficient_aal`,
 * `user_sso_managed`, `email_address_invalid`, `email_address_not_authorized`,
 * `sms_send_failed`, `over_email_send_rate_limit`, `over_sms_send_rate_limit`,
 * `over_request_rate_limit`
 * @throws {AuthWeakPasswordError} `weak_password`, with the reasons.
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `PUT /user`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   signInWithPassword,
 *   signUp,
 *   updateUser,
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
 * const { user } = await updateUser(asAda, { data: { theme: "dark" } });
 * console.log(user.user_metadata["theme"]); // dark
 * ```
 */
export function updateUser<M extends Metadata>(
  config: UserConfig<M>,
  attributes: UserAttributes,
  options: UpdateUserOptions = {},
  request?: RequestOptions,
): Promise<UserResult<M>> {
  const { email, phone, password, current_password, nonce, data } = attributes;
  const { codeChallenge } = options;
  return send(
    config,
    {
      method: "PUT",
      path: withQuery("/user", { redirect_to: options.emailRedirectTo }),
      body: {
        email,
        phone,
        password,
        current_password,
        nonce,
        data,
        code_challenge: codeChallenge,
        code_challenge_method: codeChallenge && "s256",
      },
    },
    ({ body }) => ({ user: readUser(body, config.parseMetadata) }),
    request,
  );
}
