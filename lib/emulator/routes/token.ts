import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import { idTokenGrant } from "./token_id_token.ts";
import { passwordGrant } from "./token_password.ts";
import { pkceGrant } from "./token_pkce.ts";
import { refreshGrant } from "./token_refresh.ts";
import { web3Grant } from "./token_web3.ts";

type Grant = (context: Context) => Response | Promise<Response>;

/** The grants by their names, one line each. */
const GRANTS: Readonly<Record<string, Grant>> = {
  id_token: idTokenGrant,
  password: passwordGrant,
  pkce: pkceGrant,
  refresh_token: refreshGrant,
  web3: web3Grant,
};

/** `POST /token?grant_type=…` (auth-server §9.3). */
export function postToken(context: Context): Response | Promise<Response> {
  const name = context.param("grant_type");
  const grant = Object.hasOwn(GRANTS, name) ? GRANTS[name] : undefined;
  if (grant === undefined) {
    fail(400, "invalid_credentials", "unsupported_grant_type");
  }
  return grant(context);
}
