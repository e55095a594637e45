import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import { json } from "../http.ts";
import type { SsoProvider } from "../records_sso.ts";
import {
  type GivenMetadata,
  loadMetadata,
  readSsoProviderParams,
  type SsoProviderParams,
} from "../saml/provider_params.ts";
import {
  checkDomains,
  ssoProviderJson,
  targetSsoProvider,
} from "../saml/providers.ts";

/** `GET /admin/sso/providers` (auth-server §17). */
export function getSsoProviders(context: Context): Response {
  const wanted = context.query.get("resource_id") ?? "";
  const prefix = context.query.get("resource_id_prefix") ?? "";
  const items = [...context.db.ssoProviders.all()].filter((provider) => {
    const id = provider.resource_id ?? "";
    return (wanted === "" || id === wanted) && id.startsWith(prefix);
  });
  return json({ items: items.map((item) => ssoProviderJson(item, false)) });
}

/** `POST /admin/sso/providers`. */
export async function postSsoProvider(context: Context): Promise<Response> {
  const params = readSsoProviderParams(context, true);
  const metadata = (await loadMetadata(context, params))!;
  const { ssoProviders } = context.db;
  if (ssoProviders.first("entity", metadata.entityId) !== undefined) {
    fail(
      422,
      "saml_idp_already_exists",
      `SAML Identity Provider with this EntityID (${metadata.entityId}) already exists`,
    );
  }
  const domains = [...new Set(params.domains ?? [])];
  checkDomains(context, domains);
  const now = context.now();
  const provider = ssoProviders.insert({
    id: context.server.random.uuid(),
    resource_id: params.resource_id,
    disabled: params.disabled,
    entity_id: metadata.entityId,
    metadata_xml: metadata.xml,
    metadata_url: params.metadata_url || null,
    attribute_mapping: params.attribute_mapping ?? {},
    name_id_format: params.name_id_format || null,
    domains,
    created_at: now,
    updated_at: now,
  });
  return json(ssoProviderJson(provider, true), 201);
}

/** `GET /admin/sso/providers/{idp_id}`. */
export function getSsoProvider(context: Context): Response {
  return json(ssoProviderJson(targetSsoProvider(context), true));
}

/** `PUT /admin/sso/providers/{idp_id}`: what is given replaces what was. */
export async function putSsoProvider(context: Context): Promise<Response> {
  const provider = targetSsoProvider(context);
  const params = readSsoProviderParams(context, false);
  const metadata = await loadMetadata(context, params);
  if (metadata !== undefined) refuseOtherEntity(provider, metadata);
  if (params.domains !== null) {
    checkDomains(context, params.domains, provider.id);
  }
  const changed = context.db.ssoProviders.update(provider.id, {
    ...changesOf(params, metadata),
    updated_at: context.now(),
  });
  return json(ssoProviderJson(changed, true));
}

function refuseOtherEntity(
  { entity_id: expected }: SsoProvider,
  { entityId }: GivenMetadata,
): void {
  if (entityId === expected) return;
  fail(
    400,
    "saml_entity_id_mismatch",
    `SAML Metadata can be updated only if the EntityID matches for the provider; expected '${expected}' but got '${entityId}'`,
  );
}

function changesOf(
  params: SsoProviderParams,
  metadata: GivenMetadata | undefined,
): Partial<SsoProvider> {
  const { domains, attribute_mapping, resource_id, disabled } = params;
  const { name_id_format } = params;
  return {
    ...(metadata === undefined ? {} : {
      metadata_xml: metadata.xml,
      metadata_url: params.metadata_url || null,
    }),
    ...(domains === null ? {} : { domains: [...new Set(domains)] }),
    ...(attribute_mapping === null ? {} : { attribute_mapping }),
    ...(name_id_format === "" ? {} : { name_id_format }),
    ...(resource_id === null ? {} : { resource_id }),
    ...(disabled === null ? {} : { disabled }),
  };
}

/** `DELETE /admin/sso/providers/{idp_id}`. */
export function deleteSsoProvider(context: Context): Response {
  const provider = targetSsoProvider(context);
  const { samlRelayStates, ssoProviders } = context.db;
  for (const state of samlRelayStates.list("provider", provider.id)) {
    samlRelayStates.delete(state.id);
  }
  ssoProviders.delete(provider.id);
  return json(ssoProviderJson(provider, true));
}
