import { isUuid } from "../body.ts";
import { formatTime } from "../clock.ts";
import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import { empty, json } from "../http.ts";
import { activeConsent } from "../oauth/authorizations.ts";
import { clientCard, findClient } from "../oauth/clients.ts";
import { deleteSession } from "../users.ts";

/** `GET /user/oauth/grants` (auth-server §19.6): newest first, without those of deleted clients. */
export function getGrants(context: Context): Response {
  const consents = context.db.oauthConsents.list("user", context.user.id)
    .filter((consent) => consent.revoked_at === null)
    .sort((a, b) => b.granted_at - a.granted_at);
  return json(consents.flatMap((consent) => {
    const client = findClient(context, consent.client_id);
    return client === undefined ? [] : [{
      client: clientCard(client),
      scopes: consent.scopes,
      granted_at: formatTime(consent.granted_at),
    }];
  }));
}

/** `DELETE /user/oauth/grants?client_id=`: the client's sessions end. */
export function deleteGrant(context: Context): Response {
  const id = context.query.get("client_id") ?? "";
  if (id === "") invalid("client_id query parameter is required");
  if (!isUuid(id)) invalid("invalid client_id format");
  const { user, db } = context;
  const consent = activeConsent(context, user, id.toLowerCase());
  if (consent === undefined) {
    fail(
      404,
      "oauth_consent_not_found",
      "No active grant found for this client",
    );
  }
  db.oauthConsents.update(consent.id, { revoked_at: context.now() });
  for (const session of db.sessions.list("client", consent.client_id)) {
    if (session.user_id === user.id) deleteSession(context, session.id);
  }
  return empty();
}
