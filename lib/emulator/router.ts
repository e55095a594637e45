import {
  type Guard,
  requireAdmin,
  requireNotAnonymous,
  requireUser,
} from "./auth.ts";
import type { Context } from "./context.ts";
import { requireFactor } from "./factors.ts";
import { plain } from "./http.ts";
import { protectionOf } from "./limits/protection.ts";
import { sendMagicLink } from "./magic_links.ts";
import { getAudit } from "./routes/audit.ts";
import {
  deleteOwnFactor,
  postChallenge,
  postFactor,
} from "./routes/factors.ts";
import { deleteIdentity, requireManualLinking } from "./routes/identities.ts";
import { requireSaml } from "./routes/sso.ts";
import { postFactorVerify } from "./routes/factor_verify.ts";
import {
  deleteUserFactor,
  getUserFactors,
  putUserFactor,
  requireTargetFactor,
} from "./routes/user_factors.ts";
import { postGenerateLink, postInvite } from "./routes/links.ts";
import { externalRoutes, externalSubtrees } from "./routes_external.ts";
import { oauthRoutes, oauthSubtrees } from "./routes_oauth.ts";
import { passkeyRoutes, passkeySubtrees } from "./routes_passkeys.ts";
import { postLogout } from "./routes/logout.ts";
import { postOtp } from "./routes/otp.ts";
import { getReauthenticate } from "./routes/reauthenticate.ts";
import { postRecover } from "./routes/recover.ts";
import { postResend } from "./routes/resend.ts";
import {
  getAuthorizationServer,
  getDiscovery,
  getHealth,
  getJwks,
  getSettings,
} from "./routes/settings.ts";
import { postSignUp } from "./routes/sign_up.ts";
import { postToken } from "./routes/token.ts";
import { getUser } from "./routes/user.ts";
import { putUser } from "./routes/user_update.ts";
import {
  getUserById,
  getUsers,
  postUser,
  requireTarget,
} from "./routes/users.ts";
import { deleteUserById } from "./routes/users_delete.ts";
import { putUserById } from "./routes/users_update.ts";
import { postVerify } from "./routes/verify.ts";
import { getVerify } from "./routes/verify_link.ts";

/** What answers a request. */
export type Handler = (context: Context) => Response | Promise<Response>;

/** What is particular about a route. */
export interface RouteOptions {
  /** The path may end with a slash: the server declared it as the root of a sub-tree. */
  readonly slash?: true;
  /** Needs no transaction, because it only reads. */
  readonly reads?: true;
  /** What runs before the handler, once path and method fit. */
  readonly guards?: readonly Guard[];
}

/** A route: method, path with `{names}`, handler. */
export type Route = readonly [
  method: string,
  path: string,
  handler: Handler,
  options?: RouteOptions,
];

/** A sub-tree with what runs for everything in it, before it is known whether the path exists. */
export type Subtree = readonly [path: string, ...guards: Guard[]];

const SLASH: RouteOptions = { slash: true };
const READ: RouteOptions = { reads: true };
const SLASH_READ: RouteOptions = { slash: true, reads: true };

/** All routes, one line each. */
export function routes(): Route[] {
  return [
    // Information
    ["GET", "/health", getHealth, READ],
    ["GET", "/settings", getSettings, READ],
    ["GET", "/.well-known/jwks.json", getJwks, READ],
    ["GET", "/.well-known/openid-configuration", getDiscovery, READ],
    [
      "GET",
      "/.well-known/oauth-authorization-server",
      getAuthorizationServer,
      READ,
    ],
    // Signing up and in
    ["POST", "/signup", postSignUp, SLASH],
    ["POST", "/token", postToken],
    ["POST", "/otp", postOtp],
    ["POST", "/magiclink", sendMagicLink],
    ["POST", "/recover", postRecover],
    ["POST", "/resend", postResend],
    ["POST", "/verify", postVerify, SLASH],
    ["GET", "/verify", getVerify, SLASH],
    // The signed-in user
    ["GET", "/user", getUser, SLASH_READ],
    ["PUT", "/user", putUser, SLASH],
    ["GET", "/reauthenticate", getReauthenticate, SLASH],
    ["POST", "/logout", postLogout, { guards: [requireUser] }],
    ["DELETE", "/user/identities/{identity_id}", deleteIdentity],
    // Second factors
    ["POST", "/factors", postFactor, SLASH],
    ["DELETE", "/factors/{factor_id}", deleteOwnFactor, SLASH],
    ["POST", "/factors/{factor_id}/challenge", postChallenge],
    ["POST", "/factors/{factor_id}/verify", postFactorVerify],
    // Administration
    ["POST", "/invite", postInvite, { guards: [requireAdmin] }],
    ["GET", "/admin/audit", getAudit, SLASH_READ],
    ["POST", "/admin/generate_link", postGenerateLink],
    ["GET", "/admin/users", getUsers, SLASH_READ],
    ["POST", "/admin/users", postUser, SLASH],
    ["GET", "/admin/users/{user_id}", getUserById, SLASH_READ],
    ["PUT", "/admin/users/{user_id}", putUserById, SLASH],
    ["DELETE", "/admin/users/{user_id}", deleteUserById, SLASH],
    ["GET", "/admin/users/{user_id}/factors", getUserFactors, SLASH_READ],
    ["PUT", "/admin/users/{user_id}/factors/{factor_id}", putUserFactor, SLASH],
    [
      "DELETE",
      "/admin/users/{user_id}/factors/{factor_id}",
      deleteUserFactor,
      SLASH,
    ],
    // The OAuth server
    ...oauthRoutes(),
    // Passkeys
    ...passkeyRoutes(),
    // External providers
    ...externalRoutes(),
  ];
}

