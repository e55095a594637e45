import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import { json } from "../http.ts";
import {
  activeConsent,
  approve,
  deny,
  grantConsent,
  isOver,
  splitScope,
} from "../oauth/authorizations.ts";
import { clientCard, findClient } from "../oauth/clients.ts";
import { isAllowedUrl } from "../redirect_targets.ts";
import type { User } from "../records.ts";
import type { OAuthAuthorization } from "../records_oauth.ts";

/** `GET /oauth/authorizations/{authorization_id}` (auth-server §19.4). */
export function getAuthorization(context: Context): Response {
  checkOrigin(context);
  const request = loadAuthorization(context);
  const { user } = context;
  if (request.status !== "pending") {
    invalid("authorization request cannot be processed");
  }
  if (request.user_id !== null && request.user_id !== user.id) refuseUnknown();
  if (request.user_id === null) {
    context.db.oauthAuthorizations.update(request.id, { user_id: user.id });
    if (isCovered(context, user, request)) {
      return json({ redirect_url: approve(context, request) });
    }
  }
  const client = findClient(context, request.client_id) ?? refuseUnknown();
  return json({
    authorization_id: request.id,
    redirect_uri: request.redirect_uri,
    client: clientCard(client),
    user: {
      id: user.id,
      ...(user.email === "" ? {} : { email: user.email }),
    },
    scope: request.scope,
  });
}

/** `POST /oauth/authorizations/{authorization_id}/consent` (auth-server §19.4). */
export function postConsent(context: Context): Response {
  checkOrigin(context);
  const { action } = context.decode("OAuthServerConsentRequest", {
    action: "string",
  }, { message: "invalid JSON body" });
  if (action !== "approve" && action !== "deny") {
    invalid("action must be 'approve' or 'deny'");
  }
  const request = loadAuthorization(context);
  const { user } = context;
  if (request.user_id !== user.id) refuseUnknown();
  if (request.status !== "pending") {
    invalid("authorization request is no longer pending");
  }
  if (action === "deny") return json({ redirect_url: deny(context, request) });
  grantConsent(context, user, request);
  return json({ redirect_url: approve(context, request) });
}

/** Whether the user has allowed the client all that it asks for before. */
function isCovered(
  context: Context,
  user: User,
  request: OAuthAuthorization,
): boolean {
  const allowed = activeConsent(context, user, request.client_id)?.scopes;
  return allowed !== undefined &&
    splitScope(request.scope).every((scope) => allowed.includes(scope));
}

function checkOrigin(context: Context): void {
  const origin = context.headers.get("Origin") ?? "";
  if (origin !== "" && !isAllowedUrl(context.settings, origin)) {
    invalid("unauthorized request origin");
  }
}

function loadAuthorization(context: Context): OAuthAuthorization {
  const requests = context.db.oauthAuthorizations;
  const request = requests.get(context.params["authorization_id"] ?? "");
  if (request === undefined) refuseUnknown();
  if (!isOver(context, request)) return request;
  if (request.status === "pending") {
    requests.update(request.id, { status: "expired" });
    context.transaction.keep();
  }
  refuseUnknown();
}

function refuseUnknown(): never {
  fail(404, "oauth_authorization_not_found", "authorization not found");
}
