/** `GET /authorize`, `GET /user/identities/authorize` (auth-server §14.1, §11.4). */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { signedUp } from "./people.ts";
import { locationOf, type Refusal, refusals } from "./requests.ts";
import type { ContractCase, World } from "./world.ts";

/** A provider that is switched on. */
export const GITHUB: Readonly<Record<string, string>> = {
  GOTRUE_EXTERNAL_GITHUB_ENABLED: "true",
  GOTRUE_EXTERNAL_GITHUB_CLIENT_ID: "client",
  GOTRUE_EXTERNAL_GITHUB_SECRET: "secret",
  GOTRUE_EXTERNAL_GITHUB_REDIRECT_URI: "http://localhost:9999/callback",
};
/** A challenge and the verifier that it is made of (RFC 7636, appendix B). */
export const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
export const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

const LINKING = "/user/identities/authorize";

/** What both routes refuse. */
function commonRefusals(path: string): readonly Refusal[] {
  const provider = `${path}?provider=github`;
  const unsupported = (reason: string) =>
    [400, "validation_failed", `Unsupported provider: ${reason}`] as const;
  return [
    {
      why: "without a provider",
      answer: unsupported("Provider  could not be found"),
    },
    {
      why: "for a provider of nobody",
      at: `${path}?provider=Orkut`,
      answer: unsupported("Provider orkut could not be found"),
    },
    {
      why: "for a provider that is off",
      at: `${path}?provider=gitlab`,
      answer: unsupported("provider is not enabled"),
    },
    {
      why: "for a custom provider of nobody",
      at: `${path}?provider=custom:nobody`,
      answer: unsupported("custom provider custom:nobody not found"),
    },
    {
      why: "for custom providers where they are off",
      at: `${path}?provider=custom:nobody`,
      env: { GOTRUE_CUSTOM_OAUTH_ENABLED: "false" },
      answer: unsupported("custom OAuth providers are disabled"),
    },
    {
      why: "for an invitation of nobody",
      at: `${provider}&invite_token=abc`,
      answer: [
        404,
        "user_not_found",
        "User identified by token not found",
      ],
    },
    {
      why: "for half a challenge",
      at: `${provider}&code_challenge=${CHALLENGE}`,
      answer: [
        400,
        "validation_failed",
        "PKCE flow requires code_challenge_method and code_challenge",
      ],
    },
    {
      why: "for a challenge too short",
      at: `${provider}&code_challenge=abc&code_challenge_method=s256`,
      answer: [
        400,
        "validation_failed",
        "code challenge has to be between 43 and 128 characters",
      ],
    },
    {
      why: "for a challenge of odd characters",
      at: `${provider}&code_challenge_method=s256&code_challenge=${
        "$".repeat(43)
      }`,
      answer: [
        400,
        "validation_failed",
        "code challenge can only contain alphanumeric characters, hyphens, periods, underscores and tildes",
      ],
    },
    {
      why: "for a challenge made in another way",
      at: `${provider}&code_challenge=${CHALLENGE}&code_challenge_method=s1`,
      answer: [400, "validation_failed", "Invalid code_challenge_method"],
    },
  ];
}

/** Where a provider is left out of half of its settings. */
const INCOMPLETE: readonly Refusal[] = [
  ["_CLIENT_ID", "missing OAuth client ID"],
  ["_SECRET", "missing OAuth secret"],
  ["_REDIRECT_URI", "missing redirect URI"],
].map(([suffix, reason]) => ({
  why: `where a provider lacks ${suffix}`,
  at: "/authorize?provider=github",
  env: { [`GOTRUE_EXTERNAL_GITHUB${suffix}`]: "" },
  needs: ["outside"],
  answer: [400, "validation_failed", `Unsupported provider: ${reason}`],
}));

async function startsAtProvider({ send }: World): Promise<void> {
  const query = "provider=GitHub&scopes=repo&prompt=none&state=evil";
  const answer = await send("GET", `/authorize?${query}`);
  assertEquals(answer.status, 302);
  const { searchParams } = locationOf(answer);
  assertEquals([searchParams.get("prompt"), searchParams.get("provider")], [
    "none",
    null,
  ]);
  assertMatch(searchParams.get("state") ?? "", /^[\da-f-]{36}$/);
  assertMatch(searchParams.get("scope") ?? "", /repo/);
}

export const AUTHORIZE: readonly ContractCase[] = [
  {
    name: "GET /authorize leads on to the provider with a state of its own",
    env: GITHUB,
    run: startsAtProvider,
  },
  {
    name: "GET /authorize keeps the challenge to itself",
    env: GITHUB,
    run: async ({ send }) => {
      const query =
        `provider=github&code_challenge=${CHALLENGE}&code_challenge_method=S256`;
      const { searchParams } = locationOf(
        await send("GET", `/authorize?${query}`),
      );
      assertEquals(searchParams.get("code_challenge"), null);
    },
  },
  ...refusals("GET /authorize", { env: GITHUB }, commonRefusals("/authorize")),
  ...INCOMPLETE.flatMap((each) => {
    const [made] = refusals("GET /authorize", { env: GITHUB }, [each]);
    const nobody = () => Promise.reject(new TypeError("Nobody is there"));
    return { ...made!, outside: nobody };
  }),
  {
    name: `GET ${LINKING} gives the address, or goes there`,
    env: GITHUB,
    run: async (world) => {
      const { accessToken: token } = await signedUp(world);
      const path = `${LINKING}?provider=github`;
      const given = await world.send("GET", `${path}&skip_http_redirect=true`, {
        token,
      });
      assertEquals(given.status, 200);
      assert(new URL(given.body.url).searchParams.has("state"));
      const led = await world.send("GET", path, { token });
      assertEquals(led.status, 302);
      assert(locationOf(led).searchParams.has("state"));
    },
  },
  ...refusals(
    `GET ${LINKING}`,
    { as: "user", env: GITHUB },
    commonRefusals(LINKING),
  ),
];
