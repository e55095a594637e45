import { formatTime } from "../clock.ts";
import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import {
  checkIdentifier,
  checkMembers,
  checkNewProvider,
  checkQuota,
  checkUrls,
  CUSTOM_SHAPE,
  type CustomParams,
  discover,
} from "../external/custom_rules.ts";
import { empty, json } from "../http.ts";
import type { JsonObject } from "../records.ts";
import type { CustomProvider } from "../records_custom_provider.ts";

const STRUCT = "AdminCustomOAuthProviderParams";

/** Refuses where custom providers are off; runs for everything below `/admin/custom-providers`. */
export function requireCustomProviders(context: Context): void {
  if (!context.settings.GOTRUE_CUSTOM_OAUTH_ENABLED) {
    fail(404, "feature_disabled", "Custom OAuth providers are disabled");
  }
}

/** `GET /admin/custom-providers` (auth-server §18). */
export function getCustomProviders(context: Context): Response {
  const type = context.query.get("type") ?? "";
  if (!["", "oauth2", "oidc"].includes(type)) {
    invalid("type must be either 'oauth2' or 'oidc'");
  }
  const providers = [...context.db.customProviders.all()].filter((provider) =>
    type === "" || provider.provider_type === type
  );
  return json({ providers: providers.map(providerJson) });
}

/** `POST /admin/custom-providers`. */
export async function postCustomProvider(context: Context): Promise<Response> {
  const params: CustomParams = context.decode(STRUCT, CUSTOM_SHAPE);
  checkNewProvider(params);
  checkMembers(params);
  checkQuota(context);
  checkUrls(params);
  refuseDuplicate(context, params.identifier);
  const isOidc = params.provider_type === "oidc";
  const document = isOidc
    ? await discover(context, params.issuer, params.discovery_url)
    : null;
  refuseDuplicate(context, params.identifier);
  const provider = context.db.customProviders.insert(
    newProvider(context, params, document),
  );
  return json(providerJson(provider), 201);
}

function refuseDuplicate(context: Context, identifier: string): void {
  const { customProviders } = context.db;
  if (customProviders.first("identifier", identifier) !== undefined) {
    const message =
      "A custom OAuth provider with this identifier already exists";
    fail(400, "conflict", message);
  }
}

function newProvider(
  context: Context,
  params: CustomParams,
  document: JsonObject | null,
): Omit<CustomProvider, "seq"> {
  const now = context.now();
  const type = params.provider_type === "oidc" ? "oidc" : "oauth2";
  return {
    ...params,
    provider_type: type,
    id: context.server.random.uuid(),
    acceptable_client_ids: params.acceptable_client_ids ?? [],
    scopes: scopesOf(type, params.scopes ?? []),
    pkce_enabled: params.pkce_enabled ?? true,
    attribute_mapping: params.attribute_mapping ?? {},
    custom_claims_allowlist: params.custom_claims_allowlist ?? [],
    authorization_params: params.authorization_params ?? {},
    enabled: params.enabled ?? true,
    email_optional: params.email_optional ?? false,
    skip_nonce_check: params.skip_nonce_check ?? false,
    discovery_document: document,
    created_at: now,
    updated_at: now,
  };
}

function scopesOf(
  type: CustomProvider["provider_type"],
  scopes: readonly string[],
): readonly string[] {
  return type === "oidc" && !scopes.includes("openid")
    ? ["openid", ...scopes]
    : scopes;
}

/** `GET /admin/custom-providers/{identifier}`. */
export function getCustomProvider(context: Context): Response {
  return json(providerJson(findProvider(context)));
}

/** `PUT /admin/custom-providers/{identifier}`: what is given replaces what was; type and identifier stay. */
export async function putCustomProvider(context: Context): Promise<Response> {
  const provider = findProvider(context);
  const params: CustomParams = context.decode(STRUCT, CUSTOM_SHAPE);
  checkMembers(params);
  checkUrls(params);
  const changes = changesOf(provider, params);
  const { issuer, discovery_url: address } = { ...provider, ...changes };
  const moves = provider.provider_type === "oidc" &&
    ("issuer" in changes || "discovery_url" in changes);
  const document = moves
    ? { discovery_document: await discover(context, issuer, address) }
    : {};
  const changed = context.db.customProviders.update(provider.id, {
    ...changes,
    ...document,
    updated_at: context.now(),
  });
  return json(providerJson(changed));
}

function changesOf(
  provider: CustomProvider,
  params: CustomParams,
): Partial<CustomProvider> {
  const { provider_type: _type, identifier: _identifier, ...rest } = params;
  const given = Object.entries(rest).filter(([, value]) =>
    value !== "" && value !== null
  );
  const changes: Partial<CustomProvider> = Object.fromEntries(given);
  return changes.scopes === undefined ? changes : {
    ...changes,
    scopes: scopesOf(provider.provider_type, changes.scopes),
  };
}

/** `DELETE /admin/custom-providers/{identifier}`. */
export function deleteCustomProvider(context: Context): Response {
  context.db.customProviders.delete(findProvider(context).id);
  return empty();
}

function findProvider(context: Context): CustomProvider {
  const identifier = context.params["identifier"]!;
  checkIdentifier(identifier);
  const provider = context.db.customProviders.first("identifier", identifier);
  if (provider === undefined) {
    fail(404, "custom_provider_not_found", "Custom OAuth provider not found");
  }
  return provider;
}

/** A custom provider as the server shows it, without its secret. */
function providerJson(provider: CustomProvider): JsonObject {
  const { seq: _seq, client_secret: _secret, ...shown } = provider;
  const { created_at, updated_at, discovery_document, ...members } = shown;
  const {
    issuer,
    discovery_url,
    authorization_url,
    token_url,
    userinfo_url,
    jwks_uri,
    ...rest
  } = members;
  const urls = {
    issuer,
    discovery_url,
    authorization_url,
    token_url,
    userinfo_url,
    jwks_uri,
  };
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(urls).filter(([, url]) => url !== "")),
    ...(discovery_document === null ? {} : { discovery_document }),
    created_at: formatTime(created_at),
    updated_at: formatTime(updated_at),
  };
}
