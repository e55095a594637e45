import { signIn, tokenJson } from "../access_tokens.ts";
import type { Context } from "../context.ts";
import { OAuthError } from "../errors.ts";
import { fitsVerifier } from "../flow_states.ts";
import { json } from "../http.ts";
import { isOver, splitScope } from "../oauth/authorizations.ts";
import {
  authenticateClient,
  readTokenParams,
  type TokenParams,
} from "../oauth/client_auth.ts";
import { createIdToken } from "../oauth/id_tokens.ts";
import type { JsonObject, User } from "../records.ts";
import type { OAuthAuthorization, OAuthClient } from "../records_oauth.ts";
import { refresh } from "./token_refresh.ts";

/** `POST /oauth/token` (auth-server §19.5). */
export function postOAuthToken(context: Context): Promise<Response> {
  const params = readTokenParams(context);
  const client = authenticateClient(context, params);
  const grant = params["grant_type"] ?? "";
  if (grant === "") {
    throw new OAuthError("invalid_request", "grant_type is required");
  }
  if (!client.grant_types.includes(grant)) {
    throw new OAuthError(
      "unsupported_grant_type",
      `Client is not allowed to use grant type: ${grant}`,
    );
  }
  return grant === "refresh_token"
    ? refreshGrant(context, client, params)
    : codeGrant(context, client, params);
}

async function refreshGrant(
  context: Context,
  client: OAuthClient,
  params: TokenParams,
): Promise<Response> {
  const token = params["refresh_token"] ?? "";
  if (token === "") {
    throw new OAuthError(
      "invalid_request",
      "refresh_token is required for refresh_token grant",
    );
  }
  const { user, session, refreshToken } = refresh(context, token, client.id);
  return json(
    bare(
      await tokenJson(context, user, session, refreshToken, {
        method: "token_refresh",
      }),
    ),
  );
}

async function codeGrant(
  context: Context,
  client: OAuthClient,
  params: TokenParams,
): Promise<Response> {
  const request = redeemable(context, client, params);
  const user = loadUser(context, request);
  context.db.oauthAuthorizations.delete(request.id);
  const { session, refreshToken, user: signedIn } = signIn(
    context,
    user,
    "oauth_provider/authorization_code",
    { oauth_client_id: client.id, scopes: request.scope },
  );
  const tokens = bare(
    await tokenJson(context, signedIn, session, refreshToken),
  );
  if (!splitScope(request.scope).includes("openid")) return json(tokens);
  const id_token = await createIdToken(context, signedIn, session, request);
  return json({ ...tokens, id_token });
}

/** The authorization of a code, once everything fits. */
function redeemable(
  context: Context,
  client: OAuthClient,
  params: TokenParams,
): OAuthAuthorization {
  const { code = "", code_verifier = "", redirect_uri = "", resource = "" } =
    params;
  if (code === "") {
    throw new OAuthError(
      "invalid_request",
      "code is required for authorization_code grant",
    );
  }
  const request = context.db.oauthAuthorizations.first("code", code);
  if (request === undefined) refuse("Invalid authorization code");
  if (isOver(context, request)) refuse("Authorization code has expired");
  if (request.client_id !== client.id) {
    refuse("Authorization code was not issued for this client");
  }
  if (resource !== "" && resource !== request.resource) {
    refuse("Authorization code resource does not match the resource parameter");
  }
  if (redirect_uri !== "" && redirect_uri !== request.redirect_uri) {
    refuse("Invalid redirect_uri");
  }
  if (!fitsVerifier(request, code_verifier)) {
    refuse(
      "PKCE verification failed: code challenge does not match previously saved code verifier",
    );
  }
  return request;
}

function loadUser(context: Context, request: OAuthAuthorization): User {
  const user = context.db.users.get(request.user_id ?? "");
  if (user === undefined) refuse("User not found for authorization code");
  if ((user.banned_until ?? 0) > context.server.clock.now()) {
    throw new OAuthError("access_denied", "User is banned");
  }
  return user;
}

function refuse(description: string): never {
  throw new OAuthError("invalid_grant", description);
}

/** A token response without what only this server's own clients get. */
function bare(tokens: JsonObject): JsonObject {
  const { user: _user, expires_at: _expiresAt, ...rest } = tokens;
  return rest;
}
