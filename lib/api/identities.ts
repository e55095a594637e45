/** `GET /user/identities/authorize` and `DELETE /user/identities/{id}` */
import type { Metadata, UserConfig } from "../config.ts";
import { fillPath } from "../path.ts";
import { withQuery } from "../query.ts";
import { type RequestOptions, send } from "../request.ts";
import { readObject, readString } from "../wire/json.ts";
import { parseSignedIn, type SignedIn } from "../wire/session.ts";
import type { UserIdentity } from "../wire/user.ts";

/** Which provider's account to link, by sending the user there. */
export interface LinkIdentityParams {
  /** `google`, `github`, … or `custom:…`. */
  readonly provider: string;
  /** That is another form. */
  readonly token?: never;
  /** What else to ask the provider for, and the way back. */
  readonly options?: {
    /** Where the provider's answer leads back to. */
    readonly redirectTo?: string;
    /** Of the provider, separated by spaces. */
    readonly scopes?: string;
    /** Passed to the provider; a member above of the same name is replaced. */
    readonly queryParams?: Readonly<Record<string, string>>;
  };
  /** Makes the way back bring a code instead of tokens: PKCE. */
  readonly codeChallenge?: string;
}

/** Which provider's account to link, by an ID token it has issued. */
export interface LinkIdentityTokenParams {
  /** `google`, `apple`, `azure`, `facebook`, `kakao`, `custom:…`, an issuer. */
  readonly provider: string;
  /** The ID token. */
  readonly token: string;
  /** The provider's access token, where the ID token has an `at_hash`. */
  readonly access_token?: string;
  /** What was hashed into the token's `nonce`. */
  readonly nonce?: string;
  /** What else the server should know. */
  readonly options?: {
    /** The answer to a captcha, where the server demands one. */
    readonly captchaToken?: string;
  };
}

/**
 * Links an account at a provider to the user at once, by an ID token that the
 * provider has issued.
 *
 * @param config The server and the user's access token.
 * @param params The ID token and what is needed to check it.
 * @param request How to make the request.
 * @returns The user and a new session.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `identity_already_exists`, `email_exists`,
 * `email_not_confirmed`, `provider_disabled`, `validation_failed`,
 * `over_request_rate_limit`; for a token that is refused `invalid request`,
 * `invalid nonce`, `server_error`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /token?grant_type=id_token`
 *
 * @example An ID token
 * ```ts
 * import {
 *   createAuthConfig,
 *   linkIdentity,
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
 * try {
 *   await linkIdentity(asAda, {
 *     provider: "google",
 *     token: "header.payload.signature",
 *   });
 * } catch (error) {
 *   // This server has the provider switched off.
 *   console.log((error as { status: number }).status); // 400
 * }
 * ```
 */
export function linkIdentity<M extends Metadata>(
  config: UserConfig<M>,
  params: LinkIdentityTokenParams,
  request?: RequestOptions,
): Promise<SignedIn<M>>;
/**
 * Asks where to send the browser to link an account at a provider to the user.
 *
 * @param config The server and the user's access token.
 * @param params With which provider, and how.
 * @param request How to make the request.
 * @returns The provider and the address to open in the user's browser.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `manual_linking_disabled`, `validation_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `GET /user/identities/authorize`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.3}
 *
 * @example A redirect
 * ```ts
 * import {
 *   createAuthConfig,
 *   linkIdentity,
 *   signInWithPassword,
 *   signUp,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator({
 *   env: {
 *     GOTRUE_SECURITY_MANUAL_LINKING_ENABLED: "true",
 *     GOTRUE_EXTERNAL_GITHUB_ENABLED: "true",
 *     GOTRUE_EXTERNAL_GITHUB_CLIENT_ID: "id",
 *     GOTRUE_EXTERNAL_GITHUB_SECRET: "secret",
 *     GOTRUE_EXTERNAL_GITHUB_REDIRECT_URI: "https://auth.example/callback",
 *   },
 * });
 * const config = createAuthConfig(emulator.clientOptions());
 * const ada = { email: "ada@example.com", password: "correct horse" };
 * await signUp(config, ada);
 * const { session } = await signInWithPassword(config, ada);
 * const asAda = withAccessToken(config, session.access_token);
 *
 * const { url } = await linkIdentity(asAda, { provider: "github" });
 * console.log(Response.redirect(url).status); // 302
 * ```
 */
