import type { Context } from "../context.ts";
import { fail } from "../errors.ts";

/** Refuses where single sign-on is off; runs for everything below `/sso`. */
export function requireSaml(context: Context): void {
  if (!context.settings.GOTRUE_SAML_ENABLED) {
    fail(404, "saml_provider_disabled", "SAML 2.0 is disabled");
  }
}
