import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import type { JsonObject } from "../records.ts";
import { checkPublicUrl } from "./public_urls.ts";
import { discoveryUrl } from "./id_token.ts";
import { fetchJson } from "./fetch_json.ts";

/** The members of a custom provider in a request. */
export const CUSTOM_SHAPE = {
  provider_type: "string",
  identifier: "string",
  name: "string",
  client_id: "string",
  client_secret: "string",
  acceptable_client_ids: "strings?",
  scopes: "strings?",
  pkce_enabled: "bool?",
  attribute_mapping: "map",
  custom_claims_allowlist: "strings?",
  authorization_params: "map",
  enabled: "bool?",
  email_optional: "bool?",
  issuer: "string",
  discovery_url: "string",
  skip_nonce_check: "bool?",
  authorization_url: "string",
  token_url: "string",
  userinfo_url: "string",
  jwks_uri: "string",
} as const;

/** A custom provider as a request gives it: "" and null mean that a member is not given. */
export interface CustomParams {
  readonly provider_type: string;
  readonly identifier: string;
  readonly name: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly acceptable_client_ids: readonly string[] | null;
  readonly scopes: readonly string[] | null;
  readonly pkce_enabled: boolean | null;
  readonly attribute_mapping: JsonObject | null;
  readonly custom_claims_allowlist: readonly string[] | null;
  readonly authorization_params: JsonObject | null;
  readonly enabled: boolean | null;
  readonly email_optional: boolean | null;
  readonly issuer: string;
  readonly discovery_url: string;
  readonly skip_nonce_check: boolean | null;
  readonly authorization_url: string;
  readonly token_url: string;
  readonly userinfo_url: string;
  readonly jwks_uri: string;
}

const PREFIX = "custom:";
const RESERVED_PARAMETERS = [
  "client_id",
  "client_secret",
  "redirect_uri",
  "response_type",
  "state",
  "code_challenge",
  "code_challenge_method",
  "code_verifier",
  "nonce",
];
const PROTECTED_FIELDS = [
  "id",
  "aud",
  "role",
  "app_metadata",
  "created_at",
  "updated_at",
  "confirmed_at",
  "email_confirmed_at",
  "phone_confirmed_at",
  "email_verified",
  "phone_verified",
  "banned_until",
  "is_super_admin",
];
const OAUTH2_URLS = ["authorization_url", "token_url", "userinfo_url"] as const;
const URLS = [
  "issuer",
  "discovery_url",
  ...OAUTH2_URLS,
  "jwks_uri",
] as const;
const REQUIRED_ENDPOINTS = [
  "issuer",
  "authorization_endpoint",
  "token_endpoint",
  "jwks_uri",
];

/** Refuses an identifier without the prefix of custom providers. */
export function checkIdentifier(identifier: string): void {
  if (!identifier.startsWith(PREFIX)) {
    const example = `${PREFIX}${identifier}`;
    invalid(
      `identifier must start with '${PREFIX}' prefix, e.g. '${example}'`,
    );
  }
}

/** Refuses an incomplete new provider (auth-server §18). */
export function checkNewProvider(params: CustomParams): void {
  const { provider_type: type } = params;
  if (type !== "oauth2" && type !== "oidc") {
    invalid("provider_type must be either 'oauth2' or 'oidc'");
  }
  if (params.identifier === "") invalid("identifier is required");
  checkIdentifier(params.identifier);
  for (const name of ["name", "client_id", "client_secret"] as const) {
    if (params[name] === "") invalid(`${name} is required`);
  }
  if (type === "oidc") {
    if (params.issuer === "") invalid("issuer is required for OIDC providers");
    return;
  }
  for (const name of OAUTH2_URLS) {
    if (params[name] === "") {
      invalid(`${name} is required for OAuth2 providers`);
    }
  }
}

/** Refuses members that would take over what is the server's own. */
export function checkMembers(params: CustomParams): void {
  for (
    const [name, value] of Object.entries(params.authorization_params ?? {})
  ) {
    if (RESERVED_PARAMETERS.includes(name)) {
      invalid(`Cannot override reserved OAuth parameter: ${name}`);
    }
    if (typeof value !== "string") {
      invalid(`Authorization parameter "${name}" must be a string`);
    }
  }
  for (const name of Object.keys(params.attribute_mapping ?? {})) {
    if (PROTECTED_FIELDS.includes(name)) {
      invalid(`Cannot map to protected system field: ${name}`);
    }
  }
  const claims = params.custom_claims_allowlist ?? [];
  if (claims.some((claim) => claim.trim() === "")) {
    invalid("custom_claims_allowlist entries must be non-empty strings");
  }
}

/** Refuses one provider more than the settings allow. */
export function checkQuota(context: Context): void {
  const limit = context.settings.GOTRUE_CUSTOM_OAUTH_MAX_PROVIDERS;
  if (limit > 0 && context.db.customProviders.size >= limit) {
    fail(
      400,
      "over_custom_provider_quota",
      "Maximum number of custom OAuth/OIDC providers reached",
    );
  }
}

/** Refuses addresses that are not public. */
export function checkUrls(params: CustomParams): void {
  for (const name of URLS) {
    if (params[name] !== "") checkPublicUrl(params[name]);
  }
}

/** The discovery document of an issuer; null where the emulator's own page stands in for the provider. */
export async function discover(
  context: Context,
  issuer: string,
  address: string,
): Promise<JsonObject | null> {
  if (context.server.consentPage) return null;
  const url = address === "" ? discoveryUrl(issuer) : address;
  const document = await fetchDocument(context, url);
  const missing = REQUIRED_ENDPOINTS.filter((name) => {
    const value = document[name];
    return typeof value !== "string" || value === "";
  });
  if (missing.length > 0) {
    const list = missing.join(", ");
    invalid(`OIDC discovery document is missing required fields: ${list}`);
  }
  return document;
}

async function fetchDocument(
  context: Context,
  url: string,
): Promise<JsonObject> {
  try {
    return await fetchJson(context, url);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown error";
    invalid(`OIDC discovery from "${url}" failed: ${reason}`);
  }
}
