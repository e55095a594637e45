/** Tokens that are not accepted (auth-server §2.2, §2.3), made with the server's own secret. */
import { signedUp } from "./people.ts";
import {
  type Ask,
  claimsOf,
  NOBODYS,
  type Refusal,
  refusals,
} from "./requests.ts";
import type { ContractCase, Loose } from "./world.ts";

const SECRET = "a secret of at least thirty-two characters";
const ENV = { GOTRUE_JWT_SECRET: SECRET };
const UNREADABLE = "invalid JWT: unable to parse or verify signature, ";

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-")
    .replaceAll("/", "_").replaceAll("=", "");
}

/** A token under the secret; HS256 unless told otherwise. */
async function issue(
  claims: object,
  { alg = "HS256", secret = SECRET }: { alg?: string; secret?: string } = {},
): Promise<string> {
  const encoder = new TextEncoder();
  const input = [{ alg, typ: "JWT" }, claims]
    .map((part) => encode(encoder.encode(JSON.stringify(part)))).join(".");
  if (alg === "none") return `${input}.`;
  const hash = `SHA-${alg.slice(2)}`;
  const key = await crypto.subtle.importKey(
    "raw",
    encoder.encode(secret),
    { name: "HMAC", hash },
    false,
    ["sign"],
  );
  const mac = await crypto.subtle.sign("HMAC", key, encoder.encode(input));
  return `${input}.${encode(new Uint8Array(mac))}`;
}

/** The caller's token, made anew with other claims. */
function ofClaims(
  why: string,
  change: (claims: Loose) => object,
  answer: Refusal["answer"],
  how: { alg?: string; secret?: string } = {},
): Refusal {
  return {
    why,
    given: async (_world, { accessToken }): Promise<Ask> => ({
      token: await issue(change(claimsOf(accessToken)), how),
    }),
    answer,
  };
}

const LIST: readonly Refusal[] = [
  ofClaims("for a token that has ended", (claims) => ({ ...claims, exp: 1 }), [
    403,
    "bad_jwt",
    `${UNREADABLE}token has invalid claims: token is expired`,
  ]),
  ofClaims(
    "for a token of the future",
    (claims) => ({ ...claims, nbf: claims.exp + 3600 }),
    [
      403,
      "bad_jwt",
      `${UNREADABLE}token has invalid claims: token is not valid yet`,
    ],
  ),
  ofClaims(
    "for a token under another secret",
    (claims) => claims,
    [
      403,
      "bad_jwt",
      `${UNREADABLE}token signature is invalid: signature is invalid`,
    ],
    { secret: SECRET.toUpperCase() },
  ),
  ...["HS384", "none"].map((alg) =>
    ofClaims(
      `for a token by the algorithm ${alg}`,
      (claims) => claims,
      [
        403,
        "bad_jwt",
        `${UNREADABLE}token signature is invalid: signing method ${alg} is invalid`,
      ],
      { alg },
    )
  ),
  ofClaims(
    "for a token whose subject is no id",
    (claims) => ({ ...claims, sub: "abc" }),
    [400, "bad_jwt", "invalid claim: sub claim must be a UUID"],
  ),
  ofClaims(
    "for a token of nobody",
    (claims) => ({ ...claims, sub: NOBODYS }),
    [
      403,
      "user_not_found",
      "User from sub claim in JWT does not exist",
    ],
  ),
  ofClaims(
    "for a token whose session is no id",
    (claims) => ({ ...claims, session_id: "abc" }),
    [403, "bad_jwt", "invalid claim: session_id claim must be a UUID"],
  ),
  ofClaims(
    "for a token of no session",
    (claims) => ({ ...claims, session_id: NOBODYS }),
    [
      403,
      "session_not_found",
      "Session from session_id claim in JWT does not exist",
    ],
  ),
];

export const BEARER: readonly ContractCase[] = [
  {
    name: "GET /user accepts a token without a session",
    env: ENV,
    run: async (world) => {
      const { accessToken, user } = await signedUp(world);
      const { session_id: _session, ...claims } = claimsOf(accessToken);
      const token = await issue(claims);
      const { status, body } = await world.send("GET", "/user", { token });
      if (status !== 200 || body.id !== user.id) throw new Error(body.message);
    },
  },
  ...refusals("GET /user", { as: "user", env: ENV }, [
    ...LIST,
    {
      why: "for somebody banned, at once",
      given: async ({ admin }, { user }) => {
        await admin.updateUserById(user.id, { ban_duration: "1h" });
        return {};
      },
      answer: [403, "user_banned", "User is banned"],
    },
  ]),
  ...refusals("POST /factors", { as: "user", env: ENV }, [{
    why: "for a token without a session",
    body: { factor_type: "totp" },
    given: async (_world, { accessToken }) => {
      const { session_id: _session, ...claims } = claimsOf(accessToken);
      return { token: await issue(claims) };
    },
    answer: [
      500,
      "unexpected_failure",
      "A valid session and a registered user are required to enroll a factor",
    ],
  }]),
];
