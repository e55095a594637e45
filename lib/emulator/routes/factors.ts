import { audit } from "../audit.ts";
import { unixSeconds } from "../clock.ts";
import { clientIp } from "../client_ip.ts";
import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import {
  type EnrollParams,
  factorSession,
  findFactor,
  methodsOf,
  methodsOfFactor,
  removeFactor,
} from "../factors.ts";
import { json } from "../http.ts";
import { notifyByMail } from "../notifications.ts";
import type { Factor, FactorType, Time, User } from "../records.ts";
import { deleteFactor } from "../users.ts";

const SHAPE = {
  factor_type: "string",
  friendly_name: "string",
  issuer: "string",
  phone: "string",
} as const;

/** `POST /factors` (auth-server §12.2). */
export function postFactor(context: Context): Response {
  const { user } = context;
  const session = factorSession(context);
  const params = context.decode("EnrollFactorParams", SHAPE);
  const methods = methodsOf(params.factor_type);
  if (methods === undefined) {
    invalid("factor_type needs to be totp, phone, or webauthn");
  }
  methods.checkEnroll(context);
  const columns = methods.prepare(context, user, params);
  checkFactors(context, user, params, session.aal);
  const factor = insertFactor(context, user, params, columns);
  const details = methods.enrolled(context, user, factor, params);
  audit(context, user, "factor_in_progress", {
    traits: { factor_id: factor.id, factor_type: factor.factor_type },
    withIp: true,
  });
  const { id, factor_type: type, friendly_name } = factor;
  return json({ id, type, friendly_name, ...details });
}

function insertFactor(
  context: Context,
  user: User,
  params: EnrollParams,
  columns: Partial<Pick<Factor, "secret" | "phone">>,
): Factor {
  const now = context.now();
  return context.db.factors.insert({
    id: context.server.random.uuid(),
    user_id: user.id,
    friendly_name: params.friendly_name,
    factor_type: params.factor_type as FactorType,
    status: "unverified",
    phone: "",
    secret: "",
    last_challenged_at: null,
    web_authn_credential: null,
    web_authn_aaguid: null,
    created_at: now,
    updated_at: now,
    ...columns,
  });
}

function checkFactors(
  context: Context,
  user: User,
  params: EnrollParams,
  aal: "aal1" | "aal2",
): void {
  purgeExpired(context);
  const { friendly_name: name } = params;
  const { settings } = context;
  const factors = context.db.factors.list("user", user.id);
  const verified = factors.filter((factor) => factor.status === "verified");
  if (factors.some((factor) => factor.friendly_name === name)) {
    fail(
      422,
      "mfa_factor_name_conflict",
      `A factor with the friendly name "${name}" for this user already exists`,
    );
  }
  const isFull = factors.length >= settings.GOTRUE_MFA_MAX_ENROLLED_FACTORS ||
    verified.length >= settings.GOTRUE_MFA_MAX_VERIFIED_FACTORS;
  if (isFull) {
    fail(
      422,
      "too_many_enrolled_mfa_factors",
      "Maximum number of verified factors reached, unenroll to continue",
    );
  }
  if (verified.length > 0 && aal !== "aal2") {
    fail(403, "insufficient_aal", "AAL2 required to enroll a new factor");
  }
}

/** Deletes factors of all users that were never challenged in time. */
function purgeExpired(context: Context): void {
  const life = Math.max(
    300_000,
    context.settings.GOTRUE_MFA_FACTOR_EXPIRY_DURATION,
  );
  const oldest = context.server.clock.now() - life;
  for (const factor of context.db.factors.list("unverified", "")) {
    if (factor.created_at >= oldest) continue;
    if (context.db.challenges.first("factor", factor.id) === undefined) {
      deleteFactor(context, factor.id);
    }
  }
}

/** `POST /factors/{factor_id}/challenge` (auth-server §12.3). */
export async function postChallenge(context: Context): Promise<Response> {
  const { user } = context;
  const factor = findFactor(context, user);
  const methods = methodsOfFactor(factor);
  methods.checkVerify(context);
  const { values, answer } = await methods.challenge(context, user, factor);
  const now = context.now();
  const challenge = context.db.challenges.insert({
    id: context.server.random.uuid(),
    factor_id: factor.id,
    created_at: now,
    verified_at: null,
    ip_address: clientIp(context),
    otp_code: "",
    web_authn_session: null,
    ...values,
  });
  context.db.factors.update(factor.id, {
    last_challenged_at: now,
    updated_at: now,
  });
  // Making the challenge of a security key is not noted.
  if (factor.factor_type !== "webauthn") {
    audit(context, user, "challenge_created", {
      traits: { factor_id: factor.id, factor_status: factor.status },
      withIp: true,
    });
  }
  return json({
    id: challenge.id,
    type: factor.factor_type,
    expires_at: unixSeconds(challengeEnd(context, now)),
    ...answer,
  });
}

/** When a challenge ends. */
export function challengeEnd(context: Context, createdAt: Time): Time {
  const life = context.settings.GOTRUE_MFA_CHALLENGE_EXPIRY_DURATION;
  return createdAt + Math.max(300, life) * 1000;
}

/** `DELETE /factors/{factor_id}` (auth-server §12.5). */
export function deleteOwnFactor(context: Context): Response {
  const { user } = context;
  const factor = findFactor(context, user);
  if (factor.status === "verified" && context.session?.aal !== "aal2") {
    fail(422, "insufficient_aal", "AAL2 required to unenroll verified factor");
  }
  removeFactor(context, factor);
  const { factor_type } = factor;
  if (factor.status === "verified") {
    notifyByMail(context, user, "mfa_factor_unenrolled", { factor_type });
  }
  audit(context, user, "factor_unenrolled", {
    traits: {
      factor_id: factor.id,
      factor_status: factor.status,
      session_id: context.session?.id ?? "",
    },
    withIp: true,
  });
  return json({ id: factor.id });
}
