import { getAuthorize, getIdentityAuthorize } from "./routes/authorize.ts";
import { getCallback, requireState } from "./routes/callback.ts";
import {
  deleteCustomProvider,
  getCustomProvider,
  getCustomProviders,
  postCustomProvider,
  putCustomProvider,
  requireCustomProviders,
} from "./routes/custom_providers.ts";
import {
  getProviderConsent,
  postProviderConsent,
} from "./routes/provider_consent.ts";
import { getScimConfig, getScimList, requireScim } from "./routes/scim.ts";
import { postSso } from "./routes/sso.ts";
import {
  deleteSsoProvider,
  getSsoProvider,
  getSsoProviders,
  postSsoProvider,
  putSsoProvider,
} from "./routes/sso_providers.ts";
import { getSamlMetadata, postSamlAcs } from "./routes/sso_saml.ts";
import type { Route, Subtree } from "./router.ts";

const CUSTOM_PROVIDERS = "/admin/custom-providers";
const CUSTOM_PROVIDER = `${CUSTOM_PROVIDERS}/{identifier}`;
const SSO_PROVIDERS = "/admin/sso/providers";
const SSO_PROVIDER = `${SSO_PROVIDERS}/{idp_id}`;
const CONSENT = "/_emulator/provider/{provider}";
const IDENTITY_AUTHORIZE = "/user/identities/authorize";

/** The routes of external providers. */
export function externalRoutes(): Route[] {
  return [
    ["GET", "/authorize", getAuthorize],
    ["GET", IDENTITY_AUTHORIZE, getIdentityAuthorize],
    ["GET", "/callback", getCallback, { slash: true }],
    ["POST", "/callback", getCallback, { slash: true }],
    ["GET", CONSENT, getProviderConsent, { reads: true }],
    ["POST", CONSENT, postProviderConsent, { reads: true }],
    ["GET", CUSTOM_PROVIDERS, getCustomProviders, { slash: true, reads: true }],
    ["POST", CUSTOM_PROVIDERS, postCustomProvider, { slash: true }],
    ["GET", CUSTOM_PROVIDER, getCustomProvider, { slash: true, reads: true }],
    ["PUT", CUSTOM_PROVIDER, putCustomProvider, { slash: true }],
    ["DELETE", CUSTOM_PROVIDER, deleteCustomProvider, { slash: true }],
    ["POST", "/sso", postSso, { slash: true }],
    ["GET", "/sso/saml/metadata", getSamlMetadata, { reads: true }],
    ["POST", "/sso/saml/acs", postSamlAcs],
    ["GET", SSO_PROVIDERS, getSsoProviders, { slash: true, reads: true }],
    ["POST", SSO_PROVIDERS, postSsoProvider, { slash: true }],
    ["GET", SSO_PROVIDER, getSsoProvider, { slash: true, reads: true }],
    ["PUT", SSO_PROVIDER, putSsoProvider, { slash: true }],
    ["DELETE", SSO_PROVIDER, deleteSsoProvider, { slash: true }],
    ["GET", "/scim/v2/ServiceProviderConfig", getScimConfig, { reads: true }],
    ["GET", "/scim/v2/ResourceTypes", getScimList, { reads: true }],
    ["GET", "/scim/v2/Schemas", getScimList, { reads: true }],
  ];
}

/** Their sub-trees: the state of a flow is looked at before anything else. */
export function externalSubtrees(): Subtree[] {
  return [
    ["/callback", requireState],
    ["/admin/custom-providers", requireCustomProviders],
    ["/scim/v2", requireScim],
  ];
}
