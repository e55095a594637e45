import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import type { ProviderSettings } from "../settings.ts";
import { isCustomName } from "./custom.ts";
import { decodeIdToken } from "./id_token.ts";

/** What a request says about the origin of its id token. */
export interface IdTokenOrigin {
  /** The token. */
  readonly id_token: string;
  /** The provider's name, "" when an issuer is named. */
  readonly provider: string;
  /** The issuer. */
  readonly issuer: string;
  /** The client that the token was issued for, when an issuer is named. */
  readonly client_id: string;
}

/** Whose id tokens are accepted, and for whom. */
export interface Issuer {
  /** The provider that the identity belongs to. */
  readonly provider: string;
  /** The issuer that the token must name. */
  readonly issuer: string;
  /** The audiences that are accepted. */
  readonly audiences: readonly string[];
  /** Whether the nonce is left unchecked. */
  readonly skipNonce: boolean;
  /** Whether people without an address are let in. */
  readonly emailOptional: boolean;
}

const FIXED: Readonly<Record<string, string>> = {
  google: "https://accounts.google.com",
  facebook: "https://www.facebook.com",
  kakao: "https://kauth.kakao.com",
  snapchat: "https://accounts.snapchat.com",
  vercel_marketplace: "https://marketplace.vercel.com",
};
const APPLE = /^https:\/\/(appleid|account)\.apple\.com$/;
const AZURE = /^https:\/\/login\.microsoftonline\.com\/[^/]+\/v2\.0\/?$/;

/** The issuer of an id token; refuses unknown and disabled ones (auth-server §14.5). */
export function resolveIssuer(context: Context, origin: IdTokenOrigin): Issuer {
  const { provider, issuer } = origin;
  if (isCustomName(provider)) return customIssuer(context, provider);
  if (provider === "apple" || (provider === "" && APPLE.test(issuer))) {
    return appleIssuer(context, origin);
  }
  if (provider === "azure" || (provider === "" && AZURE.test(issuer))) {
    return azureIssuer(context, origin);
  }
  const keycloak = context.settings.providers["keycloak"];
  const isKeycloak = keycloak !== undefined && keycloak.enabled &&
    keycloak.url !== "" && issuer === keycloak.url;
  if (provider === "keycloak" || isKeycloak) {
    return builtInIssuer(context, "keycloak", keycloak?.url ?? "");
  }
  for (const [name, fixed] of Object.entries(FIXED)) {
    const isNamed = provider === "" && issuer === fixed;
    if (provider === name || isNamed) {
      return builtInIssuer(context, name, fixed);
    }
  }
  return allowedIssuer(context, origin);
}

function builtInIssuer(
  context: Context,
  name: string,
  issuer: string,
  moreAudiences: readonly string[] = [],
): Issuer {
  const settings: ProviderSettings | undefined =
    context.settings.providers[name];
  if (!settings?.enabled) {
    const message = `Provider (issuer "${issuer}") is not enabled`;
    fail(400, "provider_disabled", message);
  }
  return {
    provider: name,
    issuer,
    audiences: [...settings.clientIds, ...moreAudiences],
    skipNonce: settings.skipNonceCheck,
    emailOptional: settings.emailOptional,
  };
}

/** Apple signs under two names, and native apps have an audience of their own. */
function appleIssuer(context: Context, origin: IdTokenOrigin): Issuer {
  const detected = detectIssuer(origin, "Apple");
  if (!APPLE.test(detected)) refuseDetected("Apple");
  const { GOTRUE_EXTERNAL_IOS_BUNDLE_ID: bundle } = context.settings;
  const more = bundle === "" ? [] : [bundle];
  return builtInIssuer(context, "apple", detected, more);
}

/** Every tenant of Azure is an issuer. */
function azureIssuer(context: Context, origin: IdTokenOrigin): Issuer {
  const issuer = AZURE.test(origin.issuer)
    ? origin.issuer
    : detectIssuer(origin, "Azure");
  if (!AZURE.test(issuer)) refuseDetected("Azure");
  return builtInIssuer(context, "azure", issuer);
}

function detectIssuer(
  { id_token: token }: IdTokenOrigin,
  name: string,
): string {
  const claims = decodeIdToken(token)?.claims;
  if (claims === undefined) {
    invalid(`Unable to detect issuer in ID token for ${name} provider`);
  }
  return typeof claims["iss"] === "string" ? claims["iss"] : "";
}

function refuseDetected(name: string): never {
  const article = `an ${name}`;
  invalid(`Detected ID token issuer is not ${article} ID token issuer`);
}

function customIssuer(context: Context, name: string): Issuer {
  const record = context.db.customProviders.first("identifier", name);
  if (
    record === undefined || !context.settings.GOTRUE_CUSTOM_OAUTH_ENABLED
  ) {
    invalid(`Custom provider "${name}" not found`);
  }
  if (!record.enabled) {
    fail(400, "provider_disabled", `Custom provider "${name}" is disabled`);
  }
  if (record.provider_type !== "oidc") {
    invalid(`Provider "${name}" is not an OIDC provider`);
  }
  return {
    provider: name,
    issuer: record.issuer,
    audiences: [record.client_id, ...record.acceptable_client_ids],
    skipNonce: record.skip_nonce_check,
    emailOptional: record.email_optional,
  };
}

/** An issuer that the settings allow without a provider of its own. */
function allowedIssuer(
  context: Context,
  { provider, issuer, client_id: client }: IdTokenOrigin,
): Issuer {
  const { GOTRUE_EXTERNAL_ALLOWED_ID_TOKEN_ISSUERS: allowed } =
    context.settings;
  if (!allowed.includes(issuer)) {
    invalid(`Custom OIDC provider "${provider}" not allowed`);
  }
  return {
    provider: issuer,
    issuer,
    audiences: [client],
    skipNonce: false,
    emailOptional: false,
  };
}
