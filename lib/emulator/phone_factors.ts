import { checkPhone } from "./addresses.ts";
import { checkFrequency } from "./codes.ts";
import type { Context } from "./context.ts";
import { fail, HttpError, invalid } from "./errors.ts";
import type { EnrollParams, FactorMethods, NewChallenge } from "./factors.ts";
import type { Factor, User } from "./records.ts";
import { hasHook } from "./outgoing.ts";
import { checkChannel, newCode, sendSms } from "./sms.ts";
import { deleteFactor } from "./users.ts";

/** Codes by text message (auth-server §12). */
export const PHONE: FactorMethods = {
  amr: "mfa/phone",
  checkEnroll: (context) => {
    if (!context.settings.GOTRUE_MFA_PHONE_ENROLL_ENABLED) {
      fail(
        422,
        "mfa_phone_enroll_not_enabled",
        "MFA enroll is disabled for Phone",
      );
    }
  },
  checkVerify: (context) => {
    if (!context.settings.GOTRUE_MFA_PHONE_VERIFY_ENABLED) {
      fail(
        422,
        "mfa_phone_verify_not_enabled",
        "MFA verification is disabled for Phone",
      );
    }
  },
  prepare,
  // The number is shown as it was typed.
  enrolled: (_context, _user, _factor, { phone }) => ({ phone }),
  challenge,
  verify: (_context, _factor, challenge, { code }) => ({
    valid: challenge.otp_code !== "" && code === challenge.otp_code,
    refusal: () =>
      fail(422, "mfa_verification_failed", "Invalid MFA Phone code entered"),
  }),
};

function prepare(
  context: Context,
  user: User,
  params: EnrollParams,
): Pick<Factor, "phone"> {
  if (params.phone === "") {
    invalid("Phone number required to enroll Phone factor");
  }
  const phone = checkPhone(params.phone);
  const same = context.db.factors.list("user", user.id)
    .filter((factor) =>
      factor.factor_type === "phone" && factor.phone === phone
    );
  if (same.some((factor) => factor.status === "verified")) {
    fail(
      422,
      "mfa_verified_factor_exists",
      "A verified phone factor already exists, unenroll the existing factor to continue",
    );
  }
  for (const factor of same) deleteFactor(context, factor.id);
  return { phone };
}

/** Sends a code; test codes do not count here (auth-server §12.3). */
async function challenge(
  context: Context,
  user: User,
  factor: Factor,
): Promise<NewChallenge> {
  const { settings } = context;
  const params = context.decode("ChallengeFactorParams", { channel: "string" });
  const channel = params.channel || "sms";
  checkChannel(context, channel);
  checkFrequency(
    factor.last_challenged_at,
    settings.GOTRUE_MFA_PHONE_MAX_FREQUENCY,
    context.now(),
    "over_sms_send_rate_limit",
  );
  const code = newCode(context, settings.GOTRUE_MFA_PHONE_OTP_LENGTH);
  try {
    await sendSms(context, user, factor.phone, code, channel, "mfa");
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const message = hasHook(context, "send_sms")
      ? "error invoking hook"
      : error.message;
    fail(500, "unexpected_failure", message, { cause: error });
  }
  return { values: { otp_code: code } };
}
