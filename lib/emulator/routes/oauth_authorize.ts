import { isUuid } from "../body.ts";
import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import { pkceMethod } from "../flow_states.ts";
import { parseGoUrl } from "../go_url.ts";
import { redirect } from "../http.ts";
import {
  answerUrl,
  forgetOldRequests,
  splitScope,
} from "../oauth/authorizations.ts";
import { findClient } from "../oauth/clients.ts";
import type { OAuthClient } from "../records_oauth.ts";

const SCOPES = ["openid", "profile", "email", "phone", "offline_access"];

/** A refusal that the client learns by redirect. */
class Refusal extends Error {
  readonly error: string;

  constructor(description: string, error = "invalid_request") {
    super(description);
    this.error = error;
  }
}

/** `GET /oauth/authorize` (auth-server §19.3): sends the user to the consent page, or an error to the client. */
export function getOAuthAuthorize(context: Context): Response {
  const client = loadClient(context);
  const redirect_uri = context.param("redirect_uri");
  if (!client.redirect_uris.includes(redirect_uri)) {
    invalid("invalid redirect_uri");
  }
  const state = context.param("state");
  try {
    return redirect(context, 302, begin(context, client));
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const { error, message: error_description } = refusal;
    const answer = { error, error_description };
    return redirect(context, 302, answerUrl({ redirect_uri, state }, answer));
  }
}

function loadClient(context: Context): OAuthClient {
  const id = context.param("client_id");
  if (id === "") invalid("client_id is required");
  if (context.param("redirect_uri") === "") {
    invalid("redirect_uri is required");
  }
  if (!isUuid(id)) {
    fail(400, "oauth_client_not_found", "invalid client_id format");
  }
  return findClient(context, id) ??
    fail(400, "oauth_client_not_found", "invalid client_id");
}

/** Remembers a request and gives the address of the consent page. */
function begin(context: Context, client: OAuthClient): string {
  const { settings, server } = context;
  if ((context.param("response_type") || "code") !== "code") {
    throw new Refusal("only response_type=code is supported");
  }
  const scope = readScope(context);
  const resource = readResource(context.param("resource"));
  const pkce = readPkce(context);
  const path = settings.GOTRUE_OAUTH_SERVER_AUTHORIZATION_PATH;
  if (path === "") {
    throw new Refusal(
      "oauth authorization path not configured",
      "server_error",
    );
  }
  forgetOldRequests(context);
  const now = context.now();
  const { id } = context.db.oauthAuthorizations.insert({
    id: server.random.token(32),
    client_id: client.id,
    user_id: null,
    redirect_uri: context.param("redirect_uri"),
    scope,
    state: context.param("state"),
    resource,
    nonce: context.param("nonce"),
    ...pkce,
    status: "pending",
    authorization_code: "",
    created_at: now,
    expires_at: now + settings.GOTRUE_OAUTH_SERVER_AUTHORIZATION_TTL,
  });
  const site = settings.GOTRUE_SITE_URL.replace(/\/+$/, "");
  return `${site}${path}?authorization_id=${id}`;
}

function readScope(context: Context): string {
  const text = context.param("scope") ||
    context.settings.GOTRUE_OAUTH_SERVER_DEFAULT_SCOPE;
  const scopes = splitScope(text);
  if (scopes.length === 0) throw new Refusal("scope parameter cannot be empty");
  const unknown = scopes.find((scope) => !SCOPES.includes(scope));
  if (unknown !== undefined) throw new Refusal(`unsupported scope: ${unknown}`);
  return scopes.join(" ");
}

/** The resource that the tokens are for (RFC 8707). */
function readResource(resource: string): string {
  if (resource === "") return "";
  const url = parseGoUrl(resource);
  if (url === undefined) throw new Refusal("resource must be a valid URI");
  if (url.scheme === "") {
    throw new Refusal("resource must be an absolute URI");
  }
  if ((url.fragment ?? "") !== "") {
    throw new Refusal("resource must not include a fragment component");
  }
  if ((url.query ?? "") !== "") {
    throw new Refusal("resource must not include a query component");
  }
  return resource;
}

function readPkce(
  context: Context,
): { code_challenge: string; code_challenge_method: "s256" | "plain" } {
  const code_challenge = context.param("code_challenge");
  const given = context.param("code_challenge_method");
  if (code_challenge === "" || given === "") {
    throw new Refusal(
      "PKCE flow requires both code_challenge and code_challenge_method",
    );
  }
  const code_challenge_method = pkceMethod(given);
  if (code_challenge_method === undefined) {
    throw new Refusal("code_challenge_method must be 'S256' or 'plain'");
  }
  if (code_challenge.length < 43 || code_challenge.length > 128) {
    throw new Refusal("code_challenge must be between 43 and 128 characters");
  }
  return { code_challenge, code_challenge_method };
}
