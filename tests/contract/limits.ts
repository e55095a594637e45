/** Limits of requests and messages (auth-server §1.7), and captchas (§1.8). */
import { assertEquals } from "@std/assert";
import { signedUp } from "./people.ts";
import { assertRefusal, NOBODYS, type Refusal, refusals } from "./requests.ts";
import type { ContractCase, Loose } from "./world.ts";

const BY_ADDRESS = { GOTRUE_RATE_LIMIT_HEADER: "X-Limited-By" };
const LIMITED = { "X-Limited-By": "10.0.0.1, 10.9.9.9" };
const LIMIT = [
  429,
  "over_request_rate_limit",
  "Request rate limit reached",
] as const;
const ON = {
  GOTRUE_SECURITY_CAPTCHA_ENABLED: "true",
  GOTRUE_SECURITY_CAPTCHA_SECRET: "a secret",
};

/** Routes that let a client pass thirty times at once. */
const BUCKETS: readonly (readonly [
  route: string,
  env?: Record<string, string>,
])[] = [
  ["POST /signup"],
  ["POST /token?grant_type=password"],
  ["POST /token?grant_type=refresh_token"],
  ["POST /token?grant_type=web3"],
  ["POST /otp"],
  ["POST /magiclink"],
  ["POST /recover"],
  ["POST /resend"],
  ["POST /verify"],
  ["GET /verify"],
  ["POST /sso", { GOTRUE_SAML_ENABLED: "true" }],
  ["POST /oauth/clients/register", { GOTRUE_OAUTH_SERVER_ENABLED: "true" }],
  ["PUT /user"],
  ["POST /factors/{factor_id}/challenge"],
  ["POST /factors/{factor_id}/verify"],
  ["POST /passkeys/authentication/options", {
    GOTRUE_PASSKEY_ENABLED: "true",
    GOTRUE_WEBAUTHN_RP_ID: "localhost",
    GOTRUE_WEBAUTHN_RP_DISPLAY_NAME: "Example",
    GOTRUE_WEBAUTHN_RP_ORIGINS: "http://localhost:3000",
  }],
];

/** Routes that want a captcha. */
const CAPTCHAS: readonly (typeof BUCKETS)[number][] = [
  ["POST /signup"],
  ["POST /token?grant_type=password"],
  ["POST /token?grant_type=web3"],
  ["POST /otp"],
  ["POST /magiclink"],
  ["POST /recover"],
  ["POST /resend"],
  ...BUCKETS.filter(([route]) => /sso|passkeys/.test(route)),
];

function limited([route, env]: (typeof BUCKETS)[number]): ContractCase {
  const [method, path] = route.split(" ") as [string, string];
  return {
    name: `${route} is refused after thirty times at once`,
    env: { ...BY_ADDRESS, ...env },
    run: async (world) => {
      const person = await signedUp(world);
      const token = person.accessToken;
      const at = path.replace("{factor_id}", await factorOf(world, token));
      const body = method === "GET"
        ? undefined
        : path === "/signup"
        ? { email: "x" }
        : {};
      const sent = {
        token,
        headers: LIMITED,
        ...body && { body },
      };
      for (let i = 0; i < 30; i++) {
        const { status } = await world.send(method, at, sent);
        if (status === 429) throw new Error(`Refused after ${i} times`);
      }
      assertRefusal(await world.send(method, at, sent), LIMIT);
      const headers = { "X-Limited-By": "10.0.0.2" };
      const other = await world.send(method, at, { ...sent, headers });
      assertEquals(other.status === 429, false);
    },
  };
}

async function factorOf(
  { send }: Loose,
  token: string,
): Promise<string> {
  const body = { factor_type: "totp" };
  const answer = await send("POST", "/factors", { token, body });
  return answer.body.id ?? NOBODYS;
}

/** A captcha provider that is asked, and answers. */
const FORM = { gotrue_meta_security: { captcha_token: "abc" } };

const NO_CAPTCHA: Refusal = {
  why: "without a captcha where that is asked for",
  body: {},
  answer: [
    400,
    "captcha_failed",
    "captcha protection: request disallowed (no captcha_token found)",
  ],
};

export const LIMITS: readonly ContractCase[] = [
  ...BUCKETS.map(limited),
  ...CAPTCHAS.flatMap(([route, env]) =>
    refusals(route, { at: route.split(" ")[1]!, env: { ...ON, ...env } }, [
      NO_CAPTCHA,
    ])
  ),
  {
    name: "POST /signup takes a captcha that its provider accepts",
    needs: ["outside"],
    env: ON,
    outside: () => Promise.resolve(Response.json({ success: true })),
    run: async ({ email, send }) => {
      const { status } = await send("POST", "/signup", {
        body: { email: email(), password: "password-1234", ...FORM },
      });
      assertEquals(status, 200);
    },
  },
  {
    name: "POST /signup needs no captcha of an administrator",
    env: ON,
    run: async ({ email, send, serviceKey: token }) => {
      const body = { email: email(), password: "password-1234" };
      assertEquals(
        (await send("POST", "/signup", { token, body })).status,
        200,
      );
    },
  },
  ...refusals("POST /signup", { env: ON, needs: ["outside"], body: FORM }, [{
    why: "for a captcha that its provider refuses",
    answer: [
      400,
      "captcha_failed",
      "captcha protection: request disallowed (one, two)",
    ],
  }]).map((each) => ({
    ...each,
    outside: () =>
      Promise.resolve(
        Response.json({ success: false, "error-codes": ["one", "two"] }),
      ),
  })),
  ...refusals("POST /signup", { env: ON, needs: ["outside"], body: FORM }, [{
    why: "where the provider of captchas cannot be reached",
    answer: [
      500,
      "unexpected_failure",
      "captcha verification process failed",
    ],
  }]).map((each) => ({
    ...each,
    outside: () => Promise.resolve(new Response("", { status: 503 })),
  })),
  ...refusals("POST /signup", {}, [{
    why: "for one guest too many",
    env: { ...BY_ADDRESS, GOTRUE_RATE_LIMIT_ANONYMOUS_USERS: "1" },
    body: {},
    headers: LIMITED,
    given: async ({ send }) => {
      await send("POST", "/signup", { body: {}, headers: LIMITED });
      return {};
    },
    answer: LIMIT,
  }]),
  ...refusals("POST /recover", {}, [{
    why: "for one mail too many",
    env: {
      GOTRUE_MAILER_AUTOCONFIRM: "false",
      GOTRUE_RATE_LIMIT_EMAIL_SENT: "1",
    },
    given: async ({ email, send }) => {
      const body = { email: email(), password: "password-1234" };
      await send("POST", "/signup", { body });
      return { body: { email: body.email } };
    },
    answer: [
      429,
      "over_email_send_rate_limit",
      "email rate limit exceeded",
    ],
  }]),
  ...refusals("POST /otp", { needs: ["sms"] }, [{
    why: "for one text too many",
    env: {
      GOTRUE_SMS_AUTOCONFIRM: "false",
      GOTRUE_RATE_LIMIT_SMS_SENT: "1",
    },
    given: async ({ phone, send }) => {
      await send("POST", "/otp", { body: { phone: phone() } });
      return { body: { phone: phone() } };
    },
    answer: [429, "over_sms_send_rate_limit", "SMS rate limit exceeded"],
  }]),
];
