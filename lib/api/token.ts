/** `POST /token` */
import type { AuthConfig, Metadata, UnknownMetadata } from "../config.ts";
import { type Parser, type RequestOptions, send } from "../request.ts";
import {
  parseSignedIn,
  readWeakPassword,
  type SignedIn,
  type WeakPassword,
} from "../wire/session.ts";

/** By what a user signs in, with a password. */
export type SignInWithPasswordParams =
  & ({ readonly email: string; readonly phone?: never } | {
    readonly phone: string;
    readonly email?: never;
  })
  & {
    readonly password: string;
    readonly options?: { readonly captchaToken?: string };
  };

/** A sign-in by password, and the server's warning if there is one. */
export interface SignedInWithPassword<M extends Metadata = UnknownMetadata>
  extends SignedIn<M> {
  /** Present when the password no longer meets the policy. */
  readonly weakPassword?: WeakPassword;
}

/**
 * Signs a user in by e-mail or phone and password.
 *
 * @see `POST /token?grant_type=password`
 */
export function signInWithPassword<M extends Metadata>(
  config: AuthConfig<M>,
  params: SignInWithPasswordParams,
  request?: RequestOptions,
): Promise<SignedInWithPassword<M>> {
  const { email, phone, password, options } = params;
  const gotrue_meta_security = { captcha_token: options?.captchaToken };
  return grant(
    config,
    "password",
    { email, phone, password, gotrue_meta_security },
    (answer) => {
      const weakPassword = readWeakPassword(answer.body);
      const result = parseSignedIn(answer, config);
      return weakPassword ? { ...result, weakPassword } : result;
    },
    request,
  );
}

/** An ID token of a provider, and what is needed to check it. */
export interface SignInWithIdTokenParams {
  /** `google`, `apple`, `azure`, `facebook`, `kakao`, `custom:…` or an issuer. */
  readonly provider: string;
  /** The ID token. */
  readonly token: string;
  /** The provider's access token, where the ID token has an `at_hash`. */
  readonly access_token?: string;
  /** What was hashed into the token's `nonce`. */
  readonly nonce?: string;
  readonly options?: { readonly captchaToken?: string };
}

/**
 * Signs a user in by an ID token that a provider has issued.
 *
 * @see `POST /token?grant_type=id_token`
 */
export function signInWithIdToken<M extends Metadata>(
  config: AuthConfig<M>,
  params: SignInWithIdTokenParams,
  request?: RequestOptions,
): Promise<SignedIn<M>> {
  const { provider, token, access_token, nonce, options } = params;
  const gotrue_meta_security = { captcha_token: options?.captchaToken };
  return grant(
    config,
    "id_token",
    { provider, id_token: token, access_token, nonce, gotrue_meta_security },
    (answer) => parseSignedIn(answer, config),
    request,
  );
}

/**
 * Exchanges a refresh token for a new session. The server answers a repeated
 * exchange with the same successor as long as that one is unused.
 *
 * @see `POST /token?grant_type=refresh_token`
 */
export function refreshSession<M extends Metadata>(
  config: AuthConfig<M>,
  params: { readonly refresh_token: string },
  request?: RequestOptions,
): Promise<SignedIn<M>> {
  return grant(
    config,
    "refresh_token",
    { refresh_token: params.refresh_token },
    (answer) => parseSignedIn(answer, config),
    request,
  );
}

/**
 * Exchanges the code that a PKCE flow ended with for a session.
 *
 * @see `POST /token?grant_type=pkce`
 */
export function exchangeCodeForSession<M extends Metadata>(
  config: AuthConfig<M>,
  authCode: string,
  options: { readonly codeVerifier: string },
  request?: RequestOptions,
): Promise<SignedIn<M>> {
  return grant(
    config,
    "pkce",
    { auth_code: authCode, code_verifier: options.codeVerifier },
    (answer) => parseSignedIn(answer, config),
    request,
  );
}

/** Only a code is used up by the exchange; the other grants may be repeated. */
function grant<T>(
  config: AuthConfig<Metadata>,
  grant_type: "password" | "id_token" | "refresh_token" | "pkce",
  body: object,
  parse: Parser<T>,
  request: RequestOptions | undefined,
): Promise<T> {
  const idempotent = grant_type !== "pkce";
  const spec = { path: "/token", query: { grant_type }, body, idempotent };
  return send(config, { method: "POST", ...spec }, parse, request);
}
