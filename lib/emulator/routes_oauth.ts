import { requireUser } from "./auth.ts";
import { getAuthorization, postConsent } from "./routes/consent.ts";
import { getOAuthAuthorize } from "./routes/oauth_authorize.ts";
import {
  deleteClient,
  getClient,
  getClients,
  postClient,
  postRegistration,
  postSecret,
  putClient,
  requireOAuthServer,
} from "./routes/oauth_clients.ts";
import { deleteGrant, getGrants } from "./routes/oauth_grants.ts";
import { postOAuthToken } from "./routes/oauth_token.ts";
import { getUserInfo } from "./routes/oauth_userinfo.ts";
import type { Route, Subtree } from "./router.ts";

const CLIENTS = "/admin/oauth/clients";
const CLIENT = `${CLIENTS}/{client_id}`;
const AUTHORIZATION = "/oauth/authorizations/{authorization_id}";
const SIGNED_IN = { guards: [requireUser] };

/** The routes of the OAuth server. */
export function oauthRoutes(): Route[] {
  return [
    ["POST", "/oauth/clients/register", postRegistration],
    ["GET", "/oauth/authorize", getOAuthAuthorize],
    ["GET", AUTHORIZATION, getAuthorization, SIGNED_IN],
    ["POST", `${AUTHORIZATION}/consent`, postConsent, SIGNED_IN],
    ["POST", "/oauth/token", postOAuthToken],
    ["GET", "/oauth/userinfo", getUserInfo, { ...SIGNED_IN, reads: true }],
    ["GET", "/user/oauth/grants", getGrants, { slash: true, reads: true }],
    ["DELETE", "/user/oauth/grants", deleteGrant, { slash: true }],
    ["GET", CLIENTS, getClients, { slash: true, reads: true }],
    ["POST", CLIENTS, postClient, { slash: true }],
    ["GET", CLIENT, getClient, { slash: true, reads: true }],
    ["PUT", CLIENT, putClient, { slash: true }],
    ["DELETE", CLIENT, deleteClient, { slash: true }],
    ["POST", `${CLIENT}/regenerate_secret`, postSecret],
  ];
}

/** Its sub-trees, which say so where it is off. */
export function oauthSubtrees(): Subtree[] {
  return [
    ["/oauth", requireOAuthServer],
    ["/user/oauth/grants", requireOAuthServer],
    ["/admin/oauth", requireOAuthServer],
  ];
}
