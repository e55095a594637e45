/** What {@link AuthClient.getClaims} loads when there is a signature to verify. */
export { createVerifier } from "../jwt/verify.ts";
// For the reason that `later.ts` tells.
export { AuthClient } from "./auth_client.ts";
