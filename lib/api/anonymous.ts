/** `POST /signup` without an address */
import type { AuthConfig, Metadata } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import { parseSignedIn, type SignedIn } from "../wire/session.ts";

/** What an anonymous user may start with. */
export interface SignInAnonymouslyParams {
  /** What the server should know. */
  readonly options?: {
    /** Becomes `user_metadata`. */
    readonly data?: object;
    /** The answer to a captcha, where the server demands one. */
    readonly captchaToken?: string;
  };
}

/**
 * Makes a user without e-mail, phone or password, and signs them in. Such a
 * user becomes a permanent one by `updateUser` or `linkIdentity`.
 *
 * @param config The server.
 * @param params What the user starts with.
 * @param request How to make the request.
 * @returns The user and the session.
 * @throws {AuthApiError} `anonymous_provider_disabled`, `signup_disabled`,
 * `over_request_rate_limit`, `captcha_failed`, `unexpected_failure`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /signup`
 *
 * @example
 * ```ts
 * import { createAuthConfig, signInAnonymously } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator({
 *   env: { GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "true" },
 * });
 * const config = createAuthConfig(emulator.clientOptions());
 * const { user } = await signInAnonymously(config);
 * console.log(user.is_anonymous); // true
 * ```
 */
export function signInAnonymously<M extends Metadata>(
  config: AuthConfig<M>,
  params: SignInAnonymouslyParams = {},
  request?: RequestOptions,
): Promise<SignedIn<M>> {
  const { data, captchaToken } = params.options ?? {};
  const body = { data, gotrue_meta_security: { captcha_token: captchaToken } };
  return send(
    config,
    { method: "POST", path: "/signup", body },
    (answer) => parseSignedIn(answer, config),
    request,
  );
}
