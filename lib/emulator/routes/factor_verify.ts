import { tokenJson } from "../access_tokens.ts";
import { audit } from "../audit.ts";
import { clientIp } from "../client_ip.ts";
import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import {
  factorSession,
  findFactor,
  methodsOfFactor,
  type VerifyFactorParams,
} from "../factors.ts";
import { judgeFactor } from "../hooks/attempts.ts";
import { json } from "../http.ts";
import { notifyByMail } from "../notifications.ts";
import type { Challenge, Factor, Session, User } from "../records.ts";
import {
  encodeRefreshToken,
  issueRefreshToken,
  revokeRefreshToken,
} from "../refresh_tokens.ts";
import { updateSession, withMethod } from "../sessions.ts";
import { deleteFactor, deleteSession, updateUser } from "../users.ts";
import { challengeEnd } from "./factors.ts";

const SHAPE = {
  challenge_id: "uuid",
  code: "string",
  webauthn: "map",
} as const;

/** `POST /factors/{factor_id}/verify` (auth-server §12.4). */
export async function postFactorVerify(context: Context): Promise<Response> {
  const { user } = context;
  const factor = findFactor(context, user);
  const methods = methodsOfFactor(factor);
  const params: VerifyFactorParams = context.decode(
    "VerifyFactorParams",
    SHAPE,
  );
  if (factor.factor_type !== "webauthn" && params.code === "") {
    invalid("Code needs to be non-empty");
  }
  methods.checkVerify(context);
  methods.checkParams?.(params);
  const challenge = findChallenge(context, factor, params.challenge_id);
  const verdict = await methods.verify(context, factor, challenge, params);
  await judgeFactor(context, factor, verdict.valid);
  if (!verdict.valid) verdict.refusal();
  audit(context, user, "verification_attempted", {
    traits: {
      factor_id: factor.id,
      challenge_id: challenge.id,
      factor_type: factor.factor_type,
    },
    withIp: true,
  });
  settleChallenge(context, factor, challenge);
  if (factor.status === "unverified") {
    const { factor_type } = factor;
    notifyByMail(context, user, "mfa_factor_enrolled", { factor_type });
  }
  if (factor.status === "unverified" || verdict.patch !== undefined) {
    context.db.factors.update(factor.id, {
      status: "verified",
      ...verdict.patch,
      updated_at: context.now(),
    });
  }
  return json(await raise(context, user, factor, methods.amr));
}

function findChallenge(
  context: Context,
  factor: Factor,
  id: string,
): Challenge {
  const challenge = context.db.challenges.get(id);
  if (challenge?.factor_id !== factor.id) {
    fail(
      422,
      "mfa_factor_not_found",
      "MFA factor with the provided challenge ID not found",
    );
  }
  if (
    challenge.verified_at !== null || challenge.ip_address !== clientIp(context)
  ) {
    fail(
      422,
      "mfa_ip_address_mismatch",
      "Challenge and verify IP addresses mismatch.",
    );
  }
  if (
    context.server.clock.now() > challengeEnd(context, challenge.created_at)
  ) {
    context.db.challenges.delete(challenge.id);
    fail(
      422,
      "mfa_challenge_expired",
      `MFA challenge ${challenge.id} has expired, verify against another challenge or create a new challenge.`,
      { keepWrites: true },
    );
  }
  return challenge;
}

function settleChallenge(
  context: Context,
  factor: Factor,
  challenge: Challenge,
): void {
  if (factor.factor_type === "webauthn") {
    context.db.challenges.delete(challenge.id);
  } else {context.db.challenges.update(challenge.id, {
      verified_at: context.now(),
    });}
}

/** Raises the session to aal2; weaker sessions and unfinished factors of the kind go. */
async function raise(
  context: Context,
  user: User,
  factor: Factor,
  method: string,
): Promise<Record<string, unknown>> {
  const session = updateSession(context, factorSession(context), {
    aal: "aal2",
    factor_id: factor.id,
    amr: withMethod(factorSession(context), method, context.now()),
  });
  const refreshToken = swapRefreshToken(context, user, session);
  const current = updateUser(context, user, {});
  const answer = await tokenJson(
    context,
    current,
    context.db.sessions.must(session.id),
    refreshToken,
  );
  for (const other of context.db.sessions.list("user", user.id)) {
    if (other.aal !== "aal2") deleteSession(context, other.id);
  }
  for (const other of context.db.factors.list("user", user.id)) {
    const isUnfinished = other.status === "unverified" &&
      other.factor_type === factor.factor_type;
    if (isUnfinished) deleteFactor(context, other.id);
  }
  return answer;
}

/** Gives the session another refresh token in the place of its oldest active one. */
function swapRefreshToken(
  context: Context,
  user: User,
  session: Session,
): string {
  if (session.refresh_token_hmac_key !== null) {
    return encodeRefreshToken(updateSession(context, session, {
      refresh_token_counter: session.refresh_token_counter + 2,
    }));
  }
  const tokens = context.db.refreshTokens.list("session", session.id);
  const oldest = tokens.find((token) => !token.revoked);
  if (oldest !== undefined) {
    audit(context, user, "token_revoked");
    revokeRefreshToken(context, oldest);
  }
  return issueRefreshToken(context, session, oldest?.id ?? "").id;
}
