/**
 * The recorded exchanges of the real server, as modules, so that every runtime
 * can load them.
 */
import type { Entry, RecordedResponse } from "../../scripts/replay/types.ts";
import adminMisc from "./data/admin_misc.json" with { type: "json" };
import adminUsers from "./data/admin_users.json" with { type: "json" };
import anonymous from "./data/anonymous.json" with { type: "json" };
import asymmetric from "./data/asymmetric.json" with { type: "json" };
import authorize from "./data/authorize.json" with { type: "json" };
import captcha from "./data/captcha.json" with { type: "json" };
import customProviders from "./data/custom_providers.json" with {
  type: "json",
};
import factors from "./data/factors.json" with { type: "json" };
import generateLink from "./data/generate_link.json" with { type: "json" };
import hooks from "./data/hooks.json" with { type: "json" };
import identities from "./data/identities.json" with { type: "json" };
import invite from "./data/invite.json" with { type: "json" };
import jwtErrors from "./data/jwt_errors.json" with { type: "json" };
import logout from "./data/logout.json" with { type: "json" };
import meta from "./data/meta.json" with { type: "json" };
import oauthServer from "./data/oauth_server.json" with { type: "json" };
import otp from "./data/otp.json" with { type: "json" };
import passkeys from "./data/passkeys.json" with { type: "json" };
import rateLimits from "./data/rate_limits.json" with { type: "json" };
import reauthenticate from "./data/reauthenticate.json" with { type: "json" };
import recover from "./data/recover.json" with { type: "json" };
import resend from "./data/resend.json" with { type: "json" };
import scim from "./data/scim.json" with { type: "json" };
import sessions from "./data/sessions.json" with { type: "json" };
import signup from "./data/signup.json" with { type: "json" };
import sso from "./data/sso.json" with { type: "json" };
import tokenIdToken from "./data/token_id_token.json" with { type: "json" };
import tokenPassword from "./data/token_password.json" with { type: "json" };
import tokenPkce from "./data/token_pkce.json" with { type: "json" };
import tokenRefresh from "./data/token_refresh.json" with { type: "json" };
import tokenWeb3 from "./data/token_web3.json" with { type: "json" };
import user from "./data/user.json" with { type: "json" };
import verify from "./data/verify.json" with { type: "json" };

/** One request and the real server's answer. */
export type Exchange = Entry & Required<Pick<Entry, "request" | "response">>;

const GROUPS = [
  adminMisc,
  adminUsers,
  anonymous,
  asymmetric,
  authorize,
  captcha,
  customProviders,
  factors,
  generateLink,
  hooks,
  identities,
  invite,
  jwtErrors,
  logout,
  meta,
  oauthServer,
  otp,
  passkeys,
  rateLimits,
  reauthenticate,
  recover,
  resend,
  scim,
  sessions,
  signup,
  sso,
  tokenIdToken,
  tokenPassword,
  tokenPkce,
  tokenRefresh,
  tokenWeb3,
  user,
  verify,
];

/** Every recorded exchange, in the order of the groups' names. */
export const EXCHANGES: readonly Exchange[] = GROUPS
  .flatMap((group) => group.exchanges as unknown as readonly Entry[])
  .filter((entry): entry is Exchange => entry.kind === "http");

/**
 * What the server answered to the same request in each version of its API; the
 * recording keeps the answer without the version only where it differs.
 */
export function answersOf(exchange: Exchange): readonly RecordedResponse[] {
  const { response, responseWithoutApiVersion: old } = exchange;
  return old === undefined ? [response] : [response, old];
}
