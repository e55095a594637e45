import type { Context } from "../context.ts";
import { fail, Refusal } from "../errors.ts";
import { externalUrl } from "../links.ts";

const MESSAGES = "urn:ietf:params:scim:api:messages:2.0";
const CONFIG_SCHEMA =
  "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

/**
 * Refuses where SCIM is off, what SCIM does not know, and filters: below `/scim/v2` even an unknown path or
 * method is answered in its own format (auth-server §20).
 */
export function requireScim(context: Context): void {
  if (!context.settings.GOTRUE_EXPERIMENTAL_SCIM_ENABLED) {
    fail(404, "feature_disabled", "SCIM server is disabled");
  }
  const name = context.path.replace("/scim/v2/", "");
  if (context.method !== "GET" || !KNOWN.includes(name)) {
    throw new Refusal(
      scimError(404, "Endpoint or resource does not exist"),
    );
  }
  if (context.query.has("filter")) {
    const detail = "Filtering is not supported on discovery endpoints";
    throw new Refusal(scimError(403, detail));
  }
}

const KNOWN = ["ServiceProviderConfig", "ResourceTypes", "Schemas"];

function scim(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { "Content-Type": "application/scim+json" },
  });
}

function scimError(status: number, detail: string): Response {
  return scim(
    { schemas: [`${MESSAGES}:Error`], detail, status: String(status) },
    status,
  );
}

/** `GET /scim/v2/ServiceProviderConfig`: nothing is supported yet. */
export function getScimConfig(context: Context): Response {
  const base = externalUrl(context).replace(/\/+$/, "");
  const off = { supported: false };
  return scim({
    schemas: [CONFIG_SCHEMA],
    patch: off,
    bulk: { ...off, maxOperations: 0, maxPayloadSize: 0 },
    filter: { ...off, maxResults: 0 },
    changePassword: off,
    sort: off,
    etag: off,
    authenticationSchemes: [{
      type: "oauthbearertoken",
      name: "OAuth Bearer Token",
      description:
        "Authentication scheme using the OAuth Bearer Token Standard",
      specUri: "http://www.rfc-editor.org/info/rfc6750",
      primary: true,
    }],
    meta: {
      resourceType: "ServiceProviderConfig",
      location: `${base}/scim/v2/ServiceProviderConfig`,
    },
  });
}

/** `GET /scim/v2/ResourceTypes` and `/Schemas`: empty lists. */
export function getScimList(_context: Context): Response {
  return scim({
    schemas: [`${MESSAGES}:ListResponse`],
    totalResults: 0,
    startIndex: 1,
    itemsPerPage: 0,
    Resources: [],
  });
}
