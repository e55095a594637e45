/** `POST /token` with the code of a flow */
import type { AuthConfig, Metadata } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import { parseSignedIn, type SignedIn } from "../wire/session.ts";

/**
 * Exchanges the code that a PKCE flow ended with for a session. A code is good
 * for one exchange, within five minutes.
 *
 * @param config The server.
 * @param authCode The parameter `code` of the address that the browser came to.
 * @param options The verifier whose challenge the flow was started with.
 * @param request How to make the request.
 * @returns The user and the session.
 * @throws {AuthApiError} `flow_state_not_found`, `flow_state_expired`,
 * `bad_code_verifier`, `validation_failed`, `over_request_rate_limit`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /token?grant_type=pkce`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.5}
 *
 * @example
 * ```ts
 * import {
 *   calculateCodeChallenge,
 *   createAuthConfig,
 *   exchangeCodeForSession,
 *   generateCodeVerifier,
 *   signInWithOtp,
 * } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig(emulator.clientOptions());
 * const codeVerifier = generateCodeVerifier();
 * const codeChallenge = await calculateCodeChallenge(codeVerifier);
 * await signInWithOtp(config, { email: "ada@example.com", codeChallenge });
 *
 * // The user follows the link, and the browser comes back with the code.
 * const { link } = await emulator.mailbox.next("ada@example.com");
 * const clicked = await emulator.fetch(link, { redirect: "manual" });
 * const back = new URL(clicked.headers.get("location") ?? "");
 * const code = back.searchParams.get("code") ?? "";
 * const { user } = await exchangeCodeForSession(config, code, { codeVerifier });
 * console.log(user.email); // ada@example.com
 * ```
 */
export function exchangeCodeForSession<M extends Metadata>(
  config: AuthConfig<M>,
  authCode: string,
  options: { readonly codeVerifier: string },
  request?: RequestOptions,
): Promise<SignedIn<M>> {
  return send(
    config,
    {
      method: "POST",
      path: "/token?grant_type=pkce",
      body: { auth_code: authCode, code_verifier: options.codeVerifier },
    },
    (answer) => parseSignedIn(answer, config),
    request,
  );
}
