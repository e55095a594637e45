import type { Context } from "../context.ts";
import { externalUrl } from "../links.ts";
import { userJson } from "../objects.ts";
import type { JsonObject, User } from "../records.ts";
import { referrer } from "../redirect_targets.ts";
import { callHook } from "./calls.ts";

/** One of the mails that a hook stands for. */
export interface HookLetter {
  /** The code. */
  readonly code: string;
  /** The hash that its link carries. */
  readonly hash: string;
  /** The kind of its link, or of the mail when it has none. */
  readonly action: string;
  /** The pending new address. */
  readonly newEmail?: string;
}

/**
 * Has the `send_email` hook send the mails of one operation (auth-server §22): one, or for a secure
 * change of address two, to the new address and to the current one.
 */
export async function sendByHook(
  context: Context,
  user: User,
  first: HookLetter,
  current: HookLetter | undefined,
): Promise<void> {
  const shown = first.newEmail === undefined
    ? user
    : { ...user, email_change: first.newEmail };
  await callHook(context, "send_email", {
    user: userJson(context.db, shown),
    email_data: emailData(context, {
      token: current?.code ?? first.code,
      token_hash: first.hash,
      email_action_type: first.action,
      token_new: current === undefined ? "" : first.code,
      token_hash_new: current?.hash ?? "",
    }),
  });
}

/** What a hook is told of a mail; members that are not given are "". */
export function emailData(context: Context, values: JsonObject): JsonObject {
  return {
    token: "",
    token_hash: "",
    redirect_to: referrer(context),
    email_action_type: "",
    site_url: externalUrl(context),
    token_new: "",
    token_hash_new: "",
    old_email: "",
    old_phone: "",
    provider: "",
    factor_type: "",
    ...values,
  };
}
