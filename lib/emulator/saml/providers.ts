import { formatTime } from "../clock.ts";
import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import type { JsonObject } from "../records.ts";
import type { SsoProvider } from "../records_sso.ts";

const RESOURCE_PREFIX = "resource_";

/** The identity provider that an e-mail domain belongs to, in exactly this spelling. */
export function findSsoProviderByDomain(
  context: Context,
  domain: string,
): SsoProvider | undefined {
  for (const provider of context.db.ssoProviders.all()) {
    if (provider.domains.includes(domain)) return provider;
  }
  return undefined;
}

/** The identity provider that a path names, by its id or by `resource_` and its resource id. */
export function targetSsoProvider(context: Context): SsoProvider {
  const id = context.params["idp_id"]!;
  const { ssoProviders } = context.db;
  const resource = id.slice(RESOURCE_PREFIX.length);
  const provider = id.startsWith(RESOURCE_PREFIX)
    ? ssoProviders.list("resource", resource.toLowerCase()).find((one) =>
      one.resource_id === resource
    )
    : ssoProviders.get(id.toLowerCase());
  if (provider === undefined) {
    const message = "SSO Identity Provider not found";
    fail(404, "sso_provider_not_found", message);
  }
  return provider;
}

/** Refuses domains that belong to another identity provider. */
export function checkDomains(
  context: Context,
  domains: readonly string[],
  except?: string,
): void {
  for (const domain of domains) {
    const owner = findSsoProviderByDomain(context, domain);
    if (owner === undefined || owner.id === except) continue;
    fail(
      400,
      "sso_domain_already_exists",
      `SSO Domain '${domain}' is already assigned to an SSO identity provider (${owner.id})`,
    );
  }
}

/** An identity provider as the server shows it; lists leave the metadata out. */
export function ssoProviderJson(
  provider: SsoProvider,
  withMetadata: boolean,
): JsonObject {
  const { resource_id, metadata_url, name_id_format } = provider;
  const metadata = withMetadata ? { metadata_xml: provider.metadata_xml } : {};
  return {
    id: provider.id,
    ...(resource_id === null ? {} : { resource_id }),
    disabled: provider.disabled,
    saml: {
      entity_id: provider.entity_id,
      ...metadata,
      ...(metadata_url === null ? {} : { metadata_url }),
      attribute_mapping: provider.attribute_mapping,
      ...(name_id_format === null ? {} : { name_id_format }),
    },
    domains: provider.domains.map((domain) => ({ domain })),
    created_at: formatTime(provider.created_at),
    updated_at: formatTime(provider.updated_at),
  };
}
