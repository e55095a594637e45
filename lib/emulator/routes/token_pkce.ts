import { signInResponse } from "../access_tokens.ts";
import { audit } from "../audit.ts";
import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import { fitsVerifier, isFlowExpired } from "../flow_states.ts";
import type { FlowState, JsonObject } from "../records.ts";

const SHAPE = { auth_code: "string", code_verifier: "string" } as const;

/** `POST /token?grant_type=pkce` (auth-server §9.5). */
export async function pkceGrant(context: Context): Promise<Response> {
  const params = context.decode("PKCEGrantParams", SHAPE);
  if (params.auth_code === "" || params.code_verifier === "") {
    invalid(
      "invalid request: both auth code and code verifier should be non-empty",
    );
  }
  const state = context.db.flowStates.first("code", params.auth_code);
  if (state === undefined || state.user_id === null) {
    fail(
      404,
      "flow_state_not_found",
      "invalid flow state, no valid flow state found",
    );
  }
  if (isFlowExpired(context, state)) {
    fail(
      422,
      "flow_state_expired",
      "invalid flow state, flow state has expired",
    );
  }
  if (!fitsVerifier(state, params.code_verifier)) {
    fail(
      400,
      "bad_code_verifier",
      "code challenge does not match previously saved code verifier",
    );
  }
  const user = context.db.users.must(state.user_id);
  audit(context, user, "login", {
    traits: { provider_type: state.provider_type },
  });
  context.db.flowStates.delete(state.id);
  return await signInResponse(context, user, state.authentication_method, {
    extra: providerTokens(state),
  });
}

function providerTokens(state: FlowState): JsonObject {
  const { provider_access_token: access, provider_refresh_token: refresh } =
    state;
  return {
    ...(access === "" ? {} : { provider_token: access }),
    ...(refresh === "" ? {} : { provider_refresh_token: refresh }),
  };
}
