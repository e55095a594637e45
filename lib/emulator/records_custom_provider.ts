import type { JsonObject, Row, Time } from "./records.ts";

/** A provider that an admin added (auth-server §18). Absent texts are "". */
export interface CustomProvider extends Row {
  readonly provider_type: "oauth2" | "oidc";
  /** Begins with `custom:`. */
  readonly identifier: string;
  readonly name: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly acceptable_client_ids: readonly string[];
  readonly scopes: readonly string[];
  readonly pkce_enabled: boolean;
  /** Names of claims by the names that they get. */
  readonly attribute_mapping: JsonObject;
  readonly custom_claims_allowlist: readonly string[];
  readonly authorization_params: JsonObject;
  readonly enabled: boolean;
  readonly email_optional: boolean;
  readonly issuer: string;
  readonly discovery_url: string;
  readonly skip_nonce_check: boolean;
  readonly discovery_document: JsonObject | null;
  readonly authorization_url: string;
  readonly token_url: string;
  readonly userinfo_url: string;
  readonly jwks_uri: string;
  readonly created_at: Time;
  readonly updated_at: Time;
}
