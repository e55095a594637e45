/** How sessions end (auth-server §6.5, §6.6), and both kinds of refresh tokens (§6.3, §6.4). */
import { mfaChallenge, mfaEnroll, mfaVerify } from "@gotrue/edge/api";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { PASSWORD } from "./assertions.ts";
import { type Person, signedUp } from "./people.ts";
import { type Refusal, refusals } from "./requests.ts";
import { totp } from "./totp.ts";
import type { Answer, ContractCase, World } from "./world.ts";

const ROUTE = "POST /token?grant_type=refresh_token";
const PATH = "/token?grant_type=refresh_token";
const V2 = { GOTRUE_SECURITY_REFRESH_TOKEN_ALGORITHM_VERSION: "2" };
const HOUR = 3_600_000;
const USED = [
  400,
  "refresh_token_already_used",
  "Invalid Refresh Token: Already Used",
] as const;

function refresh({ send }: World, refresh_token: string): Promise<Answer> {
  return send("POST", PATH, { body: { refresh_token } });
}

/** Tokens, each made of the one before. */
async function chain(
  world: World,
  { refreshToken }: Person,
  length: number,
): Promise<string[]> {
  const tokens = [refreshToken];
  while (tokens.length < length) {
    const { body } = await refresh(world, tokens.at(-1)!);
    tokens.push(body.refresh_token);
  }
  return tokens;
}

/** A session that has ended by the time that it is refreshed. */
function ended(
  why: string,
  env: Record<string, string>,
  reason: string,
): Refusal {
  return {
    why,
    env,
    needs: ["clock"],
    given: (world, { refreshToken: refresh_token }) => {
      world.advance(25 * HOUR);
      return { body: { refresh_token } };
    },
    answer: [
      400,
      "session_expired",
      `Invalid Refresh Token: Session Expired${reason}`,
    ],
  };
}

/** Signs the same person in again, with a factor: at aal1. */
async function withFactor(world: World, person: Person): Promise<string> {
  const { config, email } = person;
  const { id: factorId, totp: { secret } } = await mfaEnroll(config, {
    factorType: "totp",
  });
  const { id: challengeId } = await mfaChallenge(config, { factorId });
  const code = await totp(secret, world.now());
  await mfaVerify(config, { factorId, challengeId, code });
  return (await signIn(world, email)).refresh_token;
}

async function signIn({ send }: World, email: string) {
  const path = "/token?grant_type=password";
  return (await send("POST", path, { body: { email, password: PASSWORD } }))
    .body;
}

