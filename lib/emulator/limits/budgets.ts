import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import { parseBudget } from "./rates.ts";

/** Takes one unit of what may be sent by mail, or refuses (auth-server §1.7 b). */
export function spendMail(context: Context): void {
  const { settings } = context;
  const name = "GOTRUE_RATE_LIMIT_EMAIL_SENT";
  const rate = parseBudget(name, settings[name]);
  const isNothing = ("every" in rate ? rate.burst : rate.perHour) === 0;
  if (!isNothing && settings.GOTRUE_MAILER_AUTOCONFIRM) return;
  const { rates, clock } = context.server;
  if (rates.spend(name, rate, clock.now())) return;
  fail(429, "over_email_send_rate_limit", "email rate limit exceeded");
}

/** Takes one unit of what may be sent by text message, or refuses. */
export function spendSms(context: Context): void {
  const { settings, server } = context;
  if (settings.GOTRUE_SMS_AUTOCONFIRM) return;
  const name = "GOTRUE_RATE_LIMIT_SMS_SENT";
  const rate = parseBudget(name, settings[name]);
  if (server.rates.spend(name, rate, server.clock.now())) return;
  fail(429, "over_sms_send_rate_limit", "SMS rate limit exceeded");
}
