import { checkEmail } from "../addresses.ts";
import { audit } from "../audit.ts";
import { requestAudience } from "../auth.ts";
import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import { checkPkce, createMailFlow, PKCE_SHAPE } from "../flow_states.ts";
import { json } from "../http.ts";
import { sendRecovery } from "../mail.ts";
import { findUserByEmail } from "../users.ts";

const SHAPE = { email: "string", ...PKCE_SHAPE } as const;

/** `POST /recover` (auth-server §10.3). */
export async function postRecover(context: Context): Promise<Response> {
  if (!context.settings.GOTRUE_EXTERNAL_EMAIL_ENABLED) {
    fail(400, "email_provider_disabled", "Email logins are disabled");
  }
  const params = context.decode("RecoverParams", SHAPE);
  if (params.email === "") invalid("Password recovery requires an email");
  const email = checkEmail(params.email);
  checkPkce(params);
  const user = findUserByEmail(context, email, requestAudience(context));
  if (user === undefined) return json({});
  createMailFlow(context, params, "recovery", user.id);
  // The flow stays even when its mail cannot be sent.
  context.transaction.keep();
  audit(context, user, "user_recovery_requested");
  await sendRecovery(context, user, "recovery", params.code_challenge !== "");
  return json({});
}
