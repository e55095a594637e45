/**
 * Recorded requests that no function makes, each with the reason. Their
 * refusals are read all the same.
 */

const CONSENT = "no function yet: consent to OAuth clients";
const OAUTH_SERVER =
  "of the OAuth 2.1 server: made by its clients, not by ours";
const OAUTH_CLIENTS = "no function yet: administration of OAuth clients";
const CUSTOM_PROVIDERS = "no function yet: administration of custom providers";
const SSO_PROVIDERS = "no function yet: administration of SSO providers";
const BROWSER = "followed by a browser; never fetched";
const SCIM = "made by identity providers";
const NO_METHOD = "no function has it: neither auth-js nor the Python client";
const ON_PURPOSE = "a wrong method or path, asked on purpose";
const PREFLIGHT = "made by the browser before a request of another origin";

export const UNMAPPED: Readonly<Record<string, string>> = {
  "DELETE /token": ON_PURPOSE,
  "OPTIONS /token": PREFLIGHT,
  "OPTIONS /factors/{id}": PREFLIGHT,
  "GET /": ON_PURPOSE,
  "GET /nope": ON_PURPOSE,
  "GET /factors": ON_PURPOSE,
  "GET /invite": ON_PURPOSE,
  "GET /settings/": ON_PURPOSE,
  "GET /signup": ON_PURPOSE,
  "GET /user/": ON_PURPOSE,
  "GET /passkeys/": ON_PURPOSE,
  "PATCH /user": ON_PURPOSE,
  "POST /user": ON_PURPOSE,
  "PUT /logout": ON_PURPOSE,
  "POST /health": ON_PURPOSE,
  "HEAD /health": ON_PURPOSE,
  "HEAD /verify": ON_PURPOSE,
  "GET /admin/users/{id}/factors/{id}": ON_PURPOSE,

  "GET /authorize": BROWSER,
  "GET /callback": BROWSER,
  "POST /callback": BROWSER,
  "GET /verify": BROWSER,
  "POST /sso/saml/acs": BROWSER,
  "GET /sso/saml/metadata": SCIM,
  "GET /scim/v2/ResourceTypes": SCIM,
  "GET /scim/v2/Schemas": SCIM,
  "GET /scim/v2/ServiceProviderConfig": SCIM,
  "GET /scim/v2/Users": SCIM,

  "POST /magiclink": "superseded by POST /otp",
  "PUT /admin/users/{id}/factors/{id}": NO_METHOD,
  "GET /admin/audit": NO_METHOD,

  "GET /oauth/authorizations/{id}": CONSENT,
  "POST /oauth/authorizations/{id}/consent": CONSENT,
  "GET /user/oauth/grants": CONSENT,
  "DELETE /user/oauth/grants": CONSENT,
  "GET /oauth/authorize": OAUTH_SERVER,
  "POST /oauth/token": OAUTH_SERVER,
  "GET /oauth/userinfo": OAUTH_SERVER,
  "POST /oauth/clients/register": OAUTH_SERVER,
  "GET /.well-known/oauth-authorization-server": OAUTH_SERVER,
  "GET /.well-known/openid-configuration": OAUTH_SERVER,

  "GET /admin/oauth/clients": OAUTH_CLIENTS,
  "POST /admin/oauth/clients": OAUTH_CLIENTS,
  "GET /admin/oauth/clients/{id}": OAUTH_CLIENTS,
  "PUT /admin/oauth/clients/{id}": OAUTH_CLIENTS,
  "DELETE /admin/oauth/clients/{id}": OAUTH_CLIENTS,
  "POST /admin/oauth/clients/{id}/regenerate_secret": OAUTH_CLIENTS,
  "GET /admin/custom-providers": CUSTOM_PROVIDERS,
  "POST /admin/custom-providers": CUSTOM_PROVIDERS,
  "GET /admin/custom-providers/{id}": CUSTOM_PROVIDERS,
  "PUT /admin/custom-providers/{id}": CUSTOM_PROVIDERS,
  "DELETE /admin/custom-providers/{id}": CUSTOM_PROVIDERS,
  "GET /admin/sso/providers": SSO_PROVIDERS,
  "POST /admin/sso/providers": SSO_PROVIDERS,
  "GET /admin/sso/providers/{id}": SSO_PROVIDERS,
  "PUT /admin/sso/providers/{id}": SSO_PROVIDERS,
  "DELETE /admin/sso/providers/{id}": SSO_PROVIDERS,
};
