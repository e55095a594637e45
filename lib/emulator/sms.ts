import { plainPhone } from "./addresses.ts";
import { checkFrequency, codeLength, tokenHash } from "./codes.ts";
import type { Context } from "./context.ts";
import { fail, invalid } from "./errors.ts";
import { spendSms } from "./limits/budgets.ts";
import { renderText } from "./mail_templates.ts";
import { userJson } from "./objects.ts";
import { callHook, hasHook } from "./outgoing.ts";
import { putMessage } from "./outbox.ts";
import type { User } from "./records.ts";
import { setOneTimeToken, updateUser } from "./users.ts";

/** What a code by text message is for. */
export type SmsPurpose = "confirmation" | "phone_change" | "reauthentication";

const COLUMNS = {
  confirmation: ["confirmation_token", "confirmation_sent_at"],
  phone_change: ["phone_change_token", "phone_change_sent_at"],
  reauthentication: ["reauthentication_token", "reauthentication_sent_at"],
} as const;

/** The credentials without which a provider cannot be used. */
const PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  twilio: ["ACCOUNT_SID", "AUTH_TOKEN", "MESSAGE_SERVICE_SID"],
  twilio_verify: ["ACCOUNT_SID", "AUTH_TOKEN", "MESSAGE_SERVICE_SID"],
  messagebird: ["ACCESS_KEY", "ORIGINATOR"],
  textlocal: ["API_KEY", "SENDER"],
  vonage: ["API_KEY", "API_SECRET", "FROM"],
};

/** What came of sending a code. */
export interface SmsResult {
  /** The user as it is now. */
  readonly user: User;
  /** What the answer says about the message. */
  readonly answer: { readonly message_id?: string };
}

/** Refuses channels that cannot be used (auth-server §8.5). */
export function checkChannel(context: Context, channel: string): void {
  // A hook is asked whatever the channel.
  if (hasHook(context, "send_sms")) return;
  const { GOTRUE_SMS_PROVIDER: provider } = context.settings;
  const hasWhatsapp = provider === "twilio" || provider === "twilio_verify";
  if (channel === "sms" || (channel === "whatsapp" && hasWhatsapp)) return;
  invalid(
    "Invalid channel, supported values are 'sms' or 'whatsapp'. 'whatsapp' is only supported if Twilio or Twilio Verify is used as the provider.",
  );
}

/** The configured code of a test number, "" for other numbers. */
export function testCode(context: Context, phone: string): string {
  const until = Date.parse(context.settings.GOTRUE_SMS_TEST_OTP_VALID_UNTIL);
  if (until <= context.server.clock.now()) return "";
  const codes = Object.entries(context.settings.GOTRUE_SMS_TEST_OTP);
  return codes.find(([number]) => plainPhone(number) === phone)?.[1] ?? "";
}

/** Sends a user a code by text message. */
export async function sendPhoneCode(
  context: Context,
  user: User,
  phone: string,
  purpose: SmsPurpose,
  channel: string,
): Promise<SmsResult> {
  const [token, sentAt] = COLUMNS[purpose];
  const { GOTRUE_SMS_MAX_FREQUENCY: frequency } = context.settings;
  checkFrequency(
    user[sentAt],
    frequency,
    context.now(),
    "over_sms_send_rate_limit",
  );
  const fixed = testCode(context, phone);
  const code = fixed ||
    newCode(context, context.settings.GOTRUE_SMS_OTP_LENGTH);
  if (fixed === "") spendSms(context);
  if (fixed === "") await sendSms(context, user, phone, code, channel);
  const hash = tokenHash(phone, code);
  setOneTimeToken(context, user, token, hash, phone);
  const changed = updateUser(context, user, {
    [token]: hash,
    [sentAt]: context.now(),
  });
  return {
    user: changed,
    answer: fixed === "" ? {} : { message_id: "test-otp" },
  };
}

/** A new code for a text message. */
export function newCode(context: Context, length: number): string {
  return context.server.random.digits(codeLength(length));
}

/** Sends a text message, through the hook when there is one. */
export async function sendSms(
  context: Context,
  user: User,
  phone: string,
  code: string,
  channel: string,
  kind: "otp" | "mfa" = "otp",
): Promise<void> {
  const { settings } = context;
  const isMfa = kind === "mfa";
  if (hasHook(context, "send_sms")) {
    await callHook(context, "send_sms", {
      user: userJson(context.db, user),
      sms: { otp: code, phone, ...(isMfa ? { sms_type: kind } : {}) },
    });
  } else if (!hasSmsProvider(context)) {
    const verb = isMfa ? "Failed" : "Unable";
    fail(500, "unexpected_failure", `${verb} to get SMS provider`);
  }
  const template = isMfa
    ? settings.GOTRUE_MFA_PHONE_TEMPLATE
    : settings.GOTRUE_SMS_TEMPLATE;
  const text = renderText(template, { Code: code });
  putMessage(context, { to: phone, channel, code, text });
}

/** Whether a provider of text messages is set up in full. */
function hasSmsProvider(context: Context): boolean {
  const name = context.settings.GOTRUE_SMS_PROVIDER;
  const needed = PROVIDERS[name];
  const given = context.settings.smsCredentials;
  return needed?.every((member) =>
    Boolean(given[`${name}_${member}`.toLowerCase()])
  ) ?? false;
}