/** The sub-trees, outer before inner. */
export function subtrees(): Subtree[] {
  return [
    ["/user", requireUser],
    ["/user/identities", requireManualLinking],
    ["/sso", requireSaml],
    ["/reauthenticate", requireUser],
    ["/factors", requireNotAnonymous],
    ["/factors/{factor_id}", requireFactor],
    ["/admin", requireAdmin],
    ["/admin/users/{user_id}", requireTarget],
    ["/admin/users/{user_id}/factors/{factor_id}", requireTargetFactor],
    ...oauthSubtrees(),
    ...passkeySubtrees(),
    ...externalSubtrees(),
  ];
}

interface Node {
  readonly fixed: Map<string, Node>;
  readonly guards: Guard[];
  readonly handlers: Map<string, Match>;
  /** Handlers of the path with a slash at its end. */
  readonly slashed: Map<string, Match>;
  /** The one child for any segment, and the name of that segment. */
  named: { readonly name: string; readonly node: Node } | undefined;
}

interface Match {
  readonly handler: Handler;
  readonly options: RouteOptions;
}

/** What was found for a request. */
export interface Found {
  /** Guards of the sub-trees the path lies in. */
  readonly guards: readonly Guard[];
  /** The named segments of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** The route; undefined when path or method do not fit. */
  readonly match: Match | undefined;
  /** The methods that fit the path. */
  readonly allowed: readonly string[];
}

/** Finds handlers by path and method. */
export class Router {
  readonly #root: Node = createNode();

  constructor(list: readonly Route[], trees: readonly Subtree[]) {
    for (const [method, path, handler, own = {}] of list) {
      const guards = [...protectionOf(method, path), ...own.guards ?? []];
      const options = { ...own, guards };
      const node = this.#reach(path);
      node.handlers.set(method, { handler, options });
      if (options.slash) node.slashed.set(method, { handler, options });
    }
    for (const [path, ...guards] of trees) {
      this.#reach(path).guards.push(...guards);
    }
  }

  /** Looks a request up. */
  find(method: string, path: string): Found {
    const guards: Guard[] = [];
    const params: Record<string, string> = {};
    const parts = path.split("/").slice(1);
    const hasSlash = parts.length > 1 && parts.at(-1) === "";
    let node = this.#root;
    for (const part of hasSlash ? parts.slice(0, -1) : parts) {
      const fixed = node.fixed.get(part);
      const named = fixed === undefined && part !== "" ? node.named : undefined;
      const next = fixed ?? named?.node;
      if (next === undefined) {
        return { guards, params, match: undefined, allowed: [] };
      }
      if (named !== undefined) params[named.name] = decodeSegment(part);
      guards.push(...next.guards);
      node = next;
    }
    const handlers = hasSlash ? node.slashed : node.handlers;
    return {
      guards,
      params,
      match: handlers.get(method),
      allowed: [...handlers.keys()],
    };
  }

  #reach(path: string): Node {
    let node = this.#root;
    for (const part of path.split("/").slice(1)) {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      if (name === undefined) {
        const next = node.fixed.get(part) ?? createNode();
        node.fixed.set(part, next);
        node = next;
      } else {
        node = (node.named ??= { name, node: createNode() }).node;
      }
    }
    return node;
  }
}

function createNode(): Node {
  return {
    fixed: new Map(),
    guards: [],
    handlers: new Map(),
    slashed: new Map(),
    named: undefined,
  };
}

function decodeSegment(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The answer when path or method do not fit. */
export function notFound(found: Found): Response {
  if (found.allowed.length === 0) return plain(404, "404 page not found");
  const response = new Response(null, { status: 405 });
  for (const method of found.allowed) response.headers.append("Allow", method);
  return response;
}
