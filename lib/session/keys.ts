/** Every name under which something is stored, as supabase-js and auth-js do. */

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
