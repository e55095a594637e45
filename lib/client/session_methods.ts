/** What the client can do about the session and its user. */
import type { SignOutScope } from "../api/logout.ts";
import type { UserAttributes } from "../api/user_update.ts";
import type { Metadata, UnknownMetadata } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import type { Session, SignedIn } from "../wire/session.ts";
import type { UserResult } from "../wire/user.ts";
import type { ClaimsResult, GetClaimsOptions } from "./get_claims.ts";
import type { Tokens } from "./set_session.ts";

/** Who is signed in, for how long, and ending it. */
export interface SessionMethods<M extends Metadata = UnknownMetadata> {
  /**
   * The session, refreshed first when its access token has less than 90 s to
   * live. It is as storage has it, not verified: on a server, or before a
   * decision that matters, use {@link getClaims} or {@link getUser}.
   *
   * @param request How to wait for it.
   * @returns The session; null when nobody is signed in. While the server
   * cannot be reached, the stored one as long as its token lives.
   * @throws {AuthApiError} Why the refresh was refused, such as
   * `refresh_token_not_found`, `refresh_token_already_used`,
   * `session_not_found`, `session_expired`, `user_banned`
   * @throws {AuthNetworkError | AuthResponseError} The token has expired, and
   * the refresh got no answer, or not the server's. The session is kept.
   * @see `POST /token?grant_type=refresh_token`
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const emulator = createEmulator();
   * const auth = new AuthClient(emulator.clientOptions());
   * console.log((await auth.getSession()).session); // null
   *
   * await auth.signUp({ email: "ada@example.com", password: "correct horse" });
   * const { session: before } = await auth.getSession();
   * emulator.clock.advance(3_600_000);
   * const { session: after } = await auth.getSession();
   * console.log(after?.access_token === before?.access_token); // false
   * ```
   */
  getSession(
    request?: RequestOptions,
  ): Promise<{ readonly session: Session<M> | null }>;

  /**
   * Asks the server for the user of the session, or of a token. The server also
   * checks that the session still exists and the user is not banned; a session
   * of which it says that it is gone is dropped.
   *
   * @param jwt An access token; the session's when there is none.
   * @param request How to make the request.
   * @returns The user.
   * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
   * `user_banned`, `validation_failed`
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `GET /user`
   */
  getUser(jwt?: string, request?: RequestOptions): Promise<UserResult<M>>;

  /**
   * Verifies the session's access token, or another: signature, algorithm,
   * issuer, audience and times. Once the server's keys are known this makes no
   * request; a token signed with a secret that is not given as
   * `verifier.secret` is shown to the server instead.
   *
   * @param jwt An access token; the session's when there is none.
   * @param options Keys that are known beforehand, and whether an expired token
   * will do.
   * @param request How to make a request, should one be needed.
   * @returns The claims, the header and the signature; null when nobody is
   * signed in.
   * @throws {AuthTokenError} `jwt_…`, one for each reason
   * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
   * `user_banned`, where the server was asked
   * @throws {AuthNetworkError | AuthResponseError} The keys, or the server's
   * word, cannot be had.
   * @see `GET /.well-known/jwks.json`
   * @see {@link https://www.rfc-editor.org/rfc/rfc8725}
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const auth = new AuthClient(createEmulator().clientOptions());
   * await auth.signUp({ email: "ada@example.com", password: "correct horse" });
   * const result = await auth.getClaims();
   * console.log(result?.claims.email, result?.header.alg); // ada@example.com ES256
   * ```
   */
  getClaims(
    jwt?: string,
    options?: GetClaimsOptions,
    request?: RequestOptions,
  ): Promise<ClaimsResult<M> | null>;

