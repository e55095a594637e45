/** Passkeys and security keys: loaded together, when one of them is needed. */
export { AuthPasskey } from "./passkey.ts";
export { PasskeyCeremonies } from "./passkey_ceremonies.ts";
export { AuthMfaWebauthn } from "./webauthn.ts";
// For the reason that `later.ts` tells.
export { AuthClient } from "./auth_client.ts";
