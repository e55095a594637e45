/** `GET /settings`, `GET /health` and `GET /.well-known/jwks.json` */
import type { AuthConfig, Metadata } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import {
  type Health,
  type Jwks,
  parseHealth,
  parseJwks,
  parseSettings,
  type Settings,
} from "../wire/settings.ts";

/**
 * Asks which ways of signing in the server offers.
 *
 * @param config The server.
 * @param request How to make the request.
 * @returns What is on and what is off.
 * @throws {AuthApiError} When the server, or a gateway before it, refuses.
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `GET /settings`
 *
 * @example
 * ```ts
 * import { createAuthConfig, getSettings } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const config = createAuthConfig(createEmulator().clientOptions());
 * const { external, disable_signup } = await getSettings(config);
 * console.log(external["email"], disable_signup); // true false
 * ```
 */
export function getSettings(
  config: AuthConfig<Metadata>,
  request?: RequestOptions,
): Promise<Settings> {
  const spec = { method: "GET", path: "/settings" } as const;
  return send(config, spec, ({ body }) => parseSettings(body), request);
}

/**
 * Asks whether the server is up, and its version.
 *
 * @param config The server.
 * @param request How to make the request.
 * @returns Name, version and description.
 * @throws {AuthApiError} When the server, or a gateway before it, refuses.
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `GET /health`
 *
 * @example
 * ```ts
 * import { createAuthConfig, getHealth } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const config = createAuthConfig(createEmulator().clientOptions());
 * const { name } = await getHealth(config);
 * console.log(name); // GoTrue
 * ```
 */
export function getHealth(
  config: AuthConfig<Metadata>,
  request?: RequestOptions,
): Promise<Health> {
  const spec = { method: "GET", path: "/health" } as const;
  return send(config, spec, ({ body }) => parseHealth(body), request);
}

/**
 * Fetches the public keys that the server signs tokens with. Empty for a server
 * that signs with a shared secret.
 *
 * @param config The server.
 * @param request How to make the request.
 * @returns The key set.
 * @throws {AuthApiError} When the server, or a gateway before it, refuses.
 * @throws {AuthNetworkError | AuthResponseError} No answer, or not the server's.
 * @see `GET /.well-known/jwks.json`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-5}
 *
 * @example
 * ```ts
 * import { createAuthConfig, getJwks } from "@gotrue/edge/api";
 * import { createEmulator } from "@gotrue/edge/emulator";
 *
 * const config = createAuthConfig(createEmulator().clientOptions());
 * const { keys } = await getJwks(config);
 * console.log(keys[0]?.alg); // ES256
 * ```
 */
export function getJwks(
  config: AuthConfig<Metadata>,
  request?: RequestOptions,
): Promise<Jwks> {
  const spec = { method: "GET", path: "/.well-known/jwks.json" } as const;
  return send(config, spec, ({ body }) => parseJwks(body), request);
}