export function linkIdentity(
  config: UserConfig<Metadata>,
  params: LinkIdentityParams,
  request?: RequestOptions,
): Promise<{ readonly provider: string; readonly url: string }>;
export function linkIdentity(
  config: UserConfig<Metadata>,
  params: LinkIdentityParams | LinkIdentityTokenParams,
  request?: RequestOptions,
): Promise<object> {
  return params.token === undefined
    ? linkByRedirect(config, params, request)
    : linkByToken(config, params, request);
}

function linkByRedirect(
  config: UserConfig<Metadata>,
  params: LinkIdentityParams,
  request: RequestOptions | undefined,
): Promise<object> {
  const { provider, options, codeChallenge } = params;
  return send(
    config,
    {
      method: "GET",
      path: withQuery("/user/identities/authorize", {
        provider,
        redirect_to: options?.redirectTo,
        scopes: options?.scopes,
        code_challenge: codeChallenge,
        code_challenge_method: codeChallenge && "s256",
        ...options?.queryParams,
        skip_http_redirect: "true",
      }),
    },
    ({ body }) => {
      return { provider, url: readString(readObject(body, "answer"), "url") };
    },
    request,
  );
}

function linkByToken<M extends Metadata>(
  config: UserConfig<M>,
  params: LinkIdentityTokenParams,
  request: RequestOptions | undefined,
): Promise<SignedIn<M>> {
  return send(
    config,
    {
      method: "POST",
      path: "/token?grant_type=id_token",
      body: {
        provider: params.provider,
        id_token: params.token,
        access_token: params.access_token,
        nonce: params.nonce,
        link_identity: true,
        gotrue_meta_security: { captcha_token: params.options?.captchaToken },
      },
    },
    (answer) => parseSignedIn(answer, config),
    request,
  );
}

/**
 * Unlinks an identity from the user, who must have another one. A session stays
 * as it is; refresh it for the user to show the change.
 *
 * @param config The server and the user's access token.
 * @param identity One of the user's, as `getUserIdentities` gives them.
 * @param request How to make the request.
 * @returns Nothing.
 * @throws {AuthApiError} `bad_jwt`, `session_not_found`, `user_not_found`,
 * `user_banned`, `manual_linking_disabled`, `single_identity_not_deletable`,
 * `identity_not_found`, `email_conflict_identity_not_deletable`,
 * `unexpected_audience`, `validation_failed`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `DELETE /user/identities/{identity_id}`
 *
 * @example
 * ```ts
 * import {
 *   createAuthConfig,
 *   getUserIdentities,
 *   signInWithPassword,
 *   signUp,
 *   unlinkIdentity,
 *   withAccessToken,
 * } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator({
 *   env: { GOTRUE_SECURITY_MANUAL_LINKING_ENABLED: "true" },
 * });
 * const config = createAuthConfig(emulator.clientOptions());
 * const ada = { email: "ada@example.com", password: "correct horse" };
 * await signUp(config, ada);
 * const { session } = await signInWithPassword(config, ada);
 * const asAda = withAccessToken(config, session.access_token);
 *
 * const { identities } = await getUserIdentities(asAda);
 * const code = await unlinkIdentity(asAda, identities[0]!)
 *   .catch((error) => error.code);
 * console.log(code); // single_identity_not_deletable
 * ```
 */
export async function unlinkIdentity(
  config: UserConfig<Metadata>,
  identity: Pick<UserIdentity, "identity_id">,
  request?: RequestOptions,
): Promise<void> {
  const path = fillPath("/user/identities/{id}", identity.identity_id);
  await send(config, { method: "DELETE", ...path }, () => {}, request);
}
