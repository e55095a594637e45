import type { Context } from "../context.ts";
import { toHex } from "../encoding.ts";
import { fail, invalid } from "../errors.ts";
import {
  checkPkce,
  createFlowState,
  PKCE_SHAPE,
  pkceMethod,
  type PkceParams,
} from "../flow_states.ts";
import { json, redirect } from "../http.ts";
import { NIL_UUID } from "../random.ts";
import type { SsoProvider } from "../records_sso.ts";
import { findSsoProviderByDomain } from "../saml/providers.ts";
import { signInAddress } from "../saml/documents.ts";
import { parseMetadata } from "../saml/metadata.ts";

const SHAPE = {
  provider_id: "uuid",
  domain: "string",
  redirect_to: "string",
  skip_http_redirect: "bool?",
  ...PKCE_SHAPE,
} as const;
const METHOD = "sso/saml";

/** Refuses where single sign-on is off; runs for everything below `/sso`. */
export function requireSaml(context: Context): void {
  if (!context.settings.GOTRUE_SAML_ENABLED) {
    fail(404, "saml_provider_disabled", "SAML 2.0 is disabled");
  }
}

/** `POST /sso` (auth-server §17). */
export async function postSso(context: Context): Promise<Response> {
  const params = context.decode("SingleSignOnParams", SHAPE);
  const hasId = params.provider_id !== NIL_UUID;
  if (hasId && params.domain !== "") {
    invalid("Only one of provider_id or domain supported");
  }
  if (!hasId && params.domain === "") {
    invalid("A provider_id or domain needs to be provided");
  }
  checkChallenge(params);
  const provider = hasId
    ? findById(context, params.provider_id)
    : findByDomain(context, params.domain);
  if (provider.disabled === true) {
    const message = "SSO Provider is currently disabled";
    fail(404, "sso_provider_disabled", message);
  }
  const flow = startFlow(context, params);
  const url = await ask(context, provider, params.redirect_to, flow);
  return params.skip_http_redirect === true
    ? json({ url })
    : redirect(context, 303, url);
}

function checkChallenge(params: PkceParams): void {
  checkPkce(params);
  const { code_challenge_method: method } = params;
  if (method !== "" && pkceMethod(method) === undefined) {
    invalid("Invalid code_challenge_method");
  }
}

function findById(context: Context, id: string): SsoProvider {
  const provider = context.db.ssoProviders.get(id);
  if (provider === undefined) {
    fail(404, "sso_provider_not_found", "No such SSO provider");
  }
  return provider;
}

function findByDomain(context: Context, domain: string): SsoProvider {
  const provider = findSsoProviderByDomain(context, domain);
  if (provider === undefined) {
    const message = "No SSO provider assigned for this domain";
    fail(404, "sso_provider_not_found", message);
  }
  return provider;
}

function startFlow(context: Context, params: PkceParams): string | null {
  if (params.code_challenge === "") return null;
  const state = createFlowState(context, params, {
    provider_type: METHOD,
    authentication_method: METHOD,
  });
  return state.id;
}

async function ask(
  context: Context,
  provider: SsoProvider,
  redirectTo: string,
  flowStateId: string | null,
): Promise<string> {
  const { random } = context.server;
  const { signInUrl } = await parseMetadata(provider.metadata_xml);
  const relay = context.db.samlRelayStates.insert({
    id: random.uuid(),
    sso_provider_id: provider.id,
    request_id: `id-${toHex(random.bytes(20))}`,
    redirect_to: redirectTo,
    flow_state_id: flowStateId,
    created_at: context.now(),
  });
  return await signInAddress(context, {
    id: relay.request_id,
    destination: signInUrl,
    nameIdFormat: provider.name_id_format,
    relayState: relay.id,
  });
}
