/** `/admin/sso/providers` (auth-server §17). */
import { assert, assertEquals } from "@std/assert";
import { NOBODYS, type Refusal, refusals } from "./requests.ts";
import type { ContractCase, Loose, World } from "./world.ts";

const PATH = "/admin/sso/providers";
const ONE = `${PATH}/{idp_id}`;
const NEEDS = ["packages"] as const;
const ADMIN = { as: "admin" } as const;
let made = 0;

/**
 * The least that an identity provider tells of itself.
 *
 * @param entity Its name.
 * @returns Its metadata.
 */
export function metadataOf(entity: string): string {
  return `<?xml version="1.0"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entity}">
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${entity}/sso"/>
</IDPSSODescriptor></EntityDescriptor>`;
}

/** A provider that nobody has described yet. */
function description(): {
  type: string;
  metadata_xml: string;
  domains: string[];
} {
  const host = `idp-${++made}.example.com`;
  return {
    type: "saml",
    metadata_xml: metadataOf(`https://${host}`),
    domains: [host],
  };
}

/**
 * Makes an identity provider.
 *
 * @param world The server.
 * @param members What it is besides.
 * @returns The provider.
 */
export async function createIdp(
  { send, serviceKey: token }: World,
  members: object = {},
): Promise<Loose> {
  const body = { ...description(), ...members };
  const answer = await send("POST", PATH, { token, body });
  assertEquals(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

const SAML = "urn:oasis:names:tc:SAML:2.0:metadata";

/** What is wrong with a description. */
const RULES: readonly (readonly [
  why: string,
  changes: object,
  text: string,
])[] = [
  [
    "for another protocol",
    { type: "oidc" },
    "Only 'saml' supported for SSO provider type",
  ],
  [
    "for metadata twice",
    { metadata_url: "https://idp.example.com/metadata" },
    "Only one of metadata_xml or metadata_url needs to be set",
  ],
  [
    "without metadata",
    { metadata_xml: "" },
    "Either metadata_xml or metadata_url must be set",
  ],
  [
    "for metadata at no address",
    { metadata_xml: "", metadata_url: "%" },
    "metadata_url is not a valid URL",
  ],
  [
    "for metadata at an open address",
    { metadata_xml: "", metadata_url: "http://idp.example.com/metadata" },
    "metadata_url is not a HTTPS URL",
  ],
  [
    "for metadata without a name",
    {
      metadata_xml:
        `<EntityDescriptor xmlns="${SAML}"><IDPSSODescriptor/></EntityDescriptor>`,
    },
    "SAML Metadata does not contain an EntityID",
  ],
];

const UNKNOWN: readonly Refusal[] = [
  ["for an id that is none", "abc"],
  ["for a provider of nobody", NOBODYS],
  ["for a resource of nobody", "resource_nobody"],
].map(([why, id]) => ({
  why: why!,
  at: `${PATH}/${id}`,
  answer: [
    404,
    "sso_provider_not_found",
    "SSO Identity Provider not found",
  ],
}));

/** A domain that another provider has. */
async function takenDomain(world: World): Promise<string> {
  return (await createIdp(world)).domains[0].domain;
}

export const SSO_PROVIDERS: readonly ContractCase[] = [
  {
    name: `POST ${PATH} reads the metadata of an identity provider`,
    needs: NEEDS,
    run: async (world) => {
      const { domains, metadata_xml } = description();
      const body = await createIdp(world, { domains, metadata_xml });
      assertEquals(body.saml.entity_id, `https://${domains[0]}`);
      assertEquals(body.domains[0].domain, domains[0]);
      assertEquals(body.disabled, null);
    },
  },
  {
    name: `POST ${PATH} fetches the metadata where it is told to`,
    needs: [...NEEDS, "outside"],
    outside: () =>
      Promise.resolve(new Response(metadataOf("https://far.example.com"))),
    run: async (world) => {
      const metadata_url = "https://far.example.com/metadata";
      const body = await createIdp(world, { metadata_xml: "", metadata_url });
      assertEquals(body.saml.metadata_url, metadata_url);
      assertEquals(body.saml.entity_id, "https://far.example.com");
    },
  },
  ...refusals(`POST ${PATH}`, { ...ADMIN, needs: NEEDS }, [
    ...RULES.map(([why, changes, text]): Refusal => ({
      why,
      given: () => ({ body: { ...description(), ...changes } }),
      answer: [400, "validation_failed", text],
    })),
    {
      why: "for a format of names that there is not",
      given: () => ({ body: { ...description(), name_id_format: "x" } }),
      answer: [400, "validation_failed"],
    },
    {
      why: "for an identity provider that there is",
      given: async (world) => {
        const { saml } = await createIdp(world);
        const metadata_xml = metadataOf(saml.entity_id);
        return { body: { ...description(), metadata_xml } };
      },
      answer: [422, "saml_idp_already_exists"],
    },
    {
      why: "for a domain that is taken",
      given: async (world) => ({
        body: { ...description(), domains: [await takenDomain(world)] },
      }),
      answer: [400, "sso_domain_already_exists"],
    },
  ]),
  ...refusals(`POST ${PATH}`, {
    ...ADMIN,
    needs: ["outside"],
  }, [{
    why: "where the metadata cannot be fetched",
    body: {
      type: "saml",
      metadata_url: "https://far.example.com/metadata",
    },
    answer: [400, "saml_metadata_fetch_failed"],
  }]).map((each) => ({
    ...each,
    outside: () => Promise.resolve(new Response("", { status: 503 })),
  })),
  {
    name: `GET ${PATH} lists providers, by resource too`,
    needs: NEEDS,
    run: async (world) => {
      const tag = `tenant-${++made}`;
      const { id } = await createIdp(world, { resource_id: `${tag}-a` });
      await createIdp(world, { resource_id: `${tag}-b` });
      const token = world.serviceKey;
      const list = async (query: string): Promise<Loose[]> =>
        (await world.send("GET", `${PATH}?${query}`, { token })).body.items;
      assert((await list("")).some((each) => each.id === id));
      assertEquals((await list(`resource_id_prefix=${tag}`)).length, 2);
      const [one, ...none] = await list(`resource_id=${tag}-a`);
      assertEquals([one.id, one.saml.metadata_xml, none], [id, undefined, []]);
    },
  },
  {
    name: `GET ${ONE} gives a provider by its id, or by its resource`,
    needs: NEEDS,
    run: async (world) => {
      const resource_id = `tenant-${++made}`;
      const { id } = await createIdp(world, { resource_id });
      const token = world.serviceKey;
      for (const name of [id, `resource_${resource_id}`]) {
        const path = `${PATH}/${name}`;
        const { status, body } = await world.send("GET", path, { token });
        assertEquals([status, body.id], [200, id]);
      }
    },
  },
  ...refusals(`GET ${ONE}`, ADMIN, UNKNOWN),
  {
    name: `PUT ${ONE} replaces the domains that are given`,
    needs: NEEDS,
    run: async (world) => {
      const { id, domains } = await createIdp(world);
      const added = `more-${domains[0].domain}`;
      const { status, body } = await world.send("PUT", `${PATH}/${id}`, {
        token: world.serviceKey,
        body: { domains: [added], disabled: true },
      });
      assertEquals([status, body.disabled], [200, true]);
      assertEquals(body.domains.map((each: Loose) => each.domain), [added]);
    },
  },
  ...refusals(`PUT ${ONE}`, { ...ADMIN, body: {} }, UNKNOWN),
  ...refusals(`PUT ${ONE}`, { ...ADMIN, needs: NEEDS }, [
    {
      why: "for the metadata of another identity provider",
      given: async (world) => ({
        at: `${PATH}/${(await createIdp(world)).id}`,
        body: { metadata_xml: description().metadata_xml },
      }),
      answer: [400, "saml_entity_id_mismatch"],
    },
    {
      why: "for a domain that is taken",
      given: async (world) => ({
        at: `${PATH}/${(await createIdp(world)).id}`,
        body: { domains: [await takenDomain(world)] },
      }),
      answer: [400, "sso_domain_already_exists"],
    },
  ]),
  {
    name: `DELETE ${ONE} gives the provider back that it makes unknown`,
    needs: NEEDS,
    run: async (world) => {
      const { id } = await createIdp(world);
      const token = world.serviceKey;
      const path = `${PATH}/${id}`;
      const { status, body } = await world.send("DELETE", path, { token });
      assertEquals([status, body.id], [200, id]);
      assertEquals((await world.send("GET", path, { token })).status, 404);
    },
  },
  ...refusals(`DELETE ${ONE}`, ADMIN, UNKNOWN),
];
