import type { Context } from "../context.ts";

/** Who asks for credentials: this server on behalf of a site. */
export interface RelyingParty {
  /** The domain that credentials are bound to. */
  readonly id: string;
  /** The name that people see. */
  readonly name: string;
  /** Where ceremonies may take place. */
  readonly origins: readonly string[];
}

/** The relying party of the settings; undefined when they do not describe one. */
export function relyingParty(context: Context): RelyingParty | undefined {
  const { settings } = context;
  const name = settings.GOTRUE_WEBAUTHN_RP_DISPLAY_NAME;
  const origins = settings.GOTRUE_WEBAUTHN_RP_ORIGINS;
  if (name === "" || origins.length === 0) return undefined;
  return { id: settings.GOTRUE_WEBAUTHN_RP_ID, name, origins };
}
