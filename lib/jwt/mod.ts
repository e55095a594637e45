/**
 * Verifies access tokens where they arrive, without asking the auth server.
 *
 * @module
 */
export { createVerifier } from "./verify.ts";
export { decodeJwt } from "./decode.ts";
