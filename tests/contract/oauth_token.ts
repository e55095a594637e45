/** `POST /oauth/token` (auth-server §19.5). */
import { assertEquals } from "@std/assert";
import { consent, pendingRequest } from "./consent.ts";
import { VERIFIER } from "./oauth_authorize.ts";
import { OAUTH, registerClient } from "./oauth_clients.ts";
import { OF_CLIENTS } from "./oauth_token_clients.ts";
import { signedUp } from "./people.ts";
import { claimsOf, NOBODYS, type Refusal, refusals } from "./requests.ts";
import type { Answer, ContractCase, Loose, World } from "./world.ts";

const ROUTE = "POST /oauth/token";
const PATH = "/oauth/token";

/**
 * Has a person approve what a client asks for.
 *
 * @param world The server.
 * @param token Of the person.
 * @param client Who asks.
 * @param members What is asked besides.
 * @returns The code that the client gets.
 */
export async function codeOf(
  world: World,
  token: string,
  client: Loose,
  members: Record<string, string> = {},
): Promise<string> {
  const path = await pendingRequest(world, client, members);
  const url = await consent(world, token, path);
  return url.searchParams.get("code") ?? "";
}

/** Exchanges a code of a public client. */
function exchange(
  { send }: World,
  { client_id }: Loose,
  code: string,
  members: Record<string, string> = {},
): Promise<Answer> {
  const form = {
    grant_type: "authorization_code",
    client_id,
    code,
    code_verifier: VERIFIER,
    ...members,
  };
  return send("POST", PATH, { form });
}

/**
 * Does a whole flow.
 *
 * @param world The server.
 * @param token Of the person who approves.
 * @param client Who asks.
 * @param members What is asked besides.
 * @returns What the client gets in the end.
 */
