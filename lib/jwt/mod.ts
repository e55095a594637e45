/**
 * Verifies access tokens where they arrive, without asking the auth server:
 * signature, issuer, audience and times, with keys that are fetched once.
 *
 * @example A function that greets signed-in users
 * ```ts
 * import { createVerifier, getBearerToken, toResponse } from "@gotrue/edge/jwt";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const emulator = createEmulator();
 * const verifier = createVerifier({ url: emulator.url, fetch: emulator.fetch });
 *
 * async function handle(request: Request): Promise<Response> {
 *   try {
 *     const { claims } = await verifier.verify(getBearerToken(request));
 *     return new Response(`Hello ${claims.email}`);
 *   } catch (error) {
 *     return toResponse(error);
 *   }
 * }
 * const response = await handle(new Request("https://app.example"));
 * console.log(response.status); // 401
 * ```
 *
 * @module
 */
export { checkClaims, createPolicy } from "./claims.ts";
export type {
  AccessTokenClaims,
  AmrEntry,
  AuthenticatorAssuranceLevel,
  Policy,
  PolicyOptions,
  UnverifiedClaims,
  VerifiedClaims,
} from "./claims.ts";
export type { TokenCacheOptions, VerifiedToken } from "./cache.ts";
export { decodeJwt } from "./decode.ts";
export type { DecodedJwt, JwtHeader } from "./decode.ts";
export {
  AuthRequirementError,
  getBearerToken,
  requireAal,
  requireRecent,
  requireRole,
} from "./guards.ts";
export type { RecentOptions } from "./guards.ts";
export {
  cacheApiKeyCache,
  createKeyCache,
  denoKvKeyCache,
  memoryKeyCache,
  workersKvKeyCache,
} from "./key_caches.ts";
export type {
  CacheLike,
  DenoKvLike,
  KeyStore,
  WorkersKvLike,
} from "./key_caches.ts";
export type { JwtAlgorithm } from "./keys.ts";
export type {
  FetchedKeys,
  KeyCache,
  KeyDemand,
  KeyRequest,
} from "./remote_keys.ts";
export { createResourceMetadata } from "./resource.ts";
export type { ResourceMetadata, ResourceMetadataOptions } from "./resource.ts";
export { toResponse } from "./responses.ts";
export type { ToResponseOptions } from "./responses.ts";
export { createVerifier } from "./verify.ts";
export type { Verifier, VerifierOptions, VerifyOptions } from "./verify.ts";
export type {
  AppMetadata,
  AuthDiagnostic,
  Fetch,
  Metadata,
  OnDiagnostic,
  UnknownMetadata,
} from "../config.ts";
export { AuthError, AuthTokenError, isAuthError } from "../errors.ts";
export type { AuthErrorDetails } from "../errors.ts";
export type {
  AuthErrorCode,
  CeremonyErrorCode,
  ClientErrorCode,
  NetworkErrorCode,
  ResponseErrorCode,
  ServerErrorCode,
  SessionErrorCode,
  TokenErrorCode,
} from "../error_codes.ts";
export type { Jwk, Jwks } from "../wire/settings.ts";
