import type { Context } from "./context.ts";
import type { Identity, User } from "./records.ts";
import { clearOneTimeTokens, mergeMetadata, updateUser } from "./users.ts";

/** The address of an identity, "" for none. */
export function emailOf(identity: Identity): string {
  const email = identity.identity_data["email"];
  return typeof email === "string" ? email.toLowerCase() : "";
}

function isVerified(identity: Identity): boolean {
  return identity.identity_data["email_verified"] === true;
}

/**
 * Gives a user the best address that its identities offer, unless one of them has its present
 * one (auth-server §11.5). `refuse` is called when all offered addresses belong to others.
 */
export function rederiveEmail(
  context: Context,
  user: User,
  refuse: () => never,
): User {
  const identities = context.db.identities.list("user", user.id);
  if (identities.some((identity) => emailOf(identity) === user.email)) {
    return user;
  }
  const best = [...identities].sort(byWorth).find((identity) =>
    isFree(context, user, emailOf(identity))
  );
  if (best === undefined) return refuse();
  clearOneTimeTokens(context, user);
  const isTrusted = emailOf(best) !== "" &&
    (isVerified(best) || context.settings.GOTRUE_MAILER_AUTOCONFIRM);
  return updateUser(context, user, {
    email: emailOf(best),
    ...NOTHING_PENDING,
    ...(isTrusted ? {} : {
      email_confirmed_at: null,
      user_metadata: mergeMetadata(user.user_metadata, {
        email_verified: false,
      }),
    }),
  });
}

const NOTHING_PENDING = {
  confirmation_token: "",
  confirmation_sent_at: null,
  recovery_token: "",
  recovery_sent_at: null,
  email_change: "",
  email_change_token_new: "",
  email_change_token_current: "",
  email_change_sent_at: null,
  email_change_confirm_status: 0,
  phone_change: "",
  phone_change_token: "",
  phone_change_sent_at: null,
  reauthentication_token: "",
  reauthentication_sent_at: null,
} as const;

/** Verified addresses first, then unverified ones, then none; older identities before newer ones. */
function byWorth(a: Identity, b: Identity): number {
  return worth(a) - worth(b) || a.created_at - b.created_at ||
    (a.id < b.id ? -1 : 1);
}

function worth(identity: Identity): number {
  if (emailOf(identity) === "") return 2;
  return isVerified(identity) ? 0 : 1;
}

function isFree(context: Context, user: User, email: string): boolean {
  if (email === "") return true;
  const owner = context.db.users.first("email", email);
  return owner === undefined || owner.id === user.id;
}
