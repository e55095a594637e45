/** Who may ask what (auth-server §2), and what is switched off (§1.2): the same for whole groups of routes. */
import { type RefusalAnswer, refusals } from "./requests.ts";
import type { ContractCase } from "./world.ts";

const ID = "00000000-0000-4000-8000-000000000001";
const OAUTH = { GOTRUE_OAUTH_SERVER_ENABLED: "true" };
const PASSKEYS = {
  GOTRUE_PASSKEY_ENABLED: "true",
  GOTRUE_WEBAUTHN_RP_ID: "localhost",
  GOTRUE_WEBAUTHN_RP_DISPLAY_NAME: "Example",
  GOTRUE_WEBAUTHN_RP_ORIGINS: "http://localhost:3000",
};

/** Routes for users, each with what must be on. */
const OF_USERS: readonly (readonly [string, Record<string, string>?])[] = [
  ["GET /user"],
  ["PUT /user"],
  ["GET /reauthenticate"],
  ["POST /logout"],
  ["GET /user/identities/authorize"],
  ["DELETE /user/identities/{identity_id}"],
  ["GET /user/oauth/grants", OAUTH],
  ["DELETE /user/oauth/grants", OAUTH],
  ["GET /oauth/authorizations/{authorization_id}", OAUTH],
  ["POST /oauth/authorizations/{authorization_id}/consent", OAUTH],
  ["GET /oauth/userinfo", OAUTH],
  ["POST /factors"],
  ["DELETE /factors/{factor_id}"],
  ["POST /factors/{factor_id}/challenge"],
  ["POST /factors/{factor_id}/verify"],
  ["POST /passkeys/registration/options", PASSKEYS],
  ["POST /passkeys/registration/verify", PASSKEYS],
  ["GET /passkeys", PASSKEYS],
  ["PATCH /passkeys/{passkey_id}", PASSKEYS],
  ["DELETE /passkeys/{passkey_id}", PASSKEYS],
];

/** Routes for users that guests are refused. */
const NOT_OF_GUESTS = /factors|passkeys\/registration/;

/** Routes for administrators. */
const OF_ADMINS: readonly (readonly [string, Record<string, string>?])[] = [
  ["POST /invite"],
  ["GET /admin/audit"],
  ["POST /admin/generate_link"],
  ["GET /admin/users"],
  ["POST /admin/users"],
  ["GET /admin/users/{user_id}"],
  ["PUT /admin/users/{user_id}"],
  ["DELETE /admin/users/{user_id}"],
  ["GET /admin/users/{user_id}/factors"],
  ["PUT /admin/users/{user_id}/factors/{factor_id}"],
  ["DELETE /admin/users/{user_id}/factors/{factor_id}"],
  ["GET /admin/users/{user_id}/passkeys"],
  ["DELETE /admin/users/{user_id}/passkeys/{passkey_id}"],
  ["GET /admin/sso/providers"],
  ["POST /admin/sso/providers"],
  ["GET /admin/sso/providers/{idp_id}"],
  ["PUT /admin/sso/providers/{idp_id}"],
  ["DELETE /admin/sso/providers/{idp_id}"],
  ["GET /admin/custom-providers"],
  ["POST /admin/custom-providers"],
  ["GET /admin/custom-providers/{identifier}"],
  ["PUT /admin/custom-providers/{identifier}"],
  ["DELETE /admin/custom-providers/{identifier}"],
  ["GET /admin/oauth/clients", OAUTH],
  ["POST /admin/oauth/clients", OAUTH],
  ["GET /admin/oauth/clients/{client_id}", OAUTH],
  ["PUT /admin/oauth/clients/{client_id}", OAUTH],
  ["DELETE /admin/oauth/clients/{client_id}", OAUTH],
  ["POST /admin/oauth/clients/{client_id}/regenerate_secret", OAUTH],
];

const NO_TOKEN: RefusalAnswer = [
  401,
  "no_authorization",
  "This endpoint requires a valid Bearer token",
];

/** What is switched off, and every route below it. */
const OFF:
  readonly (readonly [Record<string, string>, RefusalAnswer, RegExp])[] = [
    [{}, [404, "feature_disabled", "OAuth server is disabled"], /oauth\//],
    [
      { GOTRUE_SECURITY_MANUAL_LINKING_ENABLED: "false" },
      [404, "manual_linking_disabled", "Manual linking is disabled"],
      / \/user\/identities/,
    ],
    [
      { GOTRUE_CUSTOM_OAUTH_ENABLED: "false" },
      [404, "feature_disabled", "Custom OAuth providers are disabled"],
      /custom-providers/,
    ],
    [{}, [404, "passkey_disabled", "Passkeys are disabled"], / \/passkeys/],
  ];

/** Routes that anybody may ask, where they are on. */
const OPEN = [
  "POST /oauth/clients/register",
  "GET /oauth/authorize",
  "POST /oauth/token",
  "POST /passkeys/authentication/options",
  "POST /passkeys/authentication/verify",
];

/** A path whose names are ids of nothing. */
function filled(route: string): string {
  return route.split(" ")[1]!.replace("{identifier}", "custom:nobody")
    .replaceAll(/\{\w+\}/g, ID);
}

function off(
  [env, answer, pattern]: (typeof OFF)[number],
): readonly ContractCase[] {
  return [...OF_USERS, ...OF_ADMINS, ...OPEN.map((route) => [route])]
    .flatMap(([given]) => {
      const route = given as string;
      if (!pattern.test(route)) return [];
      const as = OPEN.includes(route)
        ? "nobody"
        : / \/(admin|invite)/.test(route)
        ? "admin"
        : "user";
      const at = filled(route);
      return refusals(route, { as, at, env }, [
        { why: "where that is switched off", answer },
      ]);
    });
}

export const AUTH: readonly ContractCase[] = [
  ...OF_USERS.flatMap(([route, env = {}]) =>
    refusals(route, { at: filled(route), env }, [
      { why: "without a token", answer: NO_TOKEN },
      {
        why: "for a text that is no token",
        token: "x",
        answer: [403, "bad_jwt"],
      },
      {
        why: "for a key, which is nobody's token",
        given: ({ serviceKey }) => ({ token: serviceKey }),
        answer: [403, "bad_jwt", "invalid claim: missing sub claim"],
      },
    ])
  ),
  ...OF_USERS.filter(([route]) => NOT_OF_GUESTS.test(route)).flatMap((
    [route, env = {}],
  ) =>
    refusals(route, { at: filled(route), env, as: "guest" }, [{
      why: "for guests",
      answer: [
        403,
        "no_authorization",
        "Anonymous user not allowed to perform these actions",
      ],
    }])
  ),
  ...OF_ADMINS.flatMap(([route, env = {}]) =>
    refusals(route, { at: filled(route), env }, [
      { why: "without a token", answer: NO_TOKEN },
      {
        why: "for a text that is no token",
        token: "x",
        answer: [403, "bad_jwt"],
      },
      {
        why: "for somebody who is no administrator",
        as: "user",
        answer: [403, "not_admin", "User not allowed"],
      },
    ])
  ),
  ...OFF.flatMap(off),
];