export async function clientTokens(
  world: World,
  token: string,
  client: Loose,
  members: Record<string, string> = {},
): Promise<Loose> {
  const code = await codeOf(world, token, client, members);
  const answer = await exchange(world, client, code);
  assertEquals(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

/** A code is not accepted: what differs, and what is said. */
const OF_CODES: readonly (readonly [
  why: string,
  members: Record<string, string>,
  text: string,
])[] = [
  ["for a code of nobody", { code: NOBODYS }, "Invalid authorization code"],
  [
    "for another redirect URI",
    { redirect_uri: "https://app.example.com/cb" },
    "Invalid redirect_uri",
  ],
  [
    "for another verifier",
    { code_verifier: "w".repeat(43) },
    "PKCE verification failed: code challenge does not match previously saved code verifier",
  ],
];

function ofCode(
  [why, members, text]: (typeof OF_CODES)[number],
): Refusal {
  return {
    why,
    given: async (world, { accessToken }) => {
      const client = await registerClient(world);
      const code = await codeOf(world, accessToken, client);
      const { client_id } = client;
      return { form: { ...FORM, client_id, code, ...members } };
    },
    answer: [400, "invalid_grant", text],
  };
}

const FORM = { grant_type: "authorization_code", code_verifier: VERIFIER };
const PUBLIC = { client_type: "public" };

/** A public client that asks for the wrong thing. */
function ofPublic(
  why: string,
  form: Record<string, string>,
  answer: Refusal["answer"],
  members: object = {},
): Refusal {
  return {
    why,
    given: async (world) => {
      const { client_id } = await registerClient(world, {
        ...PUBLIC,
        ...members,
      });
      return { form: { client_id, ...form } };
    },
    answer,
  };
}

const OF_GRANTS: readonly Refusal[] = [
  ofPublic("without a grant type", {}, [
    400,
    "invalid_request",
    "grant_type is required",
  ]),
  ofPublic(
    "for a grant type that the client is not registered for",
    { grant_type: "refresh_token" },
    [
      400,
      "unsupported_grant_type",
      "Client is not allowed to use grant type: refresh_token",
    ],
    { grant_types: ["authorization_code"] },
  ),
  ofPublic("without a code", { grant_type: "authorization_code" }, [
    400,
    "invalid_request",
    "code is required for authorization_code grant",
  ]),
  ofPublic("without a refresh token", { grant_type: "refresh_token" }, [
    400,
    "invalid_request",
    "refresh_token is required for refresh_token grant",
  ]),
  ofPublic(
    "for a refresh token of nobody",
    { grant_type: "refresh_token", refresh_token: "abcdefghijkl" },
    [
      400,
      "refresh_token_not_found",
      "Invalid Refresh Token: Refresh Token Not Found",
    ],
  ),
];

/** Refreshing as a client what belongs to another, or to none. */
const OF_SESSIONS: readonly Refusal[] = [
  {
    why: "for the session of another client",
    given: async (world, { accessToken }) => {
      const client = await registerClient(world);
      const { refresh_token } = await clientTokens(world, accessToken, client);
      const { client_id } = await registerClient(world);
      return {
        form: { grant_type: "refresh_token", client_id, refresh_token },
      };
    },
    answer: [
      400,
      "invalid_client",
      "Client does not match the session's OAuth client",
    ],
  },
  {
    why: "for a session without a client",
    given: async (world, { refreshToken: refresh_token }) => {
      const { client_id } = await registerClient(world);
      return {
        form: { grant_type: "refresh_token", client_id, refresh_token },
      };
    },
    answer: [
      400,
      "invalid_client",
      "Client authentication not allowed for non-OAuth session",
    ],
  },
];

/** Codes that were good once, or for somebody else. */
const OF_OTHERS: readonly Refusal[] = [
  {
    why: "for a code of another client",
    given: async (world, { accessToken }) => {
      const client = await registerClient(world);
      const code = await codeOf(world, accessToken, client);
      const { client_id } = await registerClient(world);
      return { form: { ...FORM, client_id, code } };
    },
    answer: [
      400,
      "invalid_grant",
      "Authorization code was not issued for this client",
    ],
  },
  {
    why: "for a code used before",
    given: async (world, { accessToken }) => {
      const client = await registerClient(world);
      const code = await codeOf(world, accessToken, client);
      await exchange(world, client, code);
      return { form: { ...FORM, client_id: client.client_id, code } };
    },
    answer: [400, "invalid_grant", "Invalid authorization code"],
  },
  {
    why: "for a code too old",
    needs: ["clock"],
    env: { GOTRUE_OAUTH_SERVER_AUTHORIZATION_TTL: "1m" },
    given: async (world, { accessToken }) => {
      const client = await registerClient(world);
      const code = await codeOf(world, accessToken, client);
      world.advance(61_000);
      return { form: { ...FORM, client_id: client.client_id, code } };
    },
    answer: [400, "invalid_grant", "Authorization code has expired"],
  },
  {
    why: "for the code of somebody banned",
    given: async (world, { accessToken, user }) => {
      const client = await registerClient(world);
      const code = await codeOf(world, accessToken, client);
      await world.admin.updateUserById(user.id, { ban_duration: "1h" });
      return { form: { ...FORM, client_id: client.client_id, code } };
    },
    answer: [400, "access_denied", "User is banned"],
  },
  {
    why: "for another resource",
    given: async (world, { accessToken }) => {
      const client = await registerClient(world);
      const code = await codeOf(world, accessToken, client, {
        resource: "https://api.example.com",
      });
      const { client_id } = client;
      const resource = "https://other.example.com";
      return { body: { ...FORM, client_id, code, resource } };
    },
    headers: { "Content-Type": "application/json" },
    answer: [
      400,
      "invalid_grant",
      "Authorization code resource does not match the resource parameter",
    ],
  },
];

export const OAUTH_TOKEN: readonly ContractCase[] = [
  {
    name: `${ROUTE} gives tokens for a code`,
    env: OAUTH,
    run: async (world) => {
      const client = await registerClient(world);
      const { accessToken, user } = await signedUp(world);
      const body = await clientTokens(world, accessToken, client, {
        scope: "email profile",
      });
      assertEquals(Object.keys(body).sort(), [
        "access_token",
        "expires_in",
        "refresh_token",
        "token_type",
      ]);
      const { amr, client_id, scope, sub } = claimsOf(body.access_token);
      assertEquals([client_id, scope, sub, amr[0].method], [
        client.client_id,
        "email profile",
        user.id,
        "oauth_provider/authorization_code",
      ]);
    },
  },
  ...(["client_secret_basic", "client_secret_post"] as const).map((
    method,
  ): ContractCase => ({
    name: `${ROUTE} knows a client by ${method}`,
    env: OAUTH,
    run: async (world) => {
      const client = await registerClient(world, {
        token_endpoint_auth_method: method,
      });
      const { accessToken } = await signedUp(world);
      const code = await codeOf(world, accessToken, client);
      const { client_id, client_secret } = client;
      const isBasic = method === "client_secret_basic";
      const basic = `Basic ${btoa(`${client_id}:${client_secret}`)}`;
      const { status } = await world.send("POST", PATH, {
        form: { ...FORM, code, ...isBasic ? {} : { client_id, client_secret } },
        headers: isBasic ? { Authorization: basic } : {},
      });
      assertEquals(status, 200);
    },
  })),
  {
    name: `${ROUTE} refreshes the session of a client`,
    env: OAUTH,
    run: async (world) => {
      const client = await registerClient(world);
      const { client_id } = client;
      const { accessToken } = await signedUp(world);
      const first = await clientTokens(world, accessToken, client);
      const form = {
        grant_type: "refresh_token",
        client_id,
        refresh_token: first.refresh_token,
      };
      const { status, body } = await world.send("POST", PATH, { form });
      assertEquals([status, body.user, body.id_token], [
        200,
        undefined,
        undefined,
      ]);
      assertEquals(claimsOf(body.access_token).client_id, client_id);
    },
  },
  ...refusals("POST /token?grant_type=refresh_token", {
    at: "/token?grant_type=refresh_token",
    env: OAUTH,
    as: "user",
    token: undefined,
  }, [{
    why: "for the session of a client",
    given: async (world, { accessToken }) => {
      const client = await registerClient(world);
      const { refresh_token } = await clientTokens(world, accessToken, client);
      return { body: { refresh_token } };
    },
    answer: [
      400,
      "invalid_client",
      "Client authentication required for OAuth session",
    ],
  }]),
  ...refusals(ROUTE, { env: OAUTH, as: "user", token: undefined }, [
    ...OF_CLIENTS,
    ...OF_GRANTS,
    ...OF_CODES.map(ofCode),
    ...OF_OTHERS,
    ...OF_SESSIONS,
  ]),
];
