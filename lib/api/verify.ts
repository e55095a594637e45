/** `POST /verify` */
import type { AuthConfig, Metadata, UnknownMetadata } from "../config.ts";
import { type Answer, type RequestOptions, send } from "../request.ts";
import { isObject } from "../wire/json.ts";
import { parseSignedIn, type SignedIn } from "../wire/session.ts";

/** What a code or link sent by e-mail is for. */
export type EmailOtpType =
  | "signup"
  | "invite"
  | "magiclink"
  | "recovery"
  | "email_change"
  | "email";

/** What a code sent by text message is for. */
export type MobileOtpType = "sms" | "phone_change";

interface VerifyOtpOptions {
  readonly options?: {
    readonly redirectTo?: string;
    readonly captchaToken?: string;
  };
}

/** A code as typed by the user, or the hash out of a link. */
export type VerifyOtpParams =
  | (VerifyOtpOptions & {
    readonly email: string;
    readonly token: string;
    readonly type: EmailOtpType;
  })
  | (VerifyOtpOptions & {
    readonly phone: string;
    readonly token: string;
    readonly type: MobileOtpType;
  })
  | { readonly token_hash: string; readonly type: EmailOtpType };

/** The first of the two confirmations that a change of e-mail address takes. */
export interface HalfConfirmed {
  readonly user: null;
  readonly session: null;
}

/** The result of {@link verifyOtp}, by the type of the code. */
export type VerifyOtpResult<
  P extends { readonly type: string },
  M extends Metadata = UnknownMetadata,
> = "email_change" extends P["type"] ? SignedIn<M> | HalfConfirmed
  : SignedIn<M>;

/**
 * Signs a user in by the code or the link's hash that was sent to them. A code
 * is good for one use.
 *
 * @see `POST /verify`
 */
export function verifyOtp<
  M extends Metadata,
  const P extends VerifyOtpParams,
>(
  config: AuthConfig<M>,
  params: P,
  request?: RequestOptions,
): Promise<VerifyOtpResult<P, M>> {
  const { email, phone, token, token_hash, type, options } = params as
    & Partial<Record<string, string>>
    & VerifyOtpOptions;
  return send(
    config,
    {
      method: "POST",
      path: "/verify",
      query: { redirect_to: options?.redirectTo },
      body: {
        email,
        phone,
        token,
        token_hash,
        type,
        gotrue_meta_security: { captcha_token: options?.captchaToken },
      },
    },
    (answer) => parseVerified(answer, config, type) as VerifyOtpResult<P, M>,
    request,
  );
}

function parseVerified<M extends Metadata>(
  answer: Answer,
  config: AuthConfig<M>,
  type: string | undefined,
): SignedIn<M> | HalfConfirmed {
  const isSession = isObject(answer.body) && "access_token" in answer.body;
  if (type === "email_change" && isObject(answer.body) && !isSession) {
    return { user: null, session: null };
  }
  return parseSignedIn(answer, config);
}
