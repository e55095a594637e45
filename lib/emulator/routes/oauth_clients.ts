import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import { empty, json } from "../http.ts";
import { isUuid } from "../body.ts";
import { changeProblem, readClientParams } from "../oauth/client_rules.ts";
import {
  changeClient,
  clientJson,
  findClient,
  registerClient,
  renewSecret,
} from "../oauth/clients.ts";
import type { OAuthClient } from "../records_oauth.ts";

/** Refuses everything of the OAuth server where it is off. */
export function requireOAuthServer(context: Context): void {
  if (!context.settings.GOTRUE_OAUTH_SERVER_ENABLED) {
    fail(404, "feature_disabled", "OAuth server is disabled");
  }
}

/** `POST /oauth/clients/register` (auth-server §19.2). */
export function postRegistration(context: Context): Response {
  if (!context.settings.GOTRUE_OAUTH_SERVER_ALLOW_DYNAMIC_REGISTRATION) {
    fail(
      403,
      "oauth_dynamic_client_registration_disabled",
      "Dynamic client registration is not enabled",
    );
  }
  const { client, secret } = registerClient(context, "dynamic");
  return json(clientJson(client, secret), 201);
}

/** `POST /admin/oauth/clients` (auth-server §19.1). */
export function postClient(context: Context): Response {
  const { client, secret } = registerClient(context, "manual");
  return json(clientJson(client, secret), 201);
}

/** `GET /admin/oauth/clients`: newest first, without pages. */
export function getClients(context: Context): Response {
  const clients = [...context.db.oauthClients.all()]
    .filter((client) => client.deleted_at === null)
    .sort((a, b) => b.created_at - a.created_at || b.seq - a.seq)
    .map((client) => clientJson(client));
  return json(clients.length === 0 ? {} : { clients });
}

/** `GET /admin/oauth/clients/{client_id}`. */
export function getClient(context: Context): Response {
  return json(clientJson(loadClient(context)));
}

/** `PUT /admin/oauth/clients/{client_id}`. */
export function putClient(context: Context): Response {
  const client = loadClient(context);
  const params = readClientParams(context);
  const { client_type: _type, ...members } = params;
  if (Object.values(members).every((value) => value === null)) {
    invalid("No fields provided for update");
  }
  const problem = changeProblem(params, client.client_type);
  if (problem !== undefined) invalid(problem);
  return json(clientJson(changeClient(context, client, params)));
}

/** `DELETE /admin/oauth/clients/{client_id}`: the client is unknown from now on. */
export function deleteClient(context: Context): Response {
  const client = loadClient(context);
  context.db.oauthClients.update(client.id, { deleted_at: context.now() });
  return empty();
}

/** `POST /admin/oauth/clients/{client_id}/regenerate_secret`. */
export function postSecret(context: Context): Response {
  const found = loadClient(context);
  if (found.client_type === "public") {
    invalid("Cannot regenerate secret for public client");
  }
  const { client, secret } = renewSecret(context, found);
  return json(clientJson(client, secret));
}

function loadClient(context: Context): OAuthClient {
  const id = context.params["client_id"] ?? "";
  if (!isUuid(id)) invalid("invalid client_id format");
  return findClient(context, id) ??
    fail(404, "oauth_client_not_found", "OAuth client not found");
}
