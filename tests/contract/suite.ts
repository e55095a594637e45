/** The whole contract: each file of cases belongs to a file of `lib/api` or `lib/admin`. */
import { CLIENT } from "./client.ts";
import { FACTOR_VERIFY } from "./factor_verify.ts";
import { FACTORS } from "./factors.ts";
import { IDENTITIES } from "./identities.ts";
import { LINKS } from "./links.ts";
import { LOGOUT } from "./logout.ts";
import { OTP } from "./otp.ts";
import { REAUTHENTICATE } from "./reauthenticate.ts";
import { RECOVER } from "./recover.ts";
import { RESEND } from "./resend.ts";
import { SETTINGS } from "./settings.ts";
import { SIGN_UP } from "./sign_up.ts";
import { SSO } from "./sso.ts";
import { TOKEN } from "./token.ts";
import { USER } from "./user.ts";
import { USER_FACTORS } from "./user_factors.ts";
import { USERS } from "./users.ts";
import { VERIFY } from "./verify.ts";
import { AUTH } from "./auth.ts";
import { OAUTH_CLIENTS } from "./oauth_clients.ts";
import { OAUTH_AUTHORIZE } from "./oauth_authorize.ts";
import { CONSENT } from "./consent.ts";
import { OAUTH_TOKEN } from "./oauth_token.ts";
import { OAUTH_USERINFO } from "./oauth_userinfo.ts";
import { OAUTH_GRANTS } from "./oauth_grants.ts";
import { AUTHORIZE } from "./authorize.ts";
import { CALLBACK } from "./callback.ts";
import { PROVIDER_CONSENT } from "./provider_consent.ts";
import { CUSTOM_PROVIDERS } from "./custom_providers.ts";
import { SSO_PROVIDERS } from "./sso_providers.ts";
import { SSO_SAML } from "./sso_saml.ts";
import { SCIM_DISCOVERY } from "./scim.ts";
import { AUDIT } from "./audit.ts";
import { VERIFY_LINK } from "./verify_link.ts";
import { TOKEN_WEB3 } from "./token_web3.ts";
import { TOKEN_ID_TOKEN } from "./token_id_token.ts";
import { PHONE_FACTORS } from "./phone_factors.ts";
import { WEBAUTHN_FACTORS } from "./webauthn_factors.ts";
import { SESSIONS } from "./sessions.ts";
import { USER_PASSWORD } from "./user_password.ts";
import { CORS } from "./cors.ts";
import { LIMITS } from "./limits.ts";
import { HOOKS } from "./hooks.ts";
import { REFUSED_SIGN_INS } from "./refused_sign_ins.ts";
import { REFUSED_MESSAGES } from "./refused_messages.ts";
import { REFUSED_ADMINISTRATION } from "./refused_administration.ts";
import { REFUSED_CHANGES } from "./refused_changes.ts";
import { BEARER } from "./bearer.ts";
import { PASSKEYS } from "./passkeys.ts";
import { PASSKEY_REGISTRATION } from "./passkey_registration.ts";
import { PASSKEY_AUTHENTICATION } from "./passkey_authentication.ts";
import { USER_PASSKEYS } from "./user_passkeys.ts";
import type { ContractCase } from "./world.ts";

/** Every case. */
export const SUITE: readonly ContractCase[] = [
  ...SETTINGS,
  ...SIGN_UP,
  ...TOKEN,
  ...OTP,
  ...VERIFY,
  ...RECOVER,
  ...RESEND,
  ...REAUTHENTICATE,
  ...USER,
  ...IDENTITIES,
  ...FACTORS,
  ...FACTOR_VERIFY,
  ...SSO,
  ...LOGOUT,
  ...LINKS,
  ...USERS,
  ...USER_FACTORS,
  ...CLIENT,
  ...AUTH,
  ...OAUTH_CLIENTS,
  ...OAUTH_AUTHORIZE,
  ...CONSENT,
  ...OAUTH_TOKEN,
  ...OAUTH_USERINFO,
  ...OAUTH_GRANTS,
  ...AUTHORIZE,
  ...CALLBACK,
  ...PROVIDER_CONSENT,
  ...CUSTOM_PROVIDERS,
  ...SSO_PROVIDERS,
  ...SSO_SAML,
  ...SCIM_DISCOVERY,
  ...AUDIT,
  ...VERIFY_LINK,
  ...TOKEN_WEB3,
  ...TOKEN_ID_TOKEN,
  ...PHONE_FACTORS,
  ...WEBAUTHN_FACTORS,
  ...SESSIONS,
  ...USER_PASSWORD,
  ...CORS,
  ...LIMITS,
  ...HOOKS,
  ...REFUSED_SIGN_INS,
  ...REFUSED_MESSAGES,
  ...REFUSED_ADMINISTRATION,
  ...REFUSED_CHANGES,
  ...BEARER,
  ...PASSKEYS,
  ...PASSKEY_REGISTRATION,
  ...PASSKEY_AUTHENTICATION,
  ...USER_PASSKEYS,
];
