import type { JsonObject, Row, Time } from "./records.ts";

/** An identity provider for single sign-on by SAML (auth-server §17). */
export interface SsoProvider extends Row {
  readonly resource_id: string | null;
  readonly disabled: boolean | null;
  /** The name that the provider has in SAML. */
  readonly entity_id: string;
  readonly metadata_xml: string;
  readonly metadata_url: string | null;
  readonly attribute_mapping: JsonObject;
  readonly name_id_format: string | null;
  /** The e-mail domains that lead to this provider; each belongs to one provider only. */
  readonly domains: readonly string[];
  readonly created_at: Time;
  readonly updated_at: Time;
}

/** What is remembered of a sign-in that an identity provider is asked for. */
export interface SamlRelayState extends Row {
  readonly sso_provider_id: string;
  /** The id of the request, which the answer must name. */
  readonly request_id: string;
  readonly redirect_to: string;
  readonly flow_state_id: string | null;
  readonly created_at: Time;
}
