/** `POST /sso`: sign_in_with_sso. */
import { signInWithSSO } from "@gotrue/edge/api";
import { assert } from "@std/assert";
import INSTANCES from "../transcripts/data/_instances.json" with {
  type: "json",
};
import { assertRefused } from "./assertions.ts";
import type { ContractCase } from "./world.ts";

const SAML = {
  GOTRUE_SAML_ENABLED: "true",
  GOTRUE_SAML_PRIVATE_KEY: INSTANCES.full.env.GOTRUE_SAML_PRIVATE_KEY,
};

/** The least that an identity provider tells of itself. */
const METADATA = `<?xml version="1.0"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com">
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/>
</IDPSSODescriptor></EntityDescriptor>`;

export const SSO: readonly ContractCase[] = [
  {
    name: "signInWithSSO() gives the address of the domain's identity provider",
    needs: ["raw"],
    env: SAML,
    run: async ({ adminPost, config }) => {
      await adminPost("/admin/sso/providers", {
        type: "saml",
        metadata_xml: METADATA,
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
];
