import { signInResponse } from "../access_tokens.ts";
import { plainPhone } from "../addresses.ts";
import { audit } from "../audit.ts";
import { requestAudience } from "../auth.ts";
import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import { judgePassword } from "../hooks/attempts.ts";
import { findWeaknesses, hasPassword, verifyPassword } from "../passwords.ts";
import type { JsonObject, User } from "../records.ts";
import { findUserByEmail, findUserByPhone } from "../users.ts";

const SHAPE = { email: "string", phone: "string", password: "string" } as const;

interface Credentials {
  readonly email: string;
  readonly phone: string;
  readonly password: string;
}

/** `POST /token?grant_type=password` (auth-server §9.3). */
export async function passwordGrant(context: Context): Promise<Response> {
  const params = context.decode("PasswordGrantParams", SHAPE);
  const { user, provider } = findUser(context, params);
  const hash = user?.encrypted_password ?? null;
  if (user === undefined || !hasPassword(hash)) refuse();
  if ((user.banned_until ?? 0) > context.server.clock.now()) {
    fail(400, "user_banned", "User is banned");
  }
  const isRight = await verifyPassword(hash, params.password);
  await judgePassword(context, user, isRight);
  if (!isRight) refuse();
  checkConfirmed(user, provider);
  audit(context, user, "login", { traits: { provider } });
  return await signInResponse(context, user, "password", {
    extra: { weak_password: await weakPassword(context, params.password) },
  });
}

function findUser(
  context: Context,
  params: Credentials,
): { user: User | undefined; provider: "email" | "phone" } {
  const { email, phone } = params;
  const aud = requestAudience(context);
  if (email !== "" && phone !== "") {
    invalid(
      "Only an email address or phone number should be provided on login.",
    );
  }
  if (email !== "") {
    if (!context.settings.GOTRUE_EXTERNAL_EMAIL_ENABLED) {
      fail(422, "email_provider_disabled", "Email logins are disabled");
    }
    return { user: findUserByEmail(context, email, aud), provider: "email" };
  }
  if (phone === "") invalid("missing email or phone");
  if (!context.settings.GOTRUE_EXTERNAL_PHONE_ENABLED) {
    fail(422, "phone_provider_disabled", "Phone logins are disabled");
  }
  return {
    user: findUserByPhone(context, plainPhone(phone), aud),
    provider: "phone",
  };
}

function refuse(): never {
  fail(400, "invalid_credentials", "Invalid login credentials");
}

function checkConfirmed(user: User, provider: "email" | "phone"): void {
  if (provider === "email" && user.email_confirmed_at === null) {
    fail(400, "email_not_confirmed", "Email not confirmed");
  }
  if (provider === "phone" && user.phone_confirmed_at === null) {
    fail(400, "phone_not_confirmed", "Phone not confirmed");
  }
}

async function weakPassword(
  context: Context,
  password: string,
): Promise<JsonObject | null> {
  const found = await findWeaknesses(context, password);
  if (found.length === 0) return null;
  return {
    message: found.map(({ text }) => text).join(" "),
    reasons: found.map(({ reason }) => reason),
  };
}
