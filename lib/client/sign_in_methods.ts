/** What the client can do for somebody who is not signed in yet. */
import type { SignInAnonymouslyParams } from "../api/sign_up.ts";
import type { SignInWithOtpParams } from "../api/otp.ts";
import type { ResendParams } from "../api/resend.ts";
import type { SignUpParams } from "../api/sign_up.ts";
import type {
  SignedInWithPassword,
  SignInWithPasswordParams,
} from "../api/token.ts";
import type { SignInWithIdTokenParams } from "../api/token_id.ts";
import type { VerifyOtpParams, VerifyOtpResult } from "../api/verify.ts";
import type { Metadata, UnknownMetadata } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import type { MessageSent } from "../wire/message.ts";
import type { NotSignedIn, SignedIn } from "../wire/session.ts";
import type { WithoutChallenge } from "./flows.ts";

/**
 * Signing up and in without leaving the page: by password, code, link or ID
 * token. Whoever is signed in by one of these replaces the session before, and
 * subscribers are told `SIGNED_IN`.
 */
export interface SignInMethods<M extends Metadata = UnknownMetadata> {
  /**
   * Signs up by e-mail or phone and password. Where the server wants the
   * address confirmed, the session is null and {@link verifyOtp}, or the link in
   * the mail, comes next; a taken address then looks the same.
   *
   * @param params Who signs up.
   * @param request How to make the request.
   * @returns The user, and the session unless a confirmation is awaited.
   * @throws {AuthApiError} `signup_disabled`, `user_already_exists`,
   * `validation_failed`, `email_provider_disabled`, `phone_provider_disabled`,
   * `email_address_invalid`, `email_address_not_authorized`,
   * `sms_send_failed`, `over_email_send_rate_limit`,
   * `over_sms_send_rate_limit`, `over_request_rate_limit`, `captcha_failed`
   * @throws {AuthWeakPasswordError} `weak_password`, with the reasons.
   * @throws {AuthSessionError} `pkce_code_verifier_not_found` when storage does
   * not keep the flow's verifier.
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /signup`
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const emulator = createEmulator({
   *   env: { GOTRUE_MAILER_AUTOCONFIRM: "false" },
   * });
   * const auth = new AuthClient(emulator.clientOptions());
   * const { session } = await auth.signUp({
   *   email: "ada@example.com",
   *   password: "correct horse",
   *   options: { data: { name: "Ada" } },
   * });
   * console.log(session); // null
   * const { code } = await emulator.mailbox.next("ada@example.com");
   * const { user } = await auth.verifyOtp({
   *   email: "ada@example.com",
   *   token: code,
   *   type: "signup",
   * });
   * console.log(user.user_metadata["name"]); // Ada
   * ```
   */
  signUp(
    params: WithoutChallenge<SignUpParams>,
    request?: RequestOptions,
  ): Promise<SignedIn<M> | NotSignedIn<M>>;

  /**
   * Makes a user without e-mail, phone or password, and signs them in.
   * `updateUser` or `linkIdentity` make it a permanent one.
   *
   * @param params What the user starts with.
   * @param request How to make the request.
   * @returns The user and the session.
   * @throws {AuthApiError} `anonymous_provider_disabled`, `signup_disabled`,
   * `over_request_rate_limit`, `captcha_failed`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /signup`
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const emulator = createEmulator({
   *   env: { GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED: "true" },
   * });
   * const auth = new AuthClient(emulator.clientOptions());
   * const { user } = await auth.signInAnonymously();
   * console.log(user.is_anonymous); // true
   * ```
   */
  signInAnonymously(
    params?: SignInAnonymouslyParams,
    request?: RequestOptions,
  ): Promise<SignedIn<M>>;

  /**
   * Signs in by e-mail or phone and password.
   *
   * @param params Who signs in.
   * @param request How to make the request.
   * @returns The user, the session, and the server's warning where the password
   * no longer meets its policy.
   * @throws {AuthApiError} `invalid_credentials`, `email_not_confirmed`,
   * `phone_not_confirmed`, `user_banned`, `validation_failed`,
   * `email_provider_disabled`, `phone_provider_disabled`,
   * `over_request_rate_limit`, `captcha_failed`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /token?grant_type=password`
   *
   * @example
   * ```ts
   * import { AuthClient, isAuthError } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const emulator = createEmulator();
   * const ada = { email: "ada@example.com", password: "correct horse" };
   * await emulator.users.seed(ada);
   * const auth = new AuthClient(emulator.clientOptions());
   * try {
   *   await auth.signInWithPassword({ ...ada, password: "wrong" });
   * } catch (error) {
   *   if (!isAuthError(error, "invalid_credentials")) throw error;
   *   const { user } = await auth.signInWithPassword(ada);
   *   console.log(user.email); // ada@example.com
   * }
   * ```
   */
  signInWithPassword(
    params: SignInWithPasswordParams,
    request?: RequestOptions,
  ): Promise<SignedInWithPassword<M>>;