  /**
   * Changes the user's own account. Another e-mail address or phone number
   * takes effect when it is confirmed; everything else at once, but shows in
   * access tokens only after the next refresh. Subscribers are told
   * `USER_UPDATED`.
   *
   * @param attributes What to change; nothing else changes.
   * @param options How a mail about another address leads back.
   * @param request How to make the request.
   * @returns The user, changed.
   * @throws {AuthApiError} `email_exists`, `phone_exists`, `same_password`,
   * `reauthentication_needed`, `reauthentication_not_valid`,
   * `current_password_required`, `current_password_invalid`,
   * `insufficient_aal`, `user_sso_managed`, `email_address_invalid`,
   * `email_address_not_authorized`, `sms_send_failed`, `validation_failed`,
   * `over_email_send_rate_limit`, `over_sms_send_rate_limit`,
   * `over_request_rate_limit`, `bad_jwt`, `session_not_found`,
   * `user_not_found`, `user_banned`
   * @throws {AuthWeakPasswordError} `weak_password`, with the reasons.
   * @throws {AuthSessionError} `session_missing`, `session_superseded`, and
   * `pkce_code_verifier_not_found` when storage does not keep the verifier.
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `PUT /user`
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const auth = new AuthClient(createEmulator().clientOptions());
   * await auth.signUp({ email: "ada@example.com", password: "correct horse" });
   * const { user } = await auth.updateUser({ data: { theme: "dark" } });
   * console.log(user.user_metadata["theme"]); // dark
   * ```
   */
  updateUser(
    attributes: UserAttributes,
    options?: { readonly emailRedirectTo?: string },
    request?: RequestOptions,
  ): Promise<UserResult<M>>;

  /**
   * Sends the user a code by e-mail, or by text message where there is no
   * e-mail, to give as `nonce` to {@link updateUser} when the password changes.
   *
   * @param request How to make the request.
   * @returns Nothing.
   * @throws {AuthApiError} `email_not_confirmed`, `phone_not_confirmed`,
   * `over_email_send_rate_limit`, `over_sms_send_rate_limit`,
   * `sms_send_failed`, `validation_failed`, `bad_jwt`, `session_not_found`,
   * `user_not_found`, `user_banned`
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `GET /reauthenticate`
   */
  reauthenticate(request?: RequestOptions): Promise<void>;

  /**
   * Makes tokens from elsewhere the session. The server is asked for their
   * user; an access token that has expired, or cannot be read, is refreshed
   * first.
   *
   * @param tokens An access token and its refresh token.
   * @param request How to make the request.
   * @returns The user and the session.
   * @throws {TypeError} When one of them is no string.
   * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
   * `user_banned`; after expiry what {@link refreshSession} throws
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `GET /user`
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const emulator = createEmulator();
   * const there = new AuthClient(emulator.clientOptions());
   * await there.signUp({ email: "ada@example.com", password: "correct horse" });
   * const { session } = await there.getSession();
   *
   * const here = new AuthClient(emulator.clientOptions());
   * if (session) await here.setSession(session);
   * console.log(here.getSnapshot().session?.user.email); // ada@example.com
   * ```
   */
  setSession(tokens: Tokens, request?: RequestOptions): Promise<SignedIn<M>>;

  /**
   * Refreshes now: the session, whether or not its access token still lives, or
   * the session of another refresh token, which becomes the current one.
   *
   * @param params A refresh token; the session's when there is none.
   * @param request How to wait for it.
   * @returns The user and the new session.
   * @throws {AuthApiError} `refresh_token_not_found`,
   * `refresh_token_already_used`, `session_not_found`, `session_expired`,
   * `user_banned`, `validation_failed`, `conflict`, `over_request_rate_limit`
   * @throws {AuthSessionError} `session_missing`, `session_superseded`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /token?grant_type=refresh_token`
   */
  refreshSession(
    params?: { readonly refresh_token?: string },
    request?: RequestOptions,
  ): Promise<SignedIn<M>>;

  /**
   * Signs out: here first, whatever happens then, and after that on the server.
   * Scope `global` ends all sessions of the user, `local` this one, `others`
   * all but this one, which then stays. Access tokens that are out already stay
   * valid, until they expire, for whoever does not ask the server.
   *
   * @param options Which sessions. @default {global}
   * @param request How to make the request.
   * @returns Nothing; that the server knows no such session is no error.
   * @throws {AuthApiError | AuthNetworkError | AuthResponseError} The server
   * could not be told; here, the user is signed out all the same.
   * @throws {AuthSessionError} `session_missing`, for scope `others` only
   * @see `POST /logout`
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const auth = new AuthClient(createEmulator().clientOptions());
   * await auth.signUp({ email: "ada@example.com", password: "correct horse" });
   * await auth.signOut({ scope: "local" });
   * console.log(auth.getSnapshot().status); // signed-out
   * ```
   */
  signOut(
    options?: { readonly scope?: SignOutScope },
    request?: RequestOptions,
  ): Promise<void>;
}
