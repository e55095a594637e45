/** `GET /user/identities/authorize` and `DELETE /user/identities/{id}` */
import type { Metadata, UserConfig } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import { readObject, readString } from "../wire/json.ts";
import { parseSignedIn, type SignedIn } from "../wire/session.ts";
import type { UserIdentity } from "../wire/user.ts";

/** Which provider's account to link, by sending the user there. */
export interface LinkIdentityParams {
  /** `google`, `github`, … or `custom:…`. */
  readonly provider: string;
  readonly token?: never;
  readonly options?: {
    /** Where the provider's answer leads back to. */
    readonly redirectTo?: string;
    /** Of the provider, separated by spaces. */
    readonly scopes?: string;
    /** Passed to the provider. */
    readonly queryParams?: Readonly<Record<string, string>>;
  };
  /** Makes the way back bring a code instead of tokens: PKCE. */
  readonly codeChallenge?: string;
}

/** Which provider's account to link, by an ID token it has issued. */
export interface LinkIdentityTokenParams {
  readonly provider: string;
  /** The ID token. */
  readonly token: string;
  readonly access_token?: string;
  readonly nonce?: string;
  readonly options?: { readonly captchaToken?: string };
}

/**
 * Links an account at a provider to the user: gives the address to send the
 * browser to or, with an ID token, links at once.
 *
 * @see `GET /user/identities/authorize`, `POST /token?grant_type=id_token`
 */
export function linkIdentity<M extends Metadata>(
  config: UserConfig<M>,
  params: LinkIdentityTokenParams,
  request?: RequestOptions,
): Promise<SignedIn<M>>;
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
      path: "/user/identities/authorize",
      query: {
        provider,
        redirect_to: options?.redirectTo,
        scopes: options?.scopes,
        code_challenge: codeChallenge,
        code_challenge_method: codeChallenge && "s256",
        ...options?.queryParams,
        skip_http_redirect: "true",
      },
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
      path: "/token",
      query: { grant_type: "id_token" },
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
 * Unlinks an account at a provider from the user, who must have another one.
 *
 * @see `DELETE /user/identities/{identity_id}`
 */
export function unlinkIdentity(
  config: UserConfig<Metadata>,
  identity: Pick<UserIdentity, "identity_id">,
  request?: RequestOptions,
): Promise<void> {
  const path = ["/user/identities/", identity.identity_id];
  return send(config, { method: "DELETE", path }, () => {}, request);
}
