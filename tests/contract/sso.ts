/** `POST /sso`: sign_in_with_sso. */
import { signInWithSSO } from "@gotrue/edge/api";
import { assert, assertEquals } from "@std/assert";
import INSTANCES from "../transcripts/data/_instances.json" with {
  type: "json",
};
import { assertRefused } from "./assertions.ts";
import { CHALLENGE } from "./authorize.ts";
import { locationOf, NOBODYS, refusals } from "./requests.ts";
import { createIdp, metadataOf } from "./sso_providers.ts";
import type { ContractCase, World } from "./world.ts";

/** Switches SAML on. */
export const SAML: Readonly<Record<string, string>> = {
  GOTRUE_SAML_ENABLED: "true",
  GOTRUE_SAML_PRIVATE_KEY: INSTANCES.full.env.GOTRUE_SAML_PRIVATE_KEY,
};

/** Begins a sign-in at an identity provider of the case's own. */
export async function beginSso(
  world: World,
  members: object = {},
): Promise<URL> {
  const { id: provider_id } = await createIdp(world, members);
  const body = { provider_id };
  return locationOf(await world.send("POST", "/sso", { body }));
}

export const SSO: readonly ContractCase[] = [
  {
    name: "signInWithSSO() gives the address of the domain's identity provider",
    needs: ["raw", "packages"],
    env: SAML,
    run: async ({ adminPost, config }) => {
      await adminPost("/admin/sso/providers", {
        type: "saml",
        metadata_xml: metadataOf("https://idp.example.com"),
        domains: ["sso.example.com"],
      });
      const { url } = await signInWithSSO(config, {
        domain: "sso.example.com",
      });
      assert(url.startsWith("https://idp.example.com/sso?SAMLRequest="));
    },
  },
  {
    name: "signInWithSSO() is refused for a domain of nobody",
    env: SAML,
    run: async ({ config }) => {
      const call = signInWithSSO(config, { domain: "nobody.example" });
      await assertRefused(call, 404, "sso_provider_not_found");
    },
  },
  {
    name: "signInWithSSO() is refused where SAML is disabled",
    run: async ({ config }) => {
      const call = signInWithSSO(config, { domain: "example.com" });
      await assertRefused(
        call,
        404,
        "saml_provider_disabled",
        "SAML 2.0 is disabled",
      );
    },
  },
  {
    name: "POST /sso sends the browser to the identity provider",
    env: SAML,
    needs: ["packages"],
    run: async (world) => {
      const url = await beginSso(world);
      assert(url.hostname.startsWith("idp-"));
      const { searchParams } = url;
      assertEquals([...searchParams.keys()], [
        "SAMLRequest",
        "RelayState",
        "SigAlg",
        "Signature",
      ]);
    },
  },
  ...refusals("POST /sso", { env: SAML }, [
    {
      why: "for provider and domain at once",
      body: { provider_id: NOBODYS, domain: "example.com" },
      answer: [
        400,
        "validation_failed",
        "Only one of provider_id or domain supported",
      ],
    },
    {
      why: "without provider and domain",
      body: {},
      answer: [
        400,
        "validation_failed",
        "A provider_id or domain needs to be provided",
      ],
    },
    {
      why: "for an id that is none",
      body: { provider_id: "abc" },
      answer: [400, "bad_json"],
    },
    {
      why: "for a provider of nobody",
      body: { provider_id: NOBODYS },
      answer: [404, "sso_provider_not_found", "No such SSO provider"],
    },
    {
      why: "for half a challenge",
      needs: ["packages"],
      given: async (world) => ({
        body: {
          provider_id: (await createIdp(world)).id,
          code_challenge: CHALLENGE,
        },
      }),
      answer: [
        400,
        "validation_failed",
        "PKCE flow requires code_challenge_method and code_challenge",
      ],
    },
    {
      why: "for a provider that is disabled",
      needs: ["packages"],
      given: async (world) => ({
        body: { provider_id: (await createIdp(world, { disabled: true })).id },
      }),
      answer: [
        404,
        "sso_provider_disabled",
        "SSO Provider is currently disabled",
      ],
    },
  ]),
];
