import { audit } from "../audit.ts";
import { requestAudience, tokenAudience } from "../auth.ts";
import { isUuid } from "../body.ts";
import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import { rederiveEmail } from "../identity_emails.ts";
import { json } from "../http.ts";
import { notifyByMail } from "../notifications.ts";
import type { Identity, User } from "../records.ts";
import { updateProviders, updateUser } from "../users.ts";

/** Refuses where users may not link identities; runs for everything below `/user/identities`. */
export function requireManualLinking(context: Context): void {
  if (!context.settings.GOTRUE_SECURITY_MANUAL_LINKING_ENABLED) {
    fail(404, "manual_linking_disabled", "Manual linking is disabled");
  }
}

/** `DELETE /user/identities/{identity_id}` (auth-server §11.5). */
export function deleteIdentity(context: Context): Response {
  const id = context.params["identity_id"]!;
  if (!isUuid(id)) {
    fail(404, "validation_failed", "identity_id must be an UUID");
  }
  if (tokenAudience(context) !== requestAudience(context)) {
    fail(
      403,
      "unexpected_audience",
      "Token audience doesn't match request audience",
    );
  }
  const identity = removable(context, id.toLowerCase());
  audit(context, context.user, "identity_unlinked", {
    traits: {
      identity_id: identity.id,
      provider: identity.provider,
      provider_id: identity.provider_id,
    },
    withIp: true,
  });
  const { provider } = identity;
  notifyByMail(context, context.user, "identity_unlinked", { provider });
  context.db.identities.delete(identity.id);
  updateProviders(context, withoutAddress(context, identity));
  return json({});
}

function removable(context: Context, id: string): Identity {
  const identities = context.db.identities.list("user", context.user.id);
  if (identities.length < 2) {
    fail(
      422,
      "single_identity_not_deletable",
      "User must have at least 1 identity after unlinking",
    );
  }
  const identity = identities.find((one) => one.id === id);
  if (identity === undefined) {
    fail(422, "identity_not_found", "Identity doesn't exist");
  }
  return identity;
}

/** Takes from the user what it had through the identity. */
function withoutAddress(context: Context, identity: Identity): User {
  const { user } = context;
  if (identity.provider === "phone") {
    return updateUser(context, user, { phone: "", phone_confirmed_at: null });
  }
  return rederiveEmail(context, user, () =>
    fail(
      422,
      "email_conflict_identity_not_deletable",
      "Unable to unlink identity due to email conflict",
    ));
}