  /**
   * Signs in by an ID token that a provider has issued to an application on the
   * device, or to the page.
   *
   * @param params The token and what is needed to check it.
   * @param request How to make the request.
   * @returns The user and the session.
   * @throws {AuthApiError} `provider_disabled`, `validation_failed`,
   * `signup_disabled`, `user_banned`, `provider_email_needs_verification`,
   * `over_request_rate_limit`; for a token that is refused `invalid request`,
   * `invalid nonce`, `server_error`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /token?grant_type=id_token`
   */
  signInWithIdToken(
    params: SignInWithIdTokenParams,
    request?: RequestOptions,
  ): Promise<SignedIn<M>>;

  /**
   * Sends a one-time code and link by e-mail, or a code by text message. Who is
   * not known yet signs up by it, unless `shouldCreateUser` is false.
   *
   * @param params Where to send it.
   * @param request How to make the request.
   * @returns The message's id, where the server tells it.
   * @throws {AuthApiError} `otp_disabled`, `signup_disabled`,
   * `validation_failed`, `email_provider_disabled`, `phone_provider_disabled`,
   * `email_address_invalid`, `email_address_not_authorized`,
   * `sms_send_failed`, `over_email_send_rate_limit`,
   * `over_sms_send_rate_limit`, `over_request_rate_limit`, `captcha_failed`
   * @throws {AuthSessionError} `pkce_code_verifier_not_found` when storage does
   * not keep the flow's verifier.
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /otp`
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const emulator = createEmulator();
   * const auth = new AuthClient(emulator.clientOptions());
   * await auth.signInWithOtp({ email: "ada@example.com" });
   * const { code } = await emulator.mailbox.next("ada@example.com");
   * await auth.verifyOtp({
   *   email: "ada@example.com",
   *   token: code,
   *   type: "email",
   * });
   * console.log(auth.getSnapshot().status); // signed-in
   * ```
   */
  signInWithOtp(
    params: WithoutChallenge<SignInWithOtpParams>,
    request?: RequestOptions,
  ): Promise<MessageSent>;

  /**
   * Signs in by the code that was sent, or by the hash of the link. A code is
   * good for one use. With type `recovery` subscribers are told
   * `PASSWORD_RECOVERY` instead of `SIGNED_IN`.
   *
   * @param params The code and where it was sent, or the hash.
   * @param request How to make the request.
   * @returns The user and the session; both null after the first of the two
   * confirmations that another e-mail address may take.
   * @throws {AuthApiError} `otp_expired` (wrong, used or expired),
   * `user_banned`, `validation_failed`, `over_request_rate_limit`
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /verify`
   *
   * @example The hash of a link, as a server-side route receives it
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const emulator = createEmulator();
   * const auth = new AuthClient(emulator.clientOptions());
   * await auth.signInWithOtp({ email: "ada@example.com" });
   * const { token_hash } = await emulator.mailbox.next("ada@example.com");
   * const { session } = await auth.verifyOtp({ token_hash, type: "email" });
   * console.log(session.user.email); // ada@example.com
   * ```
   */
  verifyOtp<const P extends VerifyOtpParams>(
    params: P,
    request?: RequestOptions,
  ): Promise<VerifyOtpResult<P, M>>;

  /**
   * Sends a confirmation again. Answers the same whether or not there was one
   * to send.
   *
   * @param params Which message, and to whom.
   * @param request How to make the request.
   * @returns The message's id, where the server tells it.
   * @throws {AuthApiError} `validation_failed`, `email_provider_disabled`,
   * `phone_provider_disabled`, `email_address_invalid`,
   * `email_address_not_authorized`, `sms_send_failed`,
   * `over_email_send_rate_limit`, `over_sms_send_rate_limit`,
   * `over_request_rate_limit`, `captcha_failed`
   * @throws {AuthSessionError} `pkce_code_verifier_not_found` when storage does
   * not keep the flow's verifier.
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /resend`
   */
  resend(
    params: WithoutChallenge<ResendParams>,
    request?: RequestOptions,
  ): Promise<MessageSent>;

  /**
   * Sends a mail to a user who forgot the password: by its code or link they
   * sign in, and then set a new one. Answers the same for an unknown address.
   *
   * @param email The address.
   * @param options How the mail leads back.
   * @param request How to make the request.
   * @returns Nothing.
   * @throws {AuthApiError} `validation_failed`, `email_provider_disabled`,
   * `email_address_invalid`, `email_address_not_authorized`,
   * `over_email_send_rate_limit`, `over_request_rate_limit`, `captcha_failed`
   * @throws {AuthSessionError} `pkce_code_verifier_not_found` when storage does
   * not keep the flow's verifier.
   * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
   * @see `POST /recover`
   *
   * @example
   * ```ts
   * import { AuthClient } from "@gotrue/edge";
   * import { createEmulator } from "@gotrue/edge/emulator";
   *
   * const emulator = createEmulator();
   * const email = "ada@example.com";
   * await emulator.users.seed({ email, password: "forgotten" });
   * const auth = new AuthClient(emulator.clientOptions());
   * await auth.resetPasswordForEmail(email);
   * const { code } = await emulator.mailbox.next(email);
   * await auth.verifyOtp({ email, token: code, type: "recovery" });
   * await auth.updateUser({ password: "battery staple" });
   * ```
   */
  resetPasswordForEmail(
    email: string,
    options?: { readonly redirectTo?: string; readonly captchaToken?: string },
    request?: RequestOptions,
  ): Promise<void>;
}
