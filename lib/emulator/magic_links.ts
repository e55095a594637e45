import { checkEmail } from "./addresses.ts";
import { audit } from "./audit.ts";
import { requestAudience } from "./auth.ts";
import type { Context } from "./context.ts";
import { fail } from "./errors.ts";
import { checkPkce, createMailFlow, PKCE_SHAPE } from "./flow_states.ts";
import { json } from "./http.ts";
import { sendRecovery } from "./mail.ts";
import { signUpForOtp } from "./sign_ups.ts";
import { findUserByEmail } from "./users.ts";

const SHAPE = { email: "string", data: "map", ...PKCE_SHAPE } as const;

/** Sends a link that signs in, or what confirms an address first (auth-server §10.2). */
export async function sendMagicLink(context: Context): Promise<Response> {
  checkEnabled(context);
  const params = context.decode("MagicLinkParams", SHAPE, {
    prefix: "Could not read verification params: ",
    stream: true,
  });
  if (params.email === "") {
    fail(422, "validation_failed", "Password recovery requires an email");
  }
  const email = checkEmail(params.email);
  checkPkce(params);
  const found = findUserByEmail(context, email, requestAudience(context));
  const user = found !== undefined && found.email_confirmed_at !== null
    ? found
    : await signUpForOtp(context, { ...params, email, phone: "", channel: "" });
  if (user === undefined) return json({});
  createMailFlow(context, params, "magiclink", user.id);
  // The flow stays even when its mail cannot be sent.
  context.transaction.keep();
  audit(context, user, "user_recovery_requested");
  await sendRecovery(context, user, "magic_link", params.code_challenge !== "");
  return json({});
}

function checkEnabled(context: Context): void {
  if (!context.settings.GOTRUE_EXTERNAL_EMAIL_ENABLED) {
    fail(422, "email_provider_disabled", "Email logins are disabled");
  }
  if (!context.settings.GOTRUE_EXTERNAL_EMAIL_MAGIC_LINK_ENABLED) {
    fail(422, "email_provider_disabled", "Login with magic link is disabled");
  }
}
