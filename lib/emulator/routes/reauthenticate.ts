import { audit } from "../audit.ts";
import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import { json } from "../http.ts";
import { sendReauthentication } from "../mail.ts";
import { sendPhoneCode } from "../sms.ts";

/** `GET /reauthenticate` (auth-server §10.7). */
export async function getReauthenticate(context: Context): Promise<Response> {
  const { user } = context;
  if (user.email === "" && user.phone === "") {
    invalid(
      "Reauthentication requires the user to have an email or a phone number",
    );
  }
  if (user.email !== "" && user.email_confirmed_at === null) {
    fail(422, "email_not_confirmed", "Please verify your email first.");
  }
  if (user.email === "" && user.phone_confirmed_at === null) {
    fail(422, "phone_not_confirmed", "Please verify your phone first.");
  }
  audit(context, user, "user_reauthenticate_requested");
  if (user.email !== "") {
    await sendReauthentication(context, user);
    return json({});
  }
  const { answer } = await sendPhoneCode(
    context,
    user,
    user.phone,
    "reauthentication",
    "sms",
  );
  return json(answer);
}
