/** `/oauth/authorizations/{authorization_id}` (auth-server §19.4). */
import { assertEquals, assertMatch } from "@std/assert";
import { beginAuthorization } from "./oauth_authorize.ts";
import { OAUTH, REDIRECT, registerClient } from "./oauth_clients.ts";
import { type Person, signedUp } from "./people.ts";
import { type Ask, type Refusal, refusals } from "./requests.ts";
import type { ContractCase, Loose, World } from "./world.ts";

const ROUTE = "/oauth/authorizations/{authorization_id}";
const UNKNOWN = [
  404,
  "oauth_authorization_not_found",
  "authorization not found",
] as const;
const FOREIGN = {
  why: "for a page of somebody else",
  needs: ["headers"],
  headers: { Origin: "https://evil.example" },
  answer: [400, "validation_failed", "unauthorized request origin"],
} as const satisfies Refusal;

/**
 * Begins an authorization and gives its path.
 *
 * @param world The server.
 * @param client Who asks; a new public client by default.
 * @param members What is asked besides.
 * @returns The path of the request that awaits consent.
 */
export async function pendingRequest(
  world: World,
  client?: Loose,
  members?: Record<string, string>,
): Promise<string> {
  const asking = client ?? await registerClient(world);
  const url = await beginAuthorization(world, asking, members);
  return `/oauth/authorizations/${url.searchParams.get("authorization_id")}`;
}

/**
 * Answers an authorization, once it has been looked at.
 *
 * @param world The server.
 * @param token Of whom.
 * @param path Of the request.
 * @param action What is answered.
 * @returns Where the browser is sent: to the client.
 */
export async function consent(
  world: World,
  token: string,
  path: string,
  action: "approve" | "deny" = "approve",
): Promise<URL> {
  const seen = await world.send("GET", path, { token });
  if (seen.body.redirect_url) return new URL(seen.body.redirect_url);
  const { body } = await world.send("POST", `${path}/consent`, {
    token,
    body: { action },
  });
  return new URL(body.redirect_url);
}

/** A request that belongs to somebody else. */
async function claimed(world: World): Promise<string> {
  const path = await pendingRequest(world);
  const { accessToken: token } = await signedUp(world);
  await world.send("GET", path, { token });
  return path;
}

/** A request that the caller has denied. */
async function denied(
  world: World,
  { accessToken }: Person,
): Promise<string> {
  const path = await pendingRequest(world);
  await consent(world, accessToken, path, "deny");
  return path;
}

const at = (path: string): Ask => ({ at: path });
const USER = { as: "user", env: OAUTH } as const;
const SHORT = { GOTRUE_OAUTH_SERVER_AUTHORIZATION_TTL: "1m" };

export const CONSENT: readonly ContractCase[] = [
  {
    name: `GET ${ROUTE} tells who asks whom for what`,
    env: OAUTH,
    run: async (world) => {
      const members = { client_type: "public", client_name: "Calendar" };
      const client = await registerClient(world, members);
      const path = await pendingRequest(world, client, {
        scope: "email  profile",
      });
      const { accessToken: token, email, user } = await signedUp(world);
      const { status, body } = await world.send("GET", path, { token });
      assertEquals([status, body], [200, {
        authorization_id: path.split("/").at(-1),
        redirect_uri: REDIRECT,
        client: { id: client.client_id, name: "Calendar" },
        user: { id: user.id, email },
        scope: "email profile",
      }]);
    },
  },
  {
    name: `GET ${ROUTE} approves at once what was allowed before`,
    env: OAUTH,
    run: async (world) => {
      const client = await registerClient(world);
      const { accessToken: token } = await signedUp(world);
      const first = await pendingRequest(world, client, {
        scope: "email profile",
      });
      await consent(world, token, first);
      const less = await pendingRequest(world, client, { scope: "profile" });
      const covered = await world.send("GET", less, { token });
      assertMatch(covered.body.redirect_url, /^https:\/\/app\.example\.com/);
      const more = await pendingRequest(world, client, {
        scope: "profile phone",
      });
      const asked = await world.send("GET", more, { token });
      assertEquals(asked.body.scope, "profile phone");
    },
  },
  ...refusals(`GET ${ROUTE}`, USER, [
    {
      why: "for a request of nobody",
      at: "/oauth/authorizations/abc",
      answer: UNKNOWN,
    },
    {
      why: "for a request of somebody else",
      given: async (world) => at(await claimed(world)),
      answer: UNKNOWN,
    },
    {
      why: "for a request too old",
      needs: ["clock"],
      env: SHORT,
      given: async (world) => {
        const path = await pendingRequest(world);
        world.advance(61_000);
        return { at: path };
      },
      answer: UNKNOWN,
    },
    {
      why: "for a request that was answered",
      given: async (world, person) => at(await denied(world, person)),
      answer: [
        400,
        "validation_failed",
        "authorization request cannot be processed",
      ],
    },
    FOREIGN,
  ]),
  {
    name: `POST ${ROUTE}/consent gives the client a code when it is approved`,
    env: OAUTH,
    run: async (world) => {
      const path = await pendingRequest(world, undefined, { state: "s&t" });
      const { accessToken: token } = await signedUp(world);
      const { searchParams } = await consent(world, token, path);
      assertMatch(searchParams.get("code") ?? "", /^[\da-f-]{36}$/);
      assertEquals([searchParams.get("state"), searchParams.get("x")], [
        "s&t",
        "1",
      ]);
    },
  },
  {
    name: `POST ${ROUTE}/consent tells the client when it is denied`,
    env: OAUTH,
    run: async (world) => {
      const path = await pendingRequest(world);
      const { accessToken: token } = await signedUp(world);
      const { searchParams } = await consent(world, token, path, "deny");
      assertEquals(searchParams.get("error"), "access_denied");
      assertEquals(
        searchParams.get("error_description"),
        "User denied the request",
      );
    },
  },
  ...refusals(
    `POST ${ROUTE}/consent`,
    { ...USER, body: { action: "approve" } },
    [
      {
        why: "for a body that is no JSON",
        at: "/oauth/authorizations/abc/consent",
        body: "{",
        answer: [400, "bad_json", "invalid JSON body"],
      },
      {
        why: "for another answer",
        at: "/oauth/authorizations/abc/consent",
        body: { action: "perhaps" },
        answer: [
          400,
          "validation_failed",
          "action must be 'approve' or 'deny'",
        ],
      },
      {
        why: "for a request of nobody",
        at: "/oauth/authorizations/abc/consent",
        answer: UNKNOWN,
      },
      {
        why: "before anybody looked at the request",
        given: async (world) => at(`${await pendingRequest(world)}/consent`),
        answer: UNKNOWN,
      },
      {
        why: "for a request of somebody else",
        given: async (world) => at(`${await claimed(world)}/consent`),
        answer: UNKNOWN,
      },
      {
        why: "for a request that was answered",
        given: async (world, person) =>
          at(`${await denied(world, person)}/consent`),
        answer: [
          400,
          "validation_failed",
          "authorization request is no longer pending",
        ],
      },
      FOREIGN,
    ],
  ),
];
