import type { Context } from "../context.ts";
import { withQuery } from "../go_url.ts";
import type { User } from "../records.ts";
import type { OAuthAuthorization, OAuthConsent } from "../records_oauth.ts";

const DAY = 86_400_000;

/** The scopes of a request, in their order. */
export function splitScope(scope: string): string[] {
  return scope.split(/\s+/).filter((part) => part !== "");
}

/** Whether a request has not been answered in time. */
export function isOver(
  context: Context,
  request: OAuthAuthorization,
): boolean {
  return context.server.clock.now() > request.expires_at;
}

/** Forgets requests that nobody answered long ago; the oldest come first. */
export function forgetOldRequests(context: Context): void {
  const { oauthAuthorizations } = context.db;
  const oldest = context.server.clock.now() - DAY;
  for (const request of oauthAuthorizations.all()) {
    if (request.expires_at > oldest) return;
    oauthAuthorizations.delete(request.id);
  }
}

/** What a user allows a client at present. */
export function activeConsent(
  context: Context,
  user: User,
  clientId: string,
): OAuthConsent | undefined {
  const consent = context.db.oauthConsents.get(`${user.id} ${clientId}`);
  return consent?.revoked_at === null ? consent : undefined;
}

/** Notes that a user allows what a request asks for; former scopes are replaced. */
export function grantConsent(
  context: Context,
  user: User,
  request: OAuthAuthorization,
): void {
  const consents = context.db.oauthConsents;
  const id = `${user.id} ${request.client_id}`;
  const values = {
    scopes: splitScope(request.scope),
    granted_at: context.now(),
    revoked_at: null,
  };
  if (consents.get(id) === undefined) {
    consents.insert({
      id,
      user_id: user.id,
      client_id: request.client_id,
      ...values,
    });
  } else consents.update(id, values);
}

/** Approves a request: the address to which the client's code goes. */
export function approve(
  context: Context,
  request: OAuthAuthorization,
): string {
  const code = context.server.random.uuid();
  context.db.oauthAuthorizations.update(request.id, {
    status: "approved",
    authorization_code: code,
  });
  return answerUrl(request, { code });
}

/** Denies a request: the address where the client learns it. */
export function deny(context: Context, request: OAuthAuthorization): string {
  context.db.oauthAuthorizations.update(request.id, { status: "denied" });
  return answerUrl(request, {
    error: "access_denied",
    error_description: "User denied the request",
  });
}

/** The address of a client with an answer in its query, and the state that it gave. */
export function answerUrl(
  request: Pick<OAuthAuthorization, "redirect_uri" | "state">,
  values: Readonly<Record<string, string>>,
): string {
  const { redirect_uri, state } = request;
  return withQuery(redirect_uri, {
    ...values,
    ...(state === "" ? {} : { state }),
  });
}
