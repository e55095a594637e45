import type { Context } from "../context.ts";
import { toBase64Url, utf8 } from "../encoding.ts";
import { fail, invalid } from "../errors.ts";
import { checkPkce, createFlowState, pkceMethod } from "../flow_states.ts";
import { encodeQuery } from "../go_url.ts";
import { sha256 } from "../hash.ts";
import type { User } from "../records.ts";
import { findProvider } from "./find_provider.ts";
import { findInvited } from "./invitations.ts";
import type { Provider } from "./provider.ts";

/** Parameters that are ours, whatever the request says. */
const RESERVED = [
  "client_id",
  "client_secret",
  "redirect_uri",
  "response_type",
  "state",
  "code_challenge",
  "code_challenge_method",
  "code_verifier",
];

/**
 * Begins a flow with an external provider and gives the address where the person consents
 * (auth-server §14.1). With a user to link to, the flow ends in a link instead of a sign-in.
 */
export async function startExternalFlow(
  context: Context,
  linkTo?: User,
): Promise<string> {
  const { query } = context;
  const name = (query.get("provider") ?? "").toLowerCase();
  const provider = findProvider(context, name);
  const inviteToken = query.get("invite_token") ?? "";
  if (inviteToken !== "" && findInvited(context, inviteToken) === undefined) {
    fail(404, "user_not_found", "User identified by token not found");
  }
  const pkce = {
    code_challenge: query.get("code_challenge") ?? "",
    code_challenge_method: query.get("code_challenge_method") ?? "",
  };
  checkPkce(pkce);
  if (
    pkce.code_challenge !== "" &&
    pkceMethod(pkce.code_challenge_method) === undefined
  ) invalid("Invalid code_challenge_method");
  const verifier = provider.pkce ? context.server.random.text(64) : "";
  const state = createFlowState(context, pkce, {
    provider_type: name,
    authentication_method: "oauth",
    invite_token: inviteToken,
    linking_target_id: linkTo?.id ?? null,
    email_optional: provider.emailOptional,
    provider_code_verifier: verifier,
  });
  if (provider.begin === undefined) {
    return consentAddress(query, provider, state.id, verifier);
  }
  const { url, secret } = await provider.begin(context, state.id);
  context.db.flowStates.update(state.id, { provider_code_verifier: secret });
  return url;
}

function consentAddress(
  query: URLSearchParams,
  provider: Provider,
  state: string,
  verifier: string,
): string {
  const scopes = [...provider.scopes, ...wantedScopes(query, provider)];
  const challenge = {
    code_challenge: toBase64Url(sha256(utf8(verifier))),
    code_challenge_method: "S256",
  };
  const parameters = {
    ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
    ...provider.parameters,
    ...passedThrough(query),
    client_id: provider.clientId,
    redirect_uri: provider.redirectUri,
    response_type: "code",
    state,
    ...(verifier === "" ? {} : challenge),
  };
  const separator = provider.authorizeUrl.includes("?") ? "&" : "?";
  return provider.authorizeUrl + separator +
    encodeQuery(Object.entries(parameters));
}

function wantedScopes(
  query: URLSearchParams,
  { scopeSeparator }: Provider,
): string[] {
  const wanted = query.get("scopes") ?? "";
  return wanted === "" ? [] : wanted.split(scopeSeparator);
}

function passedThrough(query: URLSearchParams): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of query.keys()) {
    const isOurs = name === "provider" || name === "scopes" ||
      RESERVED.includes(name.toLowerCase());
    if (isOurs) continue;
    passed[name === "workos_provider" ? "provider" : name] = query.get(name)!;
  }
  return passed;
}
