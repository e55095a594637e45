import { signIn, tokenJson } from "../access_tokens.ts";
import { isUuid } from "../body.ts";
import type { Context } from "../context.ts";
import { fail, HttpError, OAuthError, Refusal } from "../errors.ts";
import { signInExternally } from "../external/accounts.ts";
import { findProvider } from "../external/find_provider.ts";
import { acceptInvitation } from "../external/invitations.ts";
import { linkExternally } from "../external/links.ts";
import type { ExternalProfile } from "../external/profile.ts";
import type { ExternalTokens, Provider } from "../external/provider.ts";
import { refuseToSite } from "../external/site_errors.ts";
import { isFlowExpired } from "../flow_states.ts";
import { withQuery } from "../go_url.ts";
import { redirect } from "../http.ts";
import {
  errorName,
  type Outcome,
  withOutcome,
  withTokens,
} from "../outcomes.ts";
import type { FlowState, User } from "../records.ts";

const DENIED = [
  "signup_disabled",
  "user_banned",
  "provider_email_needs_verification",
];
const NO_PROFILE = "Error getting user profile from external provider";
const EXCHANGE_FAILURE = "Unable to exchange external code: ";

/** Refuses by a redirect to the site where the flow cannot be continued; runs for everything below `/callback`. */
export async function requireState(context: Context): Promise<void> {
  try {
    loadState(context);
  } catch (error) {
    if (error instanceof HttpError) await refuseToSite(context, error, true);
    throw error;
  }
}

/** The flow that a callback belongs to (auth-server §14.3). */
function loadState(context: Context): FlowState {
  const id = context.param("state");
  if (id === "") {
    fail(400, "bad_oauth_callback", "OAuth state parameter missing");
  }
  if (!isUuid(id)) {
    fail(400, "bad_oauth_state", "OAuth state parameter is invalid");
  }
  const state = context.db.flowStates.get(id.toLowerCase());
  if (state === undefined) {
    fail(400, "bad_oauth_state", "OAuth state not found or expired");
  }
  if (isFlowExpired(context, state)) {
    fail(400, "bad_oauth_state", "OAuth state has expired");
  }
  if (state.code_challenge !== null && state.user_id !== null) {
    fail(400, "flow_state_already_used", "State has already been used");
  }
  const target = state.linking_target_id;
  if (target !== null && context.db.users.get(target) === undefined) {
    fail(422, "user_not_found", "Linking target user not found");
  }
  return state;
}

/** `GET` and `POST /callback` (auth-server §14.3). */
export async function getCallback(context: Context): Promise<Response> {
  const state = loadState(context);
  const { GOTRUE_EXTERNAL_REDIRECTURL: fixed, GOTRUE_SITE_URL: site } =
    context.settings;
  const target = fixed || state.referrer || site;
  try {
    return redirect(context, 302, await complete(context, state, target));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (!(error instanceof HttpError || error instanceof OAuthError)) {
      context.server.report(error);
    }
    throw new Refusal(
      redirect(context, 302, withOutcome(target, outcomeOf(error), true)),
      {
        cause: error,
        keepWrites: error instanceof HttpError && error.keepWrites,
      },
    );
  }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof OAuthError) {
    return { error: error.error, error_description: error.message };
  }
  if (!(error instanceof HttpError)) {
    return {
      error: "server_error",
      error_description: error instanceof Error ? error.message : "",
    };
  }
  const name = DENIED.includes(error.code ?? "")
    ? "access_denied"
    : errorName(error.status) ?? "server_error";
  return {
    error: name,
    ...(error.code === undefined ? {} : { error_code: error.code }),
    error_description: error.message,
  };
}

interface Arrival {
  readonly tokens: ExternalTokens;
  readonly profile: ExternalProfile;
}

async function complete(
  context: Context,
  state: FlowState,
  target: string,
): Promise<string> {
  const { tokens, profile } = await askProvider(context, state);
  // Another request may have used the same state while the provider was asked.
  await requireState(context);
  const user = await settle(context, state, profile);
  if (state.code_challenge === null) {
    context.db.flowStates.delete(state.id);
    return withTokens(target, await sessionTokens(context, user, tokens));
  }
  context.db.flowStates.update(state.id, {
    user_id: user.id,
    auth_code_issued_at: context.now(),
    provider_access_token: tokens.access,
    provider_refresh_token: tokens.refresh,
  });
  return withQuery(target, { code: state.auth_code! });
}

async function askProvider(
  context: Context,
  state: FlowState,
): Promise<Arrival> {
  const error = context.param("error");
  if (error !== "") {
    throw new OAuthError(error, context.param("error_description"));
  }
  const { provider_type: name } = state;
  // OAuth 1.0, which Twitter speaks, calls it the verifier.
  const code = context.param("code") || context.param("oauth_verifier");
  if (code === "") {
    const message = "OAuth callback with missing authorization code missing";
    fail(400, "bad_oauth_callback", message);
  }
  const provider = supportedProvider(context, name);
  const failure = EXCHANGE_FAILURE + code.slice(0, 4);
  const tokens = await orFail(
    () => provider.exchange(context, code, state.provider_code_verifier),
    failure,
  );
  const profile = await orFail(
    () => readPerson(context, provider, tokens),
    NO_PROFILE,
  );
  if (profile.emails.length === 0 && !state.email_optional) {
    const message = "Error getting user email from external provider";
    fail(500, "unexpected_failure", message);
  }
  return { tokens, profile };
}

/** The profile of a person, who must have an id: without one, strangers would share an account. */
async function readPerson(
  context: Context,
  provider: Provider,
  tokens: ExternalTokens,
): Promise<ExternalProfile> {
  const profile = await provider.profile(context, tokens);
  if (profile.subject === "") throw new Error("The profile has no id");
  return profile;
}

function supportedProvider(context: Context, name: string): Provider {
  try {
    return findProvider(context, name);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    fail(400, "oauth_provider_not_supported", error.message);
  }
}

async function orFail<T>(work: () => Promise<T>, message: string): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    fail(500, "unexpected_failure", message, { cause });
  }
}

/** Links, accepts an invitation, or signs in. */
async function settle(
  context: Context,
  state: FlowState,
  profile: ExternalProfile,
): Promise<User> {
  const { provider_type: provider, linking_target_id: target } = state;
  if (target !== null) {
    const user = context.db.users.must(target);
    return await linkExternally(context, user, provider, profile);
  }
  if (state.invite_token !== "") {
    return acceptInvitation(context, state.invite_token, provider, profile);
  }
  const { email_optional: emailOptional } = state;
  const signed = await signInExternally(context, provider, profile, {
    emailOptional,
  });
  return signed.user;
}

async function sessionTokens(
  context: Context,
  user: User,
  tokens: ExternalTokens,
): Promise<Outcome> {
  const started = signIn(context, user, "oauth");
  const answer = await tokenJson(
    context,
    started.user,
    started.session,
    started.refreshToken,
  );
  return {
    access_token: String(answer["access_token"]),
    expires_at: String(answer["expires_at"]),
    expires_in: String(answer["expires_in"]),
    provider_token: tokens.access,
    ...(tokens.refresh === "" ? {} : {
      provider_refresh_token: tokens.refresh,
    }),
    refresh_token: started.refreshToken,
    token_type: "bearer",
  };
}
