/** `GET /oauth/authorize` (auth-server §19.3). */
import { assertEquals, assertMatch } from "@std/assert";
import { OAUTH, REDIRECT, registerClient } from "./oauth_clients.ts";
import { locationOf, NOBODYS, type Refusal, refusals } from "./requests.ts";
import type { ContractCase, Loose, World } from "./world.ts";

/** The verifier of all flows, which is its own challenge. */
export const VERIFIER: string = "v".repeat(43);

const ROUTE = "GET /oauth/authorize";

/** The path that begins an authorization. */
function pathFor(client: Loose, members: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: REDIRECT,
    code_challenge: VERIFIER,
    code_challenge_method: "plain",
    ...members,
  });
  return `/oauth/authorize?${query}`;
}

/**
 * Begins an authorization.
 *
 * @param world The server.
 * @param client Who asks.
 * @param members What is asked besides.
 * @returns Where the browser is sent.
 */
export async function beginAuthorization(
  world: World,
  client: Loose,
  members: Record<string, string> = {},
): Promise<URL> {
  const answer = await world.send("GET", pathFor(client, members));
  assertEquals(answer.status, 302, JSON.stringify(answer.body));
  return locationOf(answer);
}

/** What the client learns by redirect. */
const TOLD: readonly (readonly [Record<string, string>, string])[] = [
  [{ response_type: "token" }, "only response_type=code is supported"],
  [{ scope: " " }, "scope parameter cannot be empty"],
  [{ scope: "email root" }, "unsupported scope: root"],
  [{ resource: "a%" }, "resource must be a valid URI"],
  [{ resource: "/x" }, "resource must be an absolute URI"],
  [
    { resource: "https://a.example/#f" },
    "resource must not include a fragment component",
  ],
  [
    { resource: "https://a.example/?q" },
    "resource must not include a query component",
  ],
  [
    { code_challenge_method: "" },
    "PKCE flow requires both code_challenge and code_challenge_method",
  ],
  [
    { code_challenge_method: "s1" },
    "code_challenge_method must be 'S256' or 'plain'",
  ],
  [
    { code_challenge: "x" },
    "code_challenge must be between 43 and 128 characters",
  ],
];

function told(
  [members, text]: (typeof TOLD)[number],
): Refusal {
  return {
    why: `by redirect: ${text}`,
    given: async (world) => ({
      at: pathFor(await registerClient(world), members),
    }),
    answer: [302, "invalid_request", text],
  };
}

export const OAUTH_AUTHORIZE: readonly ContractCase[] = [
  {
    name: `${ROUTE} sends the browser to the page of consent`,
    env: OAUTH,
    run: async (world) => {
      const client = await registerClient(world);
      const url = await beginAuthorization(world, client);
      assertEquals(url.origin + url.pathname, "http://localhost:3000/consent");
      const id = url.searchParams.get("authorization_id") ?? "";
      assertMatch(id, /^[a-z2-7]{32}$/);
    },
  },
  {
    name: `${ROUTE} repeats the state to the client it refuses`,
    env: OAUTH,
    run: async (world) => {
      const client = await registerClient(world);
      const members = { state: "s&t", response_type: "token" };
      const url = await beginAuthorization(world, client, members);
      assertEquals(url.host, "app.example.com");
      assertEquals(url.searchParams.get("x"), "1");
      assertEquals(url.searchParams.get("state"), "s&t");
    },
  },
  ...refusals(ROUTE, { env: OAUTH }, [
    {
      why: "without a client",
      at: "/oauth/authorize",
      answer: [400, "validation_failed", "client_id is required"],
    },
    {
      why: "without a redirect URI",
      at: `/oauth/authorize?client_id=${NOBODYS}`,
      answer: [400, "validation_failed", "redirect_uri is required"],
    },
    {
      why: "for a client id that is none",
      at: pathFor({ client_id: "abc" }),
      answer: [400, "oauth_client_not_found", "invalid client_id format"],
    },
    {
      why: "for a client of nobody",
      at: pathFor({ client_id: NOBODYS }),
      answer: [400, "oauth_client_not_found", "invalid client_id"],
    },
    {
      why: "for a redirect URI that is not registered",
      given: async (world) => ({
        at: pathFor(await registerClient(world), {
          redirect_uri: "https://app.example.com/cb",
        }),
      }),
      answer: [400, "validation_failed", "invalid redirect_uri"],
    },
    ...TOLD.map(told),
    {
      ...told([{}, ""]),
      why: "where there is no page of consent",
      env: { GOTRUE_OAUTH_SERVER_AUTHORIZATION_PATH: "" },
      answer: [
        302,
        "server_error",
        "oauth authorization path not configured",
      ],
    },
  ]),
];
