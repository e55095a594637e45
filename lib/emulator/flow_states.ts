import type { Context } from "./context.ts";
import { toBase64Url, utf8 } from "./encoding.ts";
import { invalid } from "./errors.ts";
import { sha256 } from "./hash.ts";
import type { FlowState } from "./records.ts";
import { referrer } from "./redirect_targets.ts";

/** The PKCE members of a request. */
export interface PkceParams {
  /** 43 to 128 characters, or "". */
  readonly code_challenge: string;
  /** s256 or plain, or "". */
  readonly code_challenge_method: string;
}

/** The kinds of the PKCE members in a body. */
export const PKCE_SHAPE = {
  code_challenge: "string",
  code_challenge_method: "string",
} as const;

/** Refuses impossible PKCE members (auth-server §8.7); the method itself is checked later. */
export function checkPkce(params: PkceParams): void {
  const { code_challenge: challenge, code_challenge_method: method } = params;
  if ((challenge === "") !== (method === "")) {
    invalid("PKCE flow requires code_challenge_method and code_challenge");
  }
  if (challenge === "") return;
  if (challenge.length < 43 || challenge.length > 128) {
    invalid("code challenge has to be between 43 and 128 characters");
  }
  if (!/^[A-Za-z0-9._~-]+$/.test(challenge)) {
    invalid(
      "code challenge can only contain alphanumeric characters, hyphens, periods, underscores and tildes",
    );
  }
}

/** The method in its normal form; undefined for an unknown one. */
export function pkceMethod(text: string): "s256" | "plain" | undefined {
  const method = text.toLowerCase();
  return method === "s256" || method === "plain" ? method : undefined;
}

/** Members of a new flow state that are not at their defaults. */
export type NewFlowState =
  & Partial<Omit<FlowState, "id" | "seq">>
  & Pick<FlowState, "provider_type" | "authentication_method">;

/** Remembers a flow; with PKCE members its code exists from now on. */
export function createFlowState(
  context: Context,
  params: PkceParams,
  values: NewFlowState,
): FlowState {
  const { random } = context.server;
  const isPkce = params.code_challenge !== "";
  return context.db.flowStates.insert({
    id: random.uuid(),
    user_id: null,
    auth_code: isPkce ? random.uuid() : null,
    code_challenge: isPkce ? params.code_challenge : null,
    code_challenge_method: isPkce
      ? knownMethod(params.code_challenge_method)
      : null,
    provider_access_token: "",
    provider_refresh_token: "",
    provider_code_verifier: "",
    auth_code_issued_at: null,
    invite_token: "",
    referrer: referrer(context),
    linking_target_id: null,
    email_optional: false,
    created_at: context.now(),
    ...values,
  });
}

/** Remembers the flow of a mail, when the request has a challenge. */
export function createMailFlow(
  context: Context,
  params: PkceParams,
  method: string,
  userId: string,
): void {
  if (params.code_challenge === "") return;
  createFlowState(context, params, {
    provider_type: method === "email/signup" ? "email" : method,
    authentication_method: method,
    user_id: userId,
  });
}

function knownMethod(text: string): "s256" | "plain" {
  const method = pkceMethod(text);
  if (method === undefined) throw new Error("Unknown code challenge method");
  return method;
}

/** Whether a flow has taken too long (auth-server §9.5). */
export function isFlowExpired(context: Context, state: FlowState): boolean {
  const life = Math.max(
    300_000,
    context.settings.GOTRUE_EXTERNAL_FLOW_STATE_EXPIRY_DURATION,
  );
  const issued = state.authentication_method === "magiclink"
    ? state.auth_code_issued_at
    : null;
  return context.server.clock.now() > (issued ?? state.created_at) + life;
}

/** Whether a verifier fits the challenge of a flow (RFC 7636 section 4.6). */
export function fitsVerifier(
  state: Pick<FlowState, "code_challenge" | "code_challenge_method">,
  verifier: string,
): boolean {
  const computed = state.code_challenge_method === "s256"
    ? toBase64Url(sha256(utf8(verifier)))
    : verifier;
  return computed === state.code_challenge;
}
