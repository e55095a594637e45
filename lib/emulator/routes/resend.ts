import { checkEmail, checkPhone } from "../addresses.ts";
import { audit } from "../audit.ts";
import { requestAudience } from "../auth.ts";
import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import {
  checkPkce,
  createMailFlow,
  PKCE_SHAPE,
  type PkceParams,
} from "../flow_states.ts";
import { json } from "../http.ts";
import { sendConfirmation, sendEmailChange } from "../mail.ts";
import type { User } from "../records.ts";
import { sendPhoneCode } from "../sms.ts";
import { findUserByEmail, findUserByPhone } from "../users.ts";

const SHAPE = {
  type: "string",
  email: "string",
  phone: "string",
  ...PKCE_SHAPE,
} as const;
const TYPES = ["signup", "email_change", "sms", "phone_change"];

interface ResendParams extends PkceParams {
  readonly type: string;
  readonly email: string;
  readonly phone: string;
}

/** `POST /resend` (auth-server §10.4). */
export async function postResend(context: Context): Promise<Response> {
  const params = context.decode("ResendConfirmationParams", SHAPE);
  checkType(params);
  const user = findUser(context, params);
  if (user === undefined || !hasPending(user, params.type)) return json({});
  return json(await resend(context, user, params));
}

function checkType(params: ResendParams): void {
  const { type, email, phone } = params;
  if (!TYPES.includes(type)) {
    invalid(
      "Missing one of these types: signup, email_change, sms, phone_change",
    );
  }
  if (type === "signup" || type === "email_change") checkPkce(params);
  if (type === "signup" && email === "") {
    invalid("Type provided requires an email address");
  }
  if (type === "sms" && phone === "") {
    invalid("Type provided requires a phone number");
  }
}

function findUser(context: Context, params: ResendParams): User | undefined {
  const { email, phone } = params;
  const aud = requestAudience(context);
  if (email !== "" && phone !== "") {
    invalid("Only an email address or phone number should be provided.");
  }
  if (email !== "") {
    if (!context.settings.GOTRUE_EXTERNAL_EMAIL_ENABLED) {
      fail(400, "email_provider_disabled", "Email logins are disabled");
    }
    return findUserByEmail(context, checkEmail(email), aud);
  }
  if (phone === "") invalid("Missing email address or phone number");
  if (!context.settings.GOTRUE_EXTERNAL_PHONE_ENABLED) {
    fail(400, "phone_provider_disabled", "Phone logins are disabled");
  }
  return findUserByPhone(context, checkPhone(phone), aud);
}

function hasPending(user: User, type: string): boolean {
  switch (type) {
    case "signup":
      return user.email_confirmed_at === null;
    case "sms":
      return user.phone_confirmed_at === null;
    case "email_change":
      return user.email_change !== "";
    default:
      return user.phone_change !== "";
  }
}

async function resend(
  context: Context,
  user: User,
  params: ResendParams,
): Promise<{ readonly message_id?: string }> {
  const pkce = params.code_challenge !== "";
  switch (params.type) {
    case "signup":
      audit(context, user, "user_confirmation_requested");
      createMailFlow(context, params, "email/signup", user.id);
      await sendConfirmation(context, user, pkce);
      return {};
    case "email_change":
      createMailFlow(context, params, "email_change", user.id);
      await sendEmailChange(context, user, user.email_change, pkce);
      return {};
    case "sms":
      audit(context, user, "user_recovery_requested");
      return (await sendPhoneCode(
        context,
        user,
        user.phone,
        "confirmation",
        "sms",
      )).answer;
    default:
      return (await sendPhoneCode(
        context,
        user,
        user.phone_change,
        "phone_change",
        "sms",
      )).answer;
  }
}
