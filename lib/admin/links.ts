/** `POST /invite` and `POST /admin/generate_link` */
import type { AuthConfig, Metadata, UnknownMetadata } from "../config.ts";
import { withQuery } from "../query.ts";
import { type RequestOptions, send } from "../request.ts";
import { type GenerateLinkResult, parseGeneratedLink } from "../wire/link.ts";
import { readUser, type User } from "../wire/user.ts";

/** An invited user. */
export interface InvitedUser<M extends Metadata = UnknownMetadata> {
  /** The user, who has no password yet. */
  readonly user: User<M>;
}

/** What an invited user starts with. */
export interface InviteOptions {
  /** Becomes `user_metadata`. */
  readonly data?: object;
  /** Where the link in the mail leads back to. */
  readonly redirectTo?: string;
}

/**
 * Creates a user and sends an invitation by mail; invites again who has not
 * accepted yet. Works where sign-ups are closed.
 *
 * @param config The server and a secret or service_role key.
 * @param email The address.
 * @param options What the user starts with.
 * @param request How to make the request.
 * @returns The invited user.
 * @throws {AuthApiError} `bad_jwt`, `not_admin`, `session_expired`,
 * `email_exists`, `validation_failed`, `email_address_invalid`,
 * `email_address_not_authorized`, `over_email_send_rate_limit`
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /invite`
 *
 * @example
 * ```ts
 * import { createAuthConfig, inviteUserByEmail } from "@gotrue/edge/admin";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig({
 *   ...emulator.clientOptions(),
 *   key: emulator.secretKey,
 * });
 * await inviteUserByEmail(config, "ada@example.com", { data: { team: "A" } });
 * const { link } = await emulator.mailbox.next("ada@example.com");
 * console.log(new URL(link).searchParams.get("type")); // invite
 * ```
 */
export function inviteUserByEmail<M extends Metadata>(
  config: AuthConfig<M>,
  email: string,
  options: InviteOptions = {},
  request?: RequestOptions,
): Promise<InvitedUser<M>> {
  return send(
    config,
    {
      method: "POST",
      path: withQuery("/invite", { redirect_to: options.redirectTo }),
      body: { email, data: options.data },
    },
    ({ body }) => ({ user: readUser(body, config.parseMetadata) }),
    request,
  );
}

/** What a link may bring and where it leads. */
export interface LinkOptions {
  /** Becomes part of `user_metadata` of a new or unconfirmed user. */
  readonly data?: object;
  /** Where the link leads back to. */
  readonly redirectTo?: string;
}

/** What kind of link to make, and for whom. */
export type GenerateLinkParams =
  | {
    /** A link that confirms a sign-up; makes the user. */
    readonly type: "signup";
    /** The user's address. */
    readonly email: string;
    /** The new user's; at most 72 bytes. */
    readonly password: string;
    /** What the link brings and where it leads. */
    readonly options?: LinkOptions;
  }
  | {
    /** An invitation, or a link that signs in; makes the user if needed. */
    readonly type: "invite" | "magiclink";
    /** The user's address. */
    readonly email: string;
    /** What the link brings and where it leads. */
    readonly options?: LinkOptions;
  }
  | {
    /** A link for a forgotten password. */
    readonly type: "recovery";
    /** The user's address. */
    readonly email: string;
    /** Where the link leads. */
    readonly options?: Pick<LinkOptions, "redirectTo">;
  }
  | {
    /** One of the two links of a changed address: for the old one or the new. */
    readonly type: "email_change_current" | "email_change_new";
    /** The user's address. */
    readonly email: string;
    /** The address to change to. */
    readonly newEmail: string;
    /** Where the link leads. */
    readonly options?: Pick<LinkOptions, "redirectTo">;
  };

/**
 * Makes a link and a code as a mail would hold them, without sending anything.
 * The code made before for the same purpose ends.
 *
 * @param config The server and a secret or service_role key.
 * @param params What kind of link, and for whom.
 * @param request How to make the request.
 * @returns The link, its code and its hash, and the user.
 * @throws {AuthApiError} `bad_jwt`, `not_admin`, `session_expired`,
 * `user_not_found`, `email_exists`, `validation_failed`
 * @throws {AuthWeakPasswordError} `weak_password`, with the reasons.
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `POST /admin/generate_link`
 *
 * @example
 * ```ts
 * import { createAuthConfig, generateLink } from "@gotrue/edge/admin";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const config = createAuthConfig({
 *   ...emulator.clientOptions(),
 *   key: emulator.secretKey,
 * });
 * const { properties } = await generateLink(config, {
 *   type: "magiclink",
 *   email: "ada@example.com",
 * });
 * console.log(properties.email_otp.length); // 6
 * console.log(properties.verification_type); // signup
 * ```
 */
export function generateLink<M extends Metadata>(
  config: AuthConfig<M>,
  params: GenerateLinkParams,
  request?: RequestOptions,
): Promise<GenerateLinkResult<M>> {
  const { type, email, options } = params;
  const { data, redirectTo } = (options ?? {}) as LinkOptions;
  return send(
    config,
    {
      method: "POST",
      path: withQuery("/admin/generate_link", { redirect_to: redirectTo }),
      body: {
        type,
        email,
        password: type === "signup" ? params.password : undefined,
        new_email: "newEmail" in params ? params.newEmail : undefined,
        data,
      },
    },
    ({ body }) => parseGeneratedLink(body, config.parseMetadata),
    request,
  );
}
