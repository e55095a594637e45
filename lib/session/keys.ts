/** Every name under which something is stored, as supabase-js and auth-js do. */

/** At most this many flows may be pending; the oldest gives way. */
export const MAX_FLOWS = 5;

/**
 * Where a client stores its session unless told otherwise: what supabase-js
 * uses for a project, and what auth-js uses for an auth server.
 *
 * @param projectUrl The project, if that is how the server was named.
 * @returns The key.
 */
export function defaultStorageKey(projectUrl: string | undefined): string {
  const host = projectUrl && /^https?:\/\/([^.:/?#]+)/i.exec(projectUrl)?.[1];
  return host ? `sb-${host.toLowerCase()}-auth-token` : "supabase.auth.token";
}

/** The user, where it is stored apart from the tokens. */
export function userKey(key: string): string {
  return `${key}-user`;
}

/** How far the server's clock is from the local one. */
export function clockKey(key: string): string {
  return `${key}-clock`;
}

/** The verifier of the flow that was started last. */
export function lastVerifierKey(key: string): string {
  return `${key}-code-verifier`;
}

/** The verifier of one flow. */
export function flowVerifierKey(key: string, flowId: string): string {
  return `${key}-flow-${flowId}-code-verifier`;
}

/** The ids of the pending flows, oldest first. */
export function flowIndexKey(key: string): string {
  return `${key}-flows-code-verifier`;
}
