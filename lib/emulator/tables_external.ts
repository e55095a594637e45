import type { CustomProvider } from "./records_custom_provider.ts";
import type { SamlRelayState, SsoProvider } from "./records_sso.ts";
import { type Journal, Table } from "./table.ts";

/** The tables of providers that are not built in. */
export interface ExternalTables {
  /** Providers that an admin added. */
  readonly customProviders: Table<CustomProvider, "identifier">;
  /** Identity providers for single sign-on. */
  readonly ssoProviders: Table<SsoProvider, "entity" | "resource">;
  /** Sign-ins that identity providers were asked for. */
  readonly samlRelayStates: Table<SamlRelayState, "provider">;
}

/** Makes the tables of providers that are not built in. */
export function createExternalTables(journal: Journal): ExternalTables {
  return {
    customProviders: new Table("custom_oauth_providers", journal, {
      identifier: { key: (provider) => provider.identifier },
    }),
    ssoProviders: new Table("sso_providers", journal, {
      entity: { key: (provider) => provider.entity_id },
      resource: {
        key: (provider) => provider.resource_id?.toLowerCase() ?? null,
        unique: {
          name: "sso_providers_resource_id_idx",
          columns: ["resource_id"],
        },
      },
    }),
    samlRelayStates: new Table("saml_relay_states", journal, {
      provider: { key: (state) => state.sso_provider_id },
    }),
  };
}
