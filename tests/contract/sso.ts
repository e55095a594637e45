/** `POST /sso`: sign_in_with_sso. */
import { signInWithSSO } from "@gotrue/edge/api";
import { assertRefused } from "./assertions.ts";
import type { ContractCase } from "./world.ts";

export const SSO: readonly ContractCase[] = [
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
