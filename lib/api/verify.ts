/** `POST /verify` */
import type { AuthConfig, Metadata, UnknownMetadata } from "../config.ts";
import { withQuery } from "../query.ts";
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

/** What else the server may be told when a code is verified. */
export interface VerifyOtpOptions {
  /** What else the server should know. */
  readonly options?: {
    /** Sent as `redirect_to`, which this request has no use for. */
    readonly redirectTo?: string;
    /** The answer to a captcha; not asked for by today's servers. */
    readonly captchaToken?: string;
  };
}

/** A code as typed by the user, or the hash out of a link. */
export type VerifyOtpParams =
  | (VerifyOtpOptions & {
    /** Where the code was sent. */
    readonly email: string;
    /** The code. */
    readonly token: string;
    /** What the code is for; `email` for a sign-in or a sign-up. */
    readonly type: EmailOtpType;
  })
  | (VerifyOtpOptions & {
    /** Where the code was sent. */
    readonly phone: string;
    /** The code. */
    readonly token: string;
    /** What the code is for. */
    readonly type: MobileOtpType;
  })
  | {
    /** The hash out of the mail, with its prefix `pkce_` if it has one. */
    readonly token_hash: string;
    /** What the link is for. */
    readonly type: EmailOtpType;
  };

/** The first of the two confirmations that a change of e-mail address takes. */
export interface HalfConfirmed {
  /** Not told before the second confirmation. */
  readonly user: null;
  /** None before the second confirmation. */
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
 * @param config The server.
 * @param params The code and where it was sent, or the hash.
 * @param request How to make the request.
 * @returns The user and the session; both null after the first of the two
 * confirmations of another e-mail address.
 * @throws {AuthApiError} `otp_expired` (wrong, used or expired), `user_banned`,
 * `validation_failed`, `over_request_rate_limit`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /verify`
 *
 * @example
 * ```ts
 * import { createAuthConfig, signInWithOtp, verifyOtp } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig(emulator.clientOptions());
 * await signInWithOtp(config, { email: "ada@example.com" });
 * const { token_hash } = await emulator.mailbox.next("ada@example.com");
 * const { session } = await verifyOtp(config, { token_hash, type: "email" });
 * console.log(session.token_type); // bearer
 * ```
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
      path: withQuery("/verify", { redirect_to: options?.redirectTo }),
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