export const SESSIONS: readonly ContractCase[] = [
  {
    name: `${ROUTE} gives a token of twelve characters, another each time`,
    run: async (world) => {
      const tokens = await chain(world, await signedUp(world), 3);
      for (const token of tokens) assertMatch(token, /^[a-z2-7]{12}$/);
      assertEquals(new Set(tokens).size, 3);
    },
  },
  {
    name: `${ROUTE} forgives the token before last within the interval`,
    env: { GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL: "60" },
    run: async (world) => {
      const [first] = await chain(world, await signedUp(world), 3);
      assertEquals((await refresh(world, first!)).status, 200);
    },
  },
  {
    name: `${ROUTE} counts signed tokens in version 2`,
    env: V2,
    run: async (world) => {
      const { refreshToken } = await signedUp(world);
      assert(refreshToken.length >= 50);
      const { status, body, headers } = await refresh(world, refreshToken);
      assertEquals(status, 200);
      assert(body.refresh_token !== refreshToken);
      assertEquals(headers.get("sb-auth-refresh-token-counter"), "1");
      assertEquals(headers.get("sb-auth-refresh-token-reuse"), "false");
    },
  },
  {
    name:
      `${ROUTE} answers the token before the last with the last in version 2`,
    env: V2,
    run: async (world) => {
      const [first, second] = await chain(world, await signedUp(world), 2);
      const { status, body, headers } = await refresh(world, first!);
      assertEquals([status, body.refresh_token], [200, second]);
      const cause = headers.get("sb-auth-refresh-token-reuse-cause") ?? "";
      assertMatch(cause, /fail-to-save/);
    },
  },
  {
    name: `${ROUTE} turns a token into one of version 2 where that is due`,
    env: { ...V2, GOTRUE_SECURITY_REFRESH_TOKEN_UPGRADE_PERCENTAGE: "100" },
    run: async (world) => {
      const [, second] = await chain(world, await signedUp(world), 2);
      assert(second!.length >= 50);
    },
  },
  {
    name: "sessions of an ordinary user stay valid at GET /user past their end",
    needs: ["clock"],
    env: { GOTRUE_SESSIONS_TIMEBOX: "10m", GOTRUE_JWT_EXP: "3600" },
    run: async (world) => {
      const { accessToken: token } = await signedUp(world);
      world.advance(20 * 60_000);
      assertEquals((await world.send("GET", "/user", { token })).status, 200);
    },
  },
  ...refusals(ROUTE, { at: PATH, as: "user", token: undefined }, [
    {
      why: "without a token",
      body: {},
      answer: [400, "validation_failed", "Refresh token is not valid"],
    },
    {
      why: "for a token too long",
      body: { refresh_token: "abcdefghijklm" },
      answer: [400, "validation_failed", "Refresh token is not valid"],
    },
    {
      why: "for a token of nobody",
      body: { refresh_token: "abcdefghijkl" },
      answer: [
        400,
        "refresh_token_not_found",
        "Invalid Refresh Token: Refresh Token Not Found",
      ],
    },
    {
      why: "for somebody banned",
      given: async (world, { refreshToken: refresh_token, user }) => {
        await world.admin.updateUserById(user.id, { ban_duration: "1h" });
        return { body: { refresh_token } };
      },
      answer: [
        400,
        "user_banned",
        "Invalid Refresh Token: User Banned",
      ],
    },
    {
      why: "for the token before last",
      env: { GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL: "0" },
      given: async (world, person) => ({
        body: { refresh_token: (await chain(world, person, 3))[0] },
      }),
      answer: USED,
    },
    {
      why: "for the last token too, once one before was used again",
      env: { GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL: "0" },
      given: async (world, person) => {
        const [first, , last] = await chain(world, person, 3);
        await refresh(world, first!);
        return { body: { refresh_token: last } };
      },
      answer: USED,
    },
    {
      why: "for the token before last in version 2",
      env: { ...V2, GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL: "0" },
      given: async (world, person) => ({
        body: { refresh_token: (await chain(world, person, 3))[0] },
      }),
      answer: USED,
    },
    ended("after the time of the session", {
      GOTRUE_SESSIONS_TIMEBOX: "24h",
    }, ""),
    ended("after a pause too long", {
      GOTRUE_SESSIONS_INACTIVITY_TIMEOUT: "24h",
    }, " (Inactivity)"),
    {
      why: "at aal1 after a while where there is a factor",
      needs: ["clock"],
      env: { GOTRUE_SESSIONS_ALLOW_LOW_AAL: "1h" },
      given: async (world, person) => {
        const refresh_token = await withFactor(world, person);
        world.advance(2 * HOUR);
        return { body: { refresh_token } };
      },
      answer: [
        400,
        "session_expired",
        "Invalid Refresh Token: Session Expired (Low AAL: User Needs MFA Verification)",
      ],
    },
    {
      why: "after a later sign-in where there is one session each",
      needs: ["clock"],
      env: { GOTRUE_SESSIONS_SINGLE_PER_USER: "true" },
      given: async (world, { email, refreshToken: refresh_token }) => {
        world.advance(1000);
        await signIn(world, email);
        return { body: { refresh_token } };
      },
      answer: [
        400,
        "session_expired",
        "Invalid Refresh Token: Session Expired (Revoked by Newer Login)",
      ],
    },
  ]),
  ...refusals("POST /token", { body: {} }, [
    {
      why: "without a grant type",
      answer: [400, "invalid_credentials", "unsupported_grant_type"],
    },
    {
      why: "for a grant type of nobody",
      at: "/token?grant_type=magic",
      answer: [400, "invalid_credentials", "unsupported_grant_type"],
    },
  ]),
];
