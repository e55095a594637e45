import { checkEmail, checkPhone } from "../addresses.ts";
import { audit } from "../audit.ts";
import { requestAudience } from "../auth.ts";
import type { Context } from "../context.ts";
import { fail, HttpError, invalid } from "../errors.ts";
import { checkPkce, PKCE_SHAPE, type PkceParams } from "../flow_states.ts";
import { json } from "../http.ts";
import type { JsonObject } from "../records.ts";
import { signUpForOtp } from "../sign_ups.ts";
import { checkChannel, sendPhoneCode } from "../sms.ts";
import { findUserByEmail, findUserByPhone } from "../users.ts";
import { sendMagicLink } from "../magic_links.ts";

const SHAPE = {
  email: "string",
  phone: "string",
  create_user: "bool?",
  data: "map",
  channel: "string",
  ...PKCE_SHAPE,
} as const;

interface OtpParams extends PkceParams {
  readonly email: string;
  readonly phone: string;
  readonly create_user: boolean | null;
  readonly data: JsonObject | null;
  readonly channel: string;
}

/** `POST /otp` (auth-server §10.1). */
export async function postOtp(context: Context): Promise<Response> {
  const params = context.decode("OtpParams", SHAPE);
  if (params.email !== "" && params.phone !== "") {
    invalid("Only an email address or phone number should be provided");
  }
  if (params.email !== "" && params.channel !== "") {
    invalid("Channel should only be specified with Phone OTP");
  }
  checkPkce(params);
  if (params.create_user === false && !isKnown(context, params)) {
    fail(422, "otp_disabled", "Signups not allowed for otp");
  }
  if (params.email !== "") return await sendMagicLink(context);
  if (params.phone !== "") return await sendPhoneOtp(context, params);
  return invalid("One of email or phone must be set");
}

/** Whether a user has the address; an impossible address is nobody's. */
function isKnown(context: Context, params: OtpParams): boolean {
  const aud = requestAudience(context);
  try {
    const user = params.email === ""
      ? findUserByPhone(context, checkPhone(params.phone), aud)
      : findUserByEmail(context, checkEmail(params.email), aud);
    return user !== undefined;
  } catch (error) {
    if (error instanceof HttpError) return false;
    throw error;
  }
}

async function sendPhoneOtp(
  context: Context,
  params: OtpParams,
): Promise<Response> {
  if (!context.settings.GOTRUE_EXTERNAL_PHONE_ENABLED) {
    fail(400, "phone_provider_disabled", "Unsupported phone provider");
  }
  const phone = checkPhone(params.phone);
  const channel = params.channel || "sms";
  checkChannel(context, channel);
  const found = findUserByPhone(context, phone, requestAudience(context));
  const user = found !== undefined && found.phone_confirmed_at !== null
    ? found
    : await signUpForOtp(context, { ...params, channel });
  if (user === undefined) return json({});
  audit(context, user, "user_recovery_requested");
  const sent = await sendPhoneCode(
    context,
    user,
    phone,
    "confirmation",
    channel,
  );
  return json(sent.answer);
}
