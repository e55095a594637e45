/** `POST /invite` and `POST /admin/generate_link` */
import type { AuthConfig, Metadata, UnknownMetadata } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import { type GenerateLinkResult, parseGeneratedLink } from "../wire/link.ts";
import { parseUser, type User } from "../wire/user.ts";

/** An invited user. */
export interface InvitedUser<M extends Metadata = UnknownMetadata> {
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
 * Creates a user and sends an invitation by mail.
 *
 * @see `POST /invite`
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
      path: "/invite",
      query: { redirect_to: options.redirectTo },
      body: { email, data: options.data },
    },
    ({ body }) => ({ user: parseUser(body, config.metadata) }),
    request,
  );
}

interface LinkOptions {
  /** Becomes part of `user_metadata` of a new user. */
  readonly data?: object;
  /** Where the link leads back to. */
  readonly redirectTo?: string;
}

/** What kind of link to make, and for whom. */
export type GenerateLinkParams =
  | {
    readonly type: "signup";
    readonly email: string;
    readonly password: string;
    readonly options?: LinkOptions;
  }
  | {
    readonly type: "invite" | "magiclink";
    readonly email: string;
    readonly options?: LinkOptions;
  }
  | {
    readonly type: "recovery";
    readonly email: string;
    readonly options?: Pick<LinkOptions, "redirectTo">;
  }
  | {
    readonly type: "email_change_current" | "email_change_new";
    readonly email: string;
    readonly newEmail: string;
    readonly options?: Pick<LinkOptions, "redirectTo">;
  };

/**
 * Makes a link and a code as a mail would hold them, without sending anything.
 *
 * @see `POST /admin/generate_link`
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
      path: "/admin/generate_link",
      query: { redirect_to: redirectTo },
      body: {
        type,
        email,
        password: type === "signup" ? params.password : undefined,
        new_email: "newEmail" in params ? params.newEmail : undefined,
        data,
      },
    },
    ({ body }) => parseGeneratedLink(body, config.metadata),
    request,
  );
}
