/** `/admin/custom-providers` (auth-server §18). */
import { assert, assertEquals } from "@std/assert";
import { type Refusal, refusals } from "./requests.ts";
import type { ContractCase, Loose, World } from "./world.ts";

const PATH = "/admin/custom-providers";
const ONE = `${PATH}/{identifier}`;
const ADMIN = { as: "admin" } as const;
let made = 0;

/** A provider whose addresses are not asked before somebody signs in. */
function description(): Record<string, unknown> {
  return {
    provider_type: "oauth2",
    identifier: `custom:acme-${++made}`,
    name: "Acme",
    client_id: "id",
    client_secret: "secret",
    scopes: ["read"],
    authorization_url: "https://93.184.215.14/authorize",
    token_url: "https://93.184.215.14/token",
    userinfo_url: "https://93.184.215.14/me",
  };
}

async function create(
  { send, serviceKey: token }: World,
  changes: object = {},
): Promise<Loose> {
  const body = { ...description(), ...changes };
  const answer = await send("POST", PATH, { token, body });
  assertEquals(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

const pathOf = ({ identifier }: Loose): string => `${PATH}/${identifier}`;

const PREFIX =
  "identifier must start with 'custom:' prefix, e.g. 'custom:<identifier>'";

/** What is wrong with a description, in the order of the server. */
const RULES: readonly (readonly [changes: object, text: string])[] = [
  [
    { provider_type: "saml" },
    "provider_type must be either 'oauth2' or 'oidc'",
  ],
  [{ identifier: "" }, "identifier is required"],
  [{ identifier: "acme" }, PREFIX.replace("<identifier>", "acme")],
  [{ name: "" }, "name is required"],
  [{ client_id: "" }, "client_id is required"],
  [{ client_secret: "" }, "client_secret is required"],
  [{ provider_type: "oidc" }, "issuer is required for OIDC providers"],
  ...["authorization_url", "token_url", "userinfo_url"].map((name) =>
    [
      { [name]: "" },
      `${name} is required for OAuth2 providers`,
    ] as const
  ),
  [
    { authorization_params: { state: "x" } },
    "Cannot override reserved OAuth parameter: state",
  ],
  [
    { authorization_params: { a: 1 } },
    'Authorization parameter "a" must be a string',
  ],
  [
    { attribute_mapping: { role: "x" } },
    "Cannot map to protected system field: role",
  ],
  [
    { custom_claims_allowlist: [" "] },
    "custom_claims_allowlist entries must be non-empty strings",
  ],
  [{ token_url: "https://a b/" }, "Invalid URL format"],
  [{ token_url: "http://93.184.215.14/" }, "URL must use HTTPS"],
  [{ token_url: "https://" }, "URL must have a valid hostname"],
  [
    { token_url: "https://localhost/" },
    "URL cannot point to localhost or loopback addresses",
  ],
  ...([
    ["10.0.0.1", "private network"],
    ["169.254.1.1", "link-local"],
    ["224.0.0.1", "multicast"],
    ["0.0.0.0", "unspecified"],
  ] as const).map(([address, kind]) =>
    [
      { token_url: `https://${address}/` },
      `URL cannot resolve to ${kind} addresses`,
    ] as const
  ),
];

/** Identifiers that lead to nobody. */
const IDENTIFIERS: readonly Refusal[] = [
  {
    why: "for an identifier without its prefix",
    at: `${PATH}/acme`,
    answer: [400, "validation_failed", PREFIX.replace("<identifier>", "acme")],
  },
  {
    why: "for a provider of nobody",
    at: `${PATH}/custom%3Anobody`,
    answer: [
      404,
      "custom_provider_not_found",
      "Custom OAuth provider not found",
    ],
  },
];

export const CUSTOM_PROVIDERS: readonly ContractCase[] = [
  {
    name: `POST ${PATH} makes a provider and tells no secret`,
    run: async (world) => {
      const body = await create(world);
      assertEquals(
        [body.pkce_enabled, body.enabled, body.email_optional],
        [true, true, false],
      );
      assertEquals("client_secret" in body, false);
    },
  },
  {
    name: `POST ${PATH} reads what an issuer tells of itself`,
    needs: ["outside"],
    outside: ({ url }) =>
      Promise.resolve(Response.json({
        issuer: "https://93.184.215.14",
        authorization_endpoint: "https://93.184.215.14/oidc",
        token_endpoint: "https://93.184.215.14/token",
        jwks_uri: `${url}/keys`,
      })),
    run: async (world) => {
      const body = await create(world, {
        provider_type: "oidc",
        issuer: "https://93.184.215.14",
      });
      assertEquals(body.scopes, ["openid", "read"]);
    },
  },
  ...refusals(`POST ${PATH}`, ADMIN, [
    ...RULES.map(([changes, text]): Refusal => ({
      why: `for ${JSON.stringify(changes)}`,
      given: () => ({ body: { ...description(), ...changes } }),
      answer: [400, "validation_failed", text],
    })),
    {
      why: "for an identifier that is taken",
      given: async (world) => {
        const { identifier } = await create(world);
        return { body: { ...description(), identifier } };
      },
      answer: [
        400,
        "conflict",
        "A custom OAuth provider with this identifier already exists",
      ],
    },
    {
      why: "for one too many",
      env: { GOTRUE_CUSTOM_OAUTH_MAX_PROVIDERS: "1" },
      given: async (world) => {
        await create(world);
        return { body: description() };
      },
      answer: [
        400,
        "over_custom_provider_quota",
        "Maximum number of custom OAuth/OIDC providers reached",
      ],
    },
  ]),
  {
    name: `GET ${PATH} lists the providers of a type`,
    run: async (world) => {
      const { id } = await create(world);
      const token = world.serviceKey;
      const list = async (query: string) =>
        (await world.send("GET", PATH + query, { token })).body.providers
          .map((each: Loose) => each.id);
      assert((await list("")).includes(id));
      assert((await list("?type=oauth2")).includes(id));
      assert(!(await list("?type=oidc")).includes(id));
    },
  },
  ...refusals(`GET ${PATH}`, ADMIN, [{
    why: "for a type of nobody",
    at: `${PATH}?type=saml`,
    answer: [
      400,
      "validation_failed",
      "type must be either 'oauth2' or 'oidc'",
    ],
  }]),
  {
    name: `GET ${ONE} gives a provider, its identifier encoded or not`,
    run: async (world) => {
      const provider = await create(world);
      const token = world.serviceKey;
      for (const path of [pathOf(provider), encoded(provider)]) {
        const { status, body } = await world.send("GET", path, { token });
        assertEquals([status, body.id], [200, provider.id]);
      }
    },
  },
  ...refusals(`GET ${ONE}`, ADMIN, IDENTIFIERS),
  {
    name: `PUT ${ONE} changes what is given and keeps the identifier`,
    run: async (world) => {
      const provider = await create(world);
      const { status, body } = await world.send("PUT", pathOf(provider), {
        token: world.serviceKey,
        body: { identifier: "custom:other", name: "Acme Inc", scopes: [] },
      });
      assertEquals([status, body.identifier, body.name, body.scopes], [
        200,
        provider.identifier,
        "Acme Inc",
        [],
      ]);
    },
  },
  ...refusals(`PUT ${ONE}`, { ...ADMIN, body: { name: "x" } }, [
    ...IDENTIFIERS,
    {
      why: "for an address in a private network",
      given: async (world) => ({
        at: pathOf(await create(world)),
        body: { token_url: "https://10.0.0.1/" },
      }),
      answer: [
        400,
        "validation_failed",
        "URL cannot resolve to private network addresses",
      ],
    },
  ]),
  ...refusals("GET /authorize", {}, [{
    why: "for a custom provider that is disabled",
    given: async (world) => {
      await create(world, { identifier: "custom:idle", enabled: false });
      return { at: "/authorize?provider=custom:idle" };
    },
    answer: [
      400,
      "validation_failed",
      "Unsupported provider: custom provider custom:idle is disabled",
    ],
  }]),
  {
    name: `DELETE ${ONE} makes a provider unknown`,
    run: async (world) => {
      const path = pathOf(await create(world));
      const token = world.serviceKey;
      assertEquals((await world.send("DELETE", path, { token })).status, 204);
      assertEquals((await world.send("GET", path, { token })).status, 404);
    },
  },
  ...refusals(`DELETE ${ONE}`, ADMIN, IDENTIFIERS),
];

function encoded({ identifier }: Loose): string {
  return `${PATH}/${encodeURIComponent(identifier)}`;
}
