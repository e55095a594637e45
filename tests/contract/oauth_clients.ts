/** `/admin/oauth/clients`, `POST /oauth/clients/register` (auth-server §19.1, §19.2). */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { NOBODYS, type Refusal, refusals } from "./requests.ts";
import type { ContractCase, Loose, World } from "./world.ts";

/** Switches the server on. */
export const OAUTH: Readonly<Record<string, string>> = {
  GOTRUE_OAUTH_SERVER_ENABLED: "true",
  GOTRUE_OAUTH_SERVER_ALLOW_DYNAMIC_REGISTRATION: "true",
  GOTRUE_OAUTH_SERVER_AUTHORIZATION_PATH: "/consent",
};
/** Where the clients of the suite are. */
export const REDIRECT = "https://app.example.com/cb?x=1";

const CLIENTS = "/admin/oauth/clients";
const METHODS = "[none client_secret_basic client_secret_post]";
const COMPLETE = {
  redirect_uris: [REDIRECT],
  client_name: "Calendar",
  client_uri: "https://app.example.com",
  logo_uri: "https://app.example.com/logo.png",
};

/**
 * Registers a client as an administrator: a public one unless told otherwise.
 *
 * @param world The server.
 * @param members What is registered besides the redirect URI.
 * @returns The client, with its secret if it has one.
 */
