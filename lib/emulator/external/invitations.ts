import { audit } from "../audit.ts";
import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import type { User } from "../records.ts";
import {
  confirmEmail,
  createIdentity,
  mergeMetadata,
  removeUnconfirmedIdentities,
  updateProviders,
  updateUser,
} from "../users.ts";
import { type ExternalProfile, identityData } from "./profile.ts";

/** The user whose confirmation link has a token. */
export function findInvited(
  context: Context,
  token: string,
): User | undefined {
  const found = context.db.oneTimeTokens.list("hash", token).find((one) =>
    one.type === "confirmation_token"
  );
  return found === undefined ? undefined : context.db.users.get(found.user_id);
}

/** Lets an invited user in through a provider that has the invited address (auth-server §14.4). */
export function acceptInvitation(
  context: Context,
  token: string,
  provider: string,
  profile: ExternalProfile,
): User {
  const invited = findInvited(context, token);
  if (invited === undefined) fail(404, "invite_not_found", "Invite not found");
  const isSame = profile.emails.some(({ email }) =>
    email.toLowerCase() === invited.email.toLowerCase()
  );
  if (!isSame) {
    invalid("Invited email does not match emails from external provider");
  }
  const data = identityData(profile);
  const identity = createIdentity(
    context,
    invited,
    provider,
    data,
    profile.subject,
  );
  const user = updateProviders(
    context,
    updateUser(context, invited, {
      user_metadata: mergeMetadata(invited.user_metadata, data),
    }),
  );
  audit(context, user, "invite_accepted", { traits: { provider } });
  const kept = removeUnconfirmedIdentities(context, user, identity);
  return confirmEmail(context, kept);
}
