/** `POST /signup` */
import type { AuthConfig, Metadata } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import {
  type NotSignedIn,
  parseSignedIn,
  parseSignUp,
  type SignedIn,
} from "../wire/session.ts";

/** Who signs up, by e-mail or by phone. */
export type SignUpParams =
  | {
    readonly email: string;
    readonly phone?: never;
    readonly password: string;
    readonly options?: {
      /** Where the link in the mail leads back to. */
      readonly emailRedirectTo?: string;
      /** Becomes part of `user_metadata`. */
      readonly data?: object;
      readonly captchaToken?: string;
    };
    /** Makes the link bring a code instead of tokens: PKCE. */
    readonly codeChallenge?: string;
  }
  | {
    readonly phone: string;
    readonly email?: never;
    readonly password: string;
    readonly options?: {
      /** Becomes part of `user_metadata`. */
      readonly data?: object;
      readonly captchaToken?: string;
      /** @default {"sms"} */
      readonly channel?: "sms" | "whatsapp";
    };
  };

/**
 * Signs a user up by e-mail or phone and password.
 *
 * Where confirmation is required the session is null, and an address that is
 * taken gives a user that looks the same, with no identities.
 *
 * @see `POST /signup`
 */
export function signUp<M extends Metadata>(
  config: AuthConfig<M>,
  params: SignUpParams,
  request?: RequestOptions,
): Promise<SignedIn<M> | NotSignedIn<M>> {
  const isEmail = params.email !== undefined;
  const { data, captchaToken } = params.options ?? {};
  return send(
    config,
    {
      method: "POST",
      path: "/signup",
      query: {
        redirect_to: isEmail ? params.options?.emailRedirectTo : undefined,
      },
      body: {
        ...(isEmail
          ? {
            email: params.email,
            code_challenge: params.codeChallenge,
            code_challenge_method: params.codeChallenge && "s256",
          }
          : { phone: params.phone, channel: params.options?.channel ?? "sms" }),
        password: params.password,
        data,
        gotrue_meta_security: { captcha_token: captchaToken },
      },
    },
    (answer) => parseSignUp(answer, config),
    request,
  );
}

/** What an anonymous user may start with. */
export interface SignInAnonymouslyParams {
  readonly options?: {
    /** Becomes `user_metadata`. */
    readonly data?: object;
    readonly captchaToken?: string;
  };
}

/**
 * Makes a user without e-mail, phone or password, and signs them in.
 *
 * @see `POST /signup`
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
