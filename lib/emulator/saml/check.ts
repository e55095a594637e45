/** Whether what the settings say of SAML can be used. */
import { fromBase64 } from "../encoding.ts";
import type { Settings } from "../settings.ts";

/** What the encoding of an RSA key (RFC 8017, A.1.2) begins with: a sequence. */
const SEQUENCE = 0x30;

/** Refuses settings with which nothing could be signed. */
export function checkSaml(settings: Settings): void {
  const { GOTRUE_SAML_ENABLED, GOTRUE_SAML_PRIVATE_KEY: key } = settings;
  if (!GOTRUE_SAML_ENABLED || key === "") return;
  if (fromBase64(key)?.[0] === SEQUENCE) return;
  throw new TypeError("GOTRUE_SAML_PRIVATE_KEY must be base64 of an RSA key");
}
