import { signIn, tokenJson } from "../access_tokens.ts";
import { PKCE_PREFIX } from "../codes.ts";
import type { Context } from "../context.ts";
import { HttpError, invalid, Refusal } from "../errors.ts";
import { withQuery } from "../go_url.ts";
import { redirect } from "../http.ts";
import { errorOutcome, withOutcome, withTokens } from "../outcomes.ts";
import { referrer } from "../redirect_targets.ts";
import type { User } from "../records.ts";
import { findByHash } from "../verification_lookup.ts";
import {
  applyVerification,
  FIRST_CONFIRMATION,
  type Verification,
  type VerificationType,
} from "../verifications.ts";

const LINK_TYPES = [
  "signup",
  "invite",
  "recovery",
  "magiclink",
  "email_change",
];

/** `GET /verify`, the link of a mail (auth-server §10.6). */
export async function getVerify(context: Context): Promise<Response> {
  const type = context.query.get("type") ?? "";
  const token = context.query.get("token") ?? "";
  if (type === "") invalid("Verify requires a verification type");
  if (token === "") invalid("Verify requires a token or a token hash");
  const isPkce = token.startsWith(PKCE_PREFIX);
  const target = referrer(context);
  const isKnown = LINK_TYPES.includes(type);
  if (isPkce && !isKnown) throw new Error("PKCE links know no such type");
  try {
    return redirect(context, 303, await follow(context, type, token, target));
  } catch (error) {
    if (!(error instanceof HttpError)) context.server.report(error);
    throw new Refusal(redirect(context, 303, failure(target, isPkce, error)), {
      cause: error,
    });
  }
}

function failure(target: string, isPkce: boolean, error: unknown): string {
  if (error instanceof HttpError) {
    return withOutcome(target, errorOutcome(error), isPkce);
  }
  return isPkce ? withQuery(target, { code: "" }) : target;
}

async function follow(
  context: Context,
  type: string,
  token: string,
  target: string,
): Promise<string> {
  const isPkce = token.startsWith(PKCE_PREFIX);
  const verification = findByHash(context, type, token);
  const user = applyVerification(context, verification);
  if (user === undefined) {
    return withOutcome(target, { message: FIRST_CONFIRMATION }, isPkce);
  }
  if (isPkce) {
    return withQuery(target, { code: issueCode(context, verification) });
  }
  return withTokens(target, await tokens(context, user, verification.type));
}

/** Lets the code of the flow that the link belongs to be exchanged. */
function issueCode(context: Context, { type, user }: Verification): string {
  const method = type === "signup" ? "email/signup" : type;
  const state = context.db.flowStates.list("user", user.id)
    .findLast((one) => one.authentication_method === method);
  if (state === undefined) {
    throw new HttpError(
      400,
      "flow_state_not_found",
      "No associated flow state found. 422: No valid flow state found for user.",
    );
  }
  context.db.flowStates.update(state.id, {
    auth_code_issued_at: context.now(),
  });
  return state.auth_code ?? "";
}

async function tokens(
  context: Context,
  user: User,
  type: VerificationType,
): Promise<Record<string, string>> {
  const started = signIn(context, user, "otp");
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
    refresh_token: started.refreshToken,
    token_type: "bearer",
    type,
  };
}
