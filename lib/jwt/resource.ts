/** Telling clients which auth server to ask for a token. */

/** What a protected resource tells about itself. */
export interface ResourceMetadataOptions {
  /** The resource's own address, such as `https://app.example/mcp`. */
  readonly resource: string;
  /** The auth servers whose tokens it accepts: their issuers. */
  readonly authorizationServers: readonly string[];
  /** The scopes that a client may ask for. */
  readonly scopesSupported?: readonly string[];
  /** A name for people. */
  readonly resourceName?: string;
  /** Where people can read how to use it. */
  readonly resourceDocumentation?: string;
  /** Members besides, by their registered names. */
  readonly other?: Readonly<Record<string, unknown>>;
}

/** The metadata of a protected resource, ready to be served. */
export interface ResourceMetadata {
  /** Its address: give it to `toResponse` as `resourceMetadata`. */
  readonly url: string;
  /**
   * Answers requests for the metadata.
   *
   * @param request Any request.
   * @returns The answer; undefined when the request is for something else.
   */
  handle(request: Request): Response | undefined;
}

const WELL_KNOWN = "/.well-known/oauth-protected-resource";
const HEADERS = {
  "access-control-allow-origin": "*",
  "cache-control": "public, max-age=3600",
};

/**
 * Makes the metadata of a protected resource and its handler, by which an MCP
 * client, for one, finds the auth server when it is refused.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728}
 * @param options What to tell.
 * @returns The metadata's address and its handler.
 * @throws {TypeError} When the resource is no address, or has a fragment.
 *
 * @example
 * ```ts
 * import {
 *   createResourceMetadata,
 *   createVerifier,
 *   getBearerToken,
 *   toResponse,
 * } from "@gotrue/edge/jwt";
 *
 * const url = "https://project.supabase.co/auth/v1";
 * const verifier = createVerifier({ url });
 * const metadata = createResourceMetadata({
 *   resource: "https://app.example/mcp",
 *   authorizationServers: [url],
 * });
 *
 * async function handle(request: Request): Promise<Response> {
 *   const answer = metadata.handle(request);
 *   if (answer) return answer;
 *   try {
 *     await verifier.verify(getBearerToken(request));
 *     return new Response("tools");
 *   } catch (error) {
 *     return toResponse(error, { resourceMetadata: metadata.url });
 *   }
 * }
 * const response = await handle(new Request("https://app.example/mcp"));
 * console.log(response.headers.get("www-authenticate"));
 * ```
 */
export function createResourceMetadata(
  options: ResourceMetadataOptions,
): ResourceMetadata {
  const address = new URL(options.resource);
  if (!/^https?:$/.test(address.protocol) || address.hash) {
    throw new TypeError(
      "Cannot use resource: it must be a web address without a fragment",
    );
  }
  const path = WELL_KNOWN + address.pathname.replace(/^\/$/, "");
  const url = address.origin + path + address.search;
  const body = JSON.stringify(toJson(options));
  return {
    url,
    handle(request) {
      const { pathname, search } = new URL(request.url);
      if (pathname !== path || search !== address.search) return;
      return answer(request.method, body);
    },
  };
}

function toJson(options: ResourceMetadataOptions): Record<string, unknown> {
  return {
    ...options.other,
    resource: options.resource,
    authorization_servers: options.authorizationServers,
    bearer_methods_supported: ["header"],
    scopes_supported: options.scopesSupported,
    resource_name: options.resourceName,
    resource_documentation: options.resourceDocumentation,
  };
}

function answer(method: string, body: string): Response {
  if (method === "GET" || method === "HEAD") {
    const headers = { ...HEADERS, "content-type": "application/json" };
    return new Response(method === "GET" ? body : null, { headers });
  }
  const isPreflight = method === "OPTIONS";
  const allow = "GET, HEAD, OPTIONS";
  return new Response(null, {
    status: isPreflight ? 204 : 405,
    headers: {
      ...HEADERS,
      allow,
      "access-control-allow-methods": allow,
      "access-control-allow-headers": "*",
    },
  });
}
