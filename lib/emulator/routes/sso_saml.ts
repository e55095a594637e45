import { isUuid } from "../body.ts";
import type { Context } from "../context.ts";
import { fromBase64, fromUtf8 } from "../encoding.ts";
import { fail, HttpError, invalid } from "../errors.ts";
import { refuseToSite } from "../external/site_errors.ts";
import { parseGoUrl } from "../go_url.ts";
import type { SsoProvider } from "../records_sso.ts";
import { spMetadata } from "../saml/documents.ts";
import { parseXml } from "../saml/xml.ts";

const PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion";

/** `GET /sso/saml/metadata` (auth-server §17). */
export async function getSamlMetadata(context: Context): Promise<Response> {
  const toKeep = context.query.get("download") === "true";
  const headers = new Headers({
    "Content-Type": "application/xml",
    "Cache-Control": "public, max-age=600",
  });
  if (toKeep) {
    headers.set("Content-Disposition", 'attachment; filename="metadata.xml"');
  }
  return new Response(await spMetadata(context, toKeep), { headers });
}

/**
 * `POST /sso/saml/acs`: what an identity provider answers. Assertions are not checked here, so the
 * last refusal, that of an assertion that is not valid, meets them all.
 */
export async function postSamlAcs(context: Context): Promise<Response> {
  try {
    const provider = await findProvider(context);
    if (provider.disabled === true) {
      fail(
        404,
        "sso_provider_disabled",
        "SSO Provider assigned for this domain is currently disabled",
      );
    }
    invalid("SAML Assertion is not valid");
  } catch (error) {
    if (error instanceof HttpError) {
      return await refuseToSite(context, error, false);
    }
    throw error;
  }
}

/** The identity provider that the relay state, or else the response itself, names. */
async function findProvider(context: Context): Promise<SsoProvider> {
  const relay = context.form?.get("RelayState") ?? "";
  if (isUuid(relay)) return takeRelayState(context, relay.toLowerCase());
  if (relay !== "" && parseGoUrl(relay) === undefined) {
    invalid("SAML RelayState is not a valid UUID or URL");
  }
  const entityId = await issuerOf(context.form?.get("SAMLResponse") ?? "");
  const provider = context.db.ssoProviders.first("entity", entityId);
  if (provider === undefined) {
    fail(
      404,
      "saml_idp_not_found",
      "A SAML connection has not been established with this Identity Provider",
    );
  }
  return provider;
}

function takeRelayState(context: Context, id: string): SsoProvider {
  const { samlRelayStates, ssoProviders } = context.db;
  const state = samlRelayStates.get(id);
  if (state === undefined) {
    fail(
      404,
      "saml_relay_state_not_found",
      "SAML RelayState does not exist, try logging in again?",
    );
  }
  const life = context.settings.GOTRUE_SAML_RELAY_STATE_VALIDITY_PERIOD;
  samlRelayStates.delete(id);
  if (context.server.clock.now() >= state.created_at + life) {
    fail(
      422,
      "saml_relay_state_expired",
      "SAML RelayState has expired. Try loggin in again?",
      { keepWrites: true },
    );
  }
  return ssoProviders.must(state.sso_provider_id);
}

/** Who says to have made a response. */
async function issuerOf(response: string): Promise<string> {
  if (response === "") invalid("SAMLResponse is missing");
  const bytes = fromBase64(response);
  if (bytes === undefined) {
    invalid("SAMLResponse is not a valid Base64 string");
  }
  const root = await parseXml(fromUtf8(bytes));
  if (root?.name !== "Response" || root.namespace !== PROTOCOL) {
    invalid("SAMLResponse is not a valid XML SAML assertion");
  }
  const issuer = root.children.find((child) =>
    child.name === "Issuer" && child.namespace === ASSERTION
  );
  return issuer?.text.trim() ?? "";
}
