/** `/sso/saml/metadata`, `/sso/saml/acs` (auth-server §17). */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { NOBODYS, refusals } from "./requests.ts";
import { beginSso, SAML } from "./sso.ts";
import type { ContractCase, World } from "./world.ts";

const METADATA = "/sso/saml/metadata";
const OFF = [404, "saml_provider_disabled", "SAML 2.0 is disabled"] as const;

/** The relay state of a sign-in under way. */
async function relayState(world: World, members = {}): Promise<string> {
  const url = await beginSso(world, members);
  return url.searchParams.get("RelayState") ?? "";
}

/** What a stranger answers. */
const STRANGER =
  `<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"><Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">https://stranger.example</Issuer></p:Response>`;

export const SSO_SAML: readonly ContractCase[] = [
  {
    name: `GET ${METADATA} describes the server to identity providers`,
    env: SAML,
    run: async ({ send }) => {
      const { status, headers, body } = await send("GET", METADATA);
      assertEquals(status, 200);
      assertEquals(headers.get("Content-Type"), "application/xml");
      assertEquals(headers.get("Cache-Control"), "public, max-age=600");
      assertStringIncludes(body, "/sso/saml/acs");
    },
  },
  {
    name: `GET ${METADATA} is a file to keep where that is asked`,
    env: SAML,
    run: async ({ send }) => {
      const { headers } = await send("GET", `${METADATA}?download=true`);
      assertEquals(
        headers.get("Content-Disposition"),
        'attachment; filename="metadata.xml"',
      );
    },
  },
  ...refusals(`GET ${METADATA}`, {}, [
    { why: "where SAML is disabled", answer: OFF },
  ]),
  ...refusals("POST /sso/saml/acs", { env: SAML }, [
    {
      why: "where SAML is disabled",
      env: { GOTRUE_SAML_ENABLED: "false" },
      answer: OFF,
    },
    {
      why: "for a relay state of nobody",
      form: { RelayState: NOBODYS, SAMLResponse: "x" },
      answer: [303, "saml_relay_state_not_found"],
    },
    {
      why: "without an answer",
      form: {},
      answer: [303, "validation_failed", "SAMLResponse is missing"],
    },
    {
      why: "for an answer that is not encoded",
      form: { SAMLResponse: "%" },
      answer: [
        303,
        "validation_failed",
        "SAMLResponse is not a valid Base64 string",
      ],
    },
    {
      why: "for an identity provider that was disabled meanwhile",
      needs: ["packages"],
      given: async (world) => {
        const RelayState = await relayState(world);
        const token = world.serviceKey;
        const path = "/admin/sso/providers";
        const { body } = await world.send("GET", path, { token });
        await world.send("PUT", `${path}/${body.items[0].id}`, {
          token,
          body: { disabled: true },
        });
        return { form: { RelayState, SAMLResponse: "x" } };
      },
      answer: [303, "sso_provider_disabled"],
    },
    {
      why: "for a relay state too old",
      needs: ["packages", "clock"],
      given: async (world) => {
        const RelayState = await relayState(world);
        world.advance(121_000);
        return { form: { RelayState, SAMLResponse: "x" } };
      },
      answer: [303, "saml_relay_state_expired"],
    },
    {
      why: "for an identity provider of nobody",
      needs: ["packages"],
      form: { SAMLResponse: btoa(STRANGER) },
      answer: [
        303,
        "saml_idp_not_found",
        "A SAML connection has not been established with this Identity Provider",
      ],
    },
    {
      why: "for an answer that is no assertion",
      needs: ["packages"],
      given: async (world) => ({
        form: {
          RelayState: await relayState(world),
          SAMLResponse: btoa("<x/>"),
        },
      }),
      answer: [303, "validation_failed"],
    },
  ]),
];
