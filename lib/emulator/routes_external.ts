import { getAuthorize, getIdentityAuthorize } from "./routes/authorize.ts";
import { getCallback, requireState } from "./routes/callback.ts";
import type { Route, Subtree } from "./router.ts";

const IDENTITY_AUTHORIZE = "/user/identities/authorize";

/** The routes of external providers. */
export function externalRoutes(): Route[] {
  return [
    ["GET", "/authorize", getAuthorize],
    ["GET", IDENTITY_AUTHORIZE, getIdentityAuthorize],
    ["GET", "/callback", getCallback, { slash: true }],
    ["POST", "/callback", getCallback, { slash: true }],
  ];
}

/** Their sub-trees: the state of a flow is looked at before anything else. */
export function externalSubtrees(): Subtree[] {
  return [["/callback", requireState]];
}
