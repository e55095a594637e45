import type { Context } from "../context.ts";
import type { JsonObject } from "../records.ts";
import type { CustomProvider } from "../records_custom_provider.ts";
import { exchangeCode, readProfile } from "./exchange.ts";
import { decodeIdToken, verifyIdToken } from "./id_token.ts";
import type { ExternalProfile } from "./profile.ts";
import {
  callbackUrl,
  type ExternalTokens,
  type Provider,
  unsupported,
} from "./provider.ts";
import { at, oneEmail } from "./reading.ts";

const PREFIX = "custom:";
/** The claims that an identity takes over as they are. */
const TEXT_CLAIMS = [
  "iss",
  "name",
  "given_name",
  "family_name",
  "middle_name",
  "nickname",
  "preferred_username",
  "profile",
  "picture",
  "website",
  "gender",
  "birthdate",
  "zoneinfo",
  "locale",
  "full_name",
  "avatar_url",
  "user_name",
];

/** Whether a name is that of a custom provider. */
export function isCustomName(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** The record of a custom provider that is switched on. */
export function findCustomProvider(
  context: Context,
  name: string,
): CustomProvider {
  if (!context.settings.GOTRUE_CUSTOM_OAUTH_ENABLED) {
    unsupported("custom OAuth providers are disabled");
  }
  const record = context.db.customProviders.first("identifier", name);
  if (record === undefined) unsupported(`custom provider ${name} not found`);
  if (!record.enabled) unsupported(`custom provider ${name} is disabled`);
  return record;
}

/** A custom provider, ready for use. */
export function customProvider(
  context: Context,
  record: CustomProvider,
): Provider {
  const endpoints = endpointsOf(record);
  const client = {
    clientId: record.client_id,
    secret: record.client_secret,
    redirectUri: customCallbackUrl(context),
    tokenUrl: endpoints.token,
    basic: false,
  };
  return {
    authorizeUrl: endpoints.authorize,
    clientId: record.client_id,
    redirectUri: client.redirectUri,
    scopes: record.scopes,
    scopeSeparator: " ",
    parameters: record.authorization_params as Readonly<
      Record<string, string>
    >,
    pkce: record.pkce_enabled,
    emailOptional: record.email_optional,
    exchange: (context, code, verifier) =>
      exchangeCode(context, client, code, verifier),
    profile: async (context, tokens) =>
      describeClaims(
        record,
        await readClaims(context, record, endpoints.userinfo, tokens),
      ),
  };
}

function customCallbackUrl(context: Context): string {
  const base = context.settings.GOTRUE_CUSTOM_OAUTH_EXTERNAL_URL;
  return base === ""
    ? callbackUrl(context)
    : `${base.replace(/\/+$/, "")}/callback`;
}

interface Endpoints {
  readonly authorize: string;
  readonly token: string;
  readonly userinfo: string;
}

/** The endpoints as configured, or as the discovery document names them. */
function endpointsOf(record: CustomProvider): Endpoints {
  const { discovery_document: document } = record;
  const pick = (configured: string, name: string) =>
    configured === "" ? textOf(document?.[name]) : configured;
  return {
    authorize: pick(record.authorization_url, "authorization_endpoint"),
    token: pick(record.token_url, "token_endpoint"),
    userinfo: pick(record.userinfo_url, "userinfo_endpoint"),
  };
}

/** What the provider says about a person: its id token where there is one, else its answer about the user. */
async function readClaims(
  context: Context,
  record: CustomProvider,
  userinfoUrl: string,
  tokens: ExternalTokens,
): Promise<JsonObject> {
  const idToken = at(tokens.answer, "id_token");
  if (record.provider_type === "oidc" && typeof idToken === "string") {
    const verified = await verifyIdToken(context, record.issuer, idToken);
    if (verified === undefined) throw new Error("The id token is not valid");
    return verified.claims;
  }
  const [answer] = await readProfile(
    context,
    [userinfoUrl],
    tokens.access,
    {},
  );
  return typeof answer === "object" && answer !== null
    ? answer as JsonObject
    : decodeIdToken(textOf(answer))?.claims ?? {};
}

/** A profile from claims, by the rules of a custom provider. */
export function describeClaims(
  record: CustomProvider,
  given: JsonObject,
): ExternalProfile {
  const claims = { ...given, ...mapped(record, given) };
  const subject = textOf(claims["sub"]) || textOf(claims["id"]);
  const verified = [true, "true"].includes(claims["email_verified"] as string);
  const custom = record.custom_claims_allowlist.map((name) =>
    [name, at(given, name)] as const
  ).filter(([, value]) => value !== undefined);
  return {
    subject,
    emails: oneEmail(textOf(claims["email"]), verified),
    claims: {
      ...Object.fromEntries(
        TEXT_CLAIMS.map((name) => [name, textOf(claims[name])]),
      ),
      iss: textOf(claims["iss"]) || record.issuer || record.userinfo_url,
      provider_id: subject,
      custom_claims: Object.fromEntries(custom),
    },
  };
}

function mapped(record: CustomProvider, claims: JsonObject): JsonObject {
  const pairs = Object.entries(record.attribute_mapping).map(
    ([target, source]) => [target, at(claims, textOf(source))] as const,
  );
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number"
    ? String(value)
    : "";
}
