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
 * @see `GET /settings`
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
 * @see `GET /health`
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
 * @see `GET /.well-known/jwks.json`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-5}
 */
export function getJwks(
  config: AuthConfig<Metadata>,
  request?: RequestOptions,
): Promise<Jwks> {
  const spec = { method: "GET", path: "/.well-known/jwks.json" } as const;
  return send(config, spec, ({ body }) => parseJwks(body), request);
}