export async function registerClient(
  { send, serviceKey: token }: World,
  members: object = { client_type: "public" },
): Promise<Loose> {
  const body = { redirect_uris: [REDIRECT], ...members };
  const answer = await send("POST", CLIENTS, { token, body });
  assertEquals(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

/** What is wrong with a registration, and what is said about it. */
const RULES: readonly (readonly [why: string, body: object, text: string])[] = [
  ["without redirect URIs", { redirect_uris: [] }, "redirect_uris is required"],
  [
    "for eleven redirect URIs",
    { redirect_uris: Array(11).fill(REDIRECT) },
    "redirect_uris cannot exceed 10 items",
  ],
  ...([
    ["", "redirect URI cannot be empty"],
    ["/cb", "must have scheme and host"],
    [
      "javascript://x/%0aalert(1)",
      "scheme 'javascript' is not allowed for security reasons",
    ],
    ["http://app.example.com", "HTTP scheme only allowed for localhost"],
    ["https://a.example/#f", "fragment not allowed in redirect URI"],
  ] as const).map(([uri, reason]) =>
    [
      `for the redirect URI ${JSON.stringify(uri)}`,
      { redirect_uris: [uri] },
      `invalid redirect_uri '${uri}': ${reason}`,
    ] as const
  ),
  [
    "for a grant type of nobody",
    { grant_types: ["password"] },
    "grant_types must only contain 'authorization_code' and/or 'refresh_token'",
  ],
  [
    "for a name too long",
    { client_name: "n".repeat(1025) },
    "client_name cannot exceed 1024 characters",
  ],
  [
    "for a client URI too long",
    { client_uri: `https://a.example/${"u".repeat(2048)}` },
    "client_uri cannot exceed 2048 characters",
  ],
  [
    "for a logo that has no address",
    { logo_uri: "logo" },
    "logo_uri must be a valid URL",
  ],
];

/** What only a new client can have wrong. */
const RULES_OF_NEW: typeof RULES = [
  [
    "for a client type of nobody",
    { client_type: "secret" },
    "client_type must be 'public' or 'confidential'",
  ],
  [
    "for a way to authenticate of nobody",
    { token_endpoint_auth_method: "magic" },
    `token_endpoint_auth_method must be one of: ${METHODS}`,
  ],
  [
    "for a type that does not go with the way to authenticate",
    { client_type: "public", token_endpoint_auth_method: "client_secret_post" },
    "client_type 'public' is inconsistent with token_endpoint_auth_method 'client_secret_post' (expected client_type 'confidential')",
  ],
];

/** The rules as refusals of a new client, whose texts begin with the status. */
const OF_NEW: readonly Refusal[] = [
  ...[...RULES, ...RULES_OF_NEW].map(([why, body, text]) => ({
    why,
    body,
    answer: [400, "validation_failed", `400: ${text}`] as const,
  })),
  {
    why: "for a body that is no JSON",
    body: "{",
    answer: [400, "bad_json", "Invalid JSON body"],
  },
];

/** An id that is none, and an id of nobody. */
const IDS: readonly Refusal[] = [
  {
    why: "for an id that is none",
    at: `${CLIENTS}/abc`,
    answer: [400, "validation_failed", "invalid client_id format"],
  },
  {
    why: "for a client of nobody",
    at: `${CLIENTS}/${NOBODYS}`,
    answer: [404, "oauth_client_not_found", "OAuth client not found"],
  },
];

const ADMIN = { as: "admin", env: OAUTH } as const;
const CLIENT = `${CLIENTS}/{client_id}`;

/** A refusal to change a client that there is. */
function change(
  [why, body, text]: (typeof RULES)[number],
  members?: object,
): Refusal {
  return {
    why,
    body,
    given: async (world) => ({
      at: `${CLIENTS}/${(await registerClient(world, members)).client_id}`,
    }),
    answer: [400, "validation_failed", text],
  };
}

export const OAUTH_CLIENTS: readonly ContractCase[] = [
  {
    name: "POST /admin/oauth/clients gives a confidential client its secret",
    env: OAUTH,
    run: async (world) => {
      const client = await registerClient(world, COMPLETE);
      assertMatch(client.client_secret, /^[\w-]{43}$/);
      const { client_secret: _secret, client_id, ...rest } = client;
      assertMatch(client_id, /^[\da-f-]{36}$/);
      assertEquals({ ...rest, created_at: "", updated_at: "" }, {
        ...COMPLETE,
        client_type: "confidential",
        token_endpoint_auth_method: "client_secret_basic",
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        registration_type: "manual",
        created_at: "",
        updated_at: "",
      });
    },
  },
  {
    name: "POST /admin/oauth/clients gives a public client no secret",
    env: OAUTH,
    run: async (world) => {
      const client = await registerClient(world, {
        token_endpoint_auth_method: "none",
      });
      assertEquals([client.client_type, client.client_secret], [
        "public",
        undefined,
      ]);
    },
  },
  ...refusals(
    "POST /admin/oauth/clients",
    { ...ADMIN, body: COMPLETE },
    OF_NEW,
  ),
  {
    name: "POST /oauth/clients/register takes anybody's client",
    env: OAUTH,
    run: async ({ send }) => {
      const answer = await send("POST", "/oauth/clients/register", {
        body: COMPLETE,
      });
      assertEquals(answer.status, 201);
      assertEquals(answer.body.registration_type, "dynamic");
      assertMatch(answer.body.client_secret, /^[\w-]{43}$/);
    },
  },
  ...refusals("POST /oauth/clients/register", { env: OAUTH, body: COMPLETE }, [
    ...OF_NEW,
    {
      why: "where registration is left to administrators",
      env: { GOTRUE_OAUTH_SERVER_ALLOW_DYNAMIC_REGISTRATION: "false" },
      answer: [
        403,
        "oauth_dynamic_client_registration_disabled",
        "Dynamic client registration is not enabled",
      ],
    },
  ]),
  {
    name: "GET /admin/oauth/clients lists clients, the newest first",
    env: OAUTH,
    run: async (world) => {
      const first = await registerClient(world, { client_name: "First" });
      const second = await registerClient(world, { client_name: "Second" });
      const token = world.serviceKey;
      const { body, headers } = await world.send("GET", CLIENTS, { token });
      const ids: string[] = body.clients.map((each: Loose) => each.client_id);
      assertEquals(ids.slice(0, 2), [second.client_id, first.client_id]);
      assert(body.clients.every((each: Loose) => !("client_secret" in each)));
      assertEquals(headers.get("X-Total-Count"), null);
    },
  },
  {
    name: "GET /admin/oauth/clients/{client_id} gives a client without secret",
    env: OAUTH,
    run: async (world) => {
      const { client_secret: _secret, ...client } = await registerClient(
        world,
        COMPLETE,
      );
      const { body } = await world.send(
        "GET",
        `${CLIENTS}/${client.client_id}`,
        { token: world.serviceKey },
      );
      assertEquals(body, client);
    },
  },
  ...refusals(`GET ${CLIENT}`, ADMIN, IDS),
  {
    name: "PUT /admin/oauth/clients/{client_id} changes what is given",
    env: OAUTH,
    run: async (world) => {
      const client = await registerClient(world, COMPLETE);
      const path = `${CLIENTS}/${client.client_id}`;
      const { status, body } = await world.send("PUT", path, {
        token: world.serviceKey,
        body: { client_name: "Diary", logo_uri: "" },
      });
      assertEquals([status, body.client_name, body.logo_uri], [
        200,
        "Diary",
        undefined,
      ]);
      assertEquals(body.redirect_uris, client.redirect_uris);
    },
  },
  ...refusals(`PUT ${CLIENT}`, ADMIN, [
    ...IDS.map((each) => ({ ...each, body: { client_name: "x" } })),
    change(["without a field", {}, "No fields provided for update"]),
    ...RULES.filter(([why]) => why !== "without redirect URIs")
      .map((rule) => change(rule)),
    change([
      "for an empty list of redirect URIs",
      { redirect_uris: [] },
      "redirect_uris cannot be empty",
    ]),
    change([
      "for an empty list of grant types",
      { grant_types: [] },
      "grant_types cannot be empty",
    ]),
    {
      ...change(["for a way to authenticate of nobody", {}, ""]),
      body: { token_endpoint_auth_method: "magic" },
      answer: [400, "validation_failed"],
    },
    {
      ...change(["for a secret of a public client", {}, ""]),
      body: { token_endpoint_auth_method: "client_secret_post" },
      answer: [400, "validation_failed"],
    },
  ]),
  {
    name: "DELETE /admin/oauth/clients/{client_id} makes a client unknown",
    env: OAUTH,
    run: async (world) => {
      const { client_id } = await registerClient(world);
      const path = `${CLIENTS}/${client_id}`;
      const token = world.serviceKey;
      assertEquals((await world.send("DELETE", path, { token })).status, 204);
      assertEquals((await world.send("GET", path, { token })).status, 404);
    },
  },
  ...refusals(`DELETE ${CLIENT}`, ADMIN, IDS),
  {
    name:
      "POST /admin/oauth/clients/{client_id}/regenerate_secret gives a new one",
    env: OAUTH,
    run: async (world) => {
      const client = await registerClient(world, COMPLETE);
      const path = `${CLIENTS}/${client.client_id}/regenerate_secret`;
      const token = world.serviceKey;
      const { status, body } = await world.send("POST", path, { token });
      assertEquals([status, body.client_id], [200, client.client_id]);
      assertMatch(body.client_secret, /^[\w-]{43}$/);
      assert(body.client_secret !== client.client_secret);
    },
  },
  ...refusals(`POST ${CLIENT}/regenerate_secret`, ADMIN, [
    ...IDS.map((each) => ({
      ...each,
      at: `${each.at}/regenerate_secret`,
    })),
    {
      why: "for a public client",
      given: async (world) => {
        const { client_id } = await registerClient(world);
        return { at: `${CLIENTS}/${client_id}/regenerate_secret` };
      },
      answer: [
        400,
        "validation_failed",
        "Cannot regenerate secret for public client",
      ],
    },
  ]),
];
