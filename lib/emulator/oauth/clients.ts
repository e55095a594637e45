import { isUuid } from "../body.ts";
import { formatTime } from "../clock.ts";
import type { Context } from "../context.ts";
import { toBase64Url, utf8 } from "../encoding.ts";
import { invalid } from "../errors.ts";
import { sha256 } from "../hash.ts";
import type { JsonObject } from "../records.ts";
import type { ClientAuthMethod, OAuthClient } from "../records_oauth.ts";
import {
  clientKind,
  type ClientParams,
  readClientParams,
  registrationProblem,
} from "./client_rules.ts";

/** A client together with its secret, which is shown once only. */
export interface NewClient {
  readonly client: OAuthClient;
  /** undefined for public clients. */
  readonly secret: string | undefined;
}

/** The client with an id, unless it was deleted or the id is none. */
export function findClient(
  context: Context,
  id: string,
): OAuthClient | undefined {
  const client = isUuid(id)
    ? context.db.oauthClients.get(id.toLowerCase())
    : undefined;
  return client?.deleted_at === null ? client : undefined;
}

/** Registers the client that a request describes. */
export function registerClient(
  context: Context,
  registration: OAuthClient["registration_type"],
): NewClient {
  const params = readClientParams(context);
  const problem = registrationProblem(params);
  // The prefix is the server's own.
  if (problem !== undefined) invalid(`400: ${problem}`);
  const { type, method } = clientKind(params);
  const secret = type === "public" ? undefined : createSecret(context);
  const now = context.now();
  const client = context.db.oauthClients.insert({
    id: context.server.random.uuid(),
    client_type: type,
    client_secret_hash: secret === undefined ? "" : hashSecret(secret),
    token_endpoint_auth_method: method,
    registration_type: registration,
    redirect_uris: params.redirect_uris ?? [],
    grant_types: params.grant_types?.length
      ? params.grant_types
      : ["authorization_code", "refresh_token"],
    client_name: params.client_name ?? "",
    client_uri: params.client_uri ?? "",
    logo_uri: params.logo_uri ?? "",
    created_at: now,
    updated_at: now,
    deleted_at: null,
  });
  return { client, secret };
}

/** Writes the members that a change names. */
export function changeClient(
  context: Context,
  client: OAuthClient,
  params: ClientParams,
): OAuthClient {
  const { client_type: _type, ...members } = params;
  const given = Object.entries(members).filter(([, value]) => value !== null);
  return context.db.oauthClients.update(client.id, {
    ...Object.fromEntries(given),
    updated_at: context.now(),
  });
}

/** Gives a client another secret. */
export function renewSecret(context: Context, client: OAuthClient): NewClient {
  const secret = createSecret(context);
  const changed = context.db.oauthClients.update(client.id, {
    client_secret_hash: hashSecret(secret),
    updated_at: context.now(),
  });
  return { client: changed, secret };
}

function createSecret(context: Context): string {
  return toBase64Url(context.server.random.bytes(32));
}

/** What is stored of a secret. */
export function hashSecret(secret: string): string {
  return toBase64Url(sha256(utf8(secret)));
}

/** A client as the server shows it. */
export function clientJson(
  client: OAuthClient,
  secret?: string,
): JsonObject {
  const method: ClientAuthMethod = client.token_endpoint_auth_method;
  return {
    client_id: client.id,
    ...(secret === undefined ? {} : { client_secret: secret }),
    client_type: client.client_type,
    redirect_uris: client.redirect_uris,
    token_endpoint_auth_method: method,
    grant_types: client.grant_types,
    response_types: ["code"],
    ...texts({
      client_name: client.client_name,
      client_uri: client.client_uri,
      logo_uri: client.logo_uri,
    }),
    registration_type: client.registration_type,
    created_at: formatTime(client.created_at),
    updated_at: formatTime(client.updated_at),
  };
}

/** A client as users see it. */
export function clientCard(client: OAuthClient): JsonObject {
  return {
    id: client.id,
    ...texts({
      name: client.client_name,
      uri: client.client_uri,
      logo_uri: client.logo_uri,
    }),
  };
}

function texts(values: Readonly<Record<string, string>>): JsonObject {
  const present = Object.entries(values).filter(([, text]) => text !== "");
  return Object.fromEntries(present);
}
