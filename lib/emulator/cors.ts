import type { Settings } from "./settings.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const HEADERS = [
  "accept",
  "authorization",
  "content-type",
  "x-client-ip",
  "x-client-info",
  "x-jwt-aud",
  "x-use-cookie",
  "x-supabase-api-version",
];
const EXPOSED = "X-Total-Count, Link, X-Supabase-Api-Version";

/** Whether a request is a preflight, which the server answers before anything else. */
export function isPreflight(method: string, headers: Headers): boolean {
  return method === "OPTIONS" && headers.has("Access-Control-Request-Method");
}

/** The answer to a preflight (auth-server §1.4); the gateway lets any header through. */
export function preflight(
  settings: Settings,
  headers: Headers,
  gateway: boolean,
): Response {
  const response = new Response(null, {
    status: 204,
    headers: {
      Vary:
        "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    },
  });
  const method = headers.get("Access-Control-Request-Method") ?? "";
  const requested = headers.get("Access-Control-Request-Headers");
  if (!headers.has("Origin") || !METHODS.includes(method)) return response;
  if (!gateway && !areAllowed(requested ?? "", settings)) return response;
  response.headers.set("Access-Control-Allow-Origin", "*");
  response.headers.set("Access-Control-Allow-Methods", method);
  if (requested) {
    response.headers.set("Access-Control-Allow-Headers", requested);
  }
  response.headers.set("Access-Control-Allow-Credentials", "true");
  return response;
}

function areAllowed(requested: string, settings: Settings): boolean {
  const allowed = new Set([
    ...HEADERS,
    ...settings.GOTRUE_CORS_ALLOWED_HEADERS.map((header) =>
      header.toLowerCase()
    ),
  ]);
  return requested.split(",").every((header) =>
    header.trim() === "" || allowed.has(header.trim().toLowerCase())
  );
}

/** Adds the headers of an actual request to its answer. */
export function addCorsHeaders(response: Response, headers: Headers): void {
  response.headers.append("Vary", "Origin");
  if (!headers.has("Origin")) return;
  response.headers.set("Access-Control-Allow-Origin", "*");
  response.headers.set("Access-Control-Allow-Credentials", "true");
  response.headers.set("Access-Control-Expose-Headers", EXPOSED);
}
