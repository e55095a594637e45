import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import type { Factor, User } from "../records.ts";
import { deleteSessions } from "../users.ts";
import { callHook, hasHook } from "./calls.ts";

/** Lets the `password_verification_attempt` hook judge a password that was right or wrong (auth-server §22). */
export async function judgePassword(
  context: Context,
  user: User,
  valid: boolean,
): Promise<void> {
  const name = "password_verification_attempt";
  if (!hasHook(context, name)) return;
  const answer = await callHook(context, name, { user_id: user.id, valid });
  if (answer["decision"] !== "reject") return;
  const logsOut = answer["should_logout_user"] === true;
  if (logsOut) deleteSessions(context, user);
  const message = "Further password verification attempts will be rejected.";
  fail(400, "invalid_credentials", messageOf(answer["message"], message), {
    keepWrites: logsOut,
  });
}

/** Lets the `mfa_verification_attempt` hook judge an attempt at a factor; a refusal ends all sessions. */
export async function judgeFactor(
  context: Context,
  factor: Factor,
  valid: boolean,
): Promise<void> {
  const name = "mfa_verification_attempt";
  if (!hasHook(context, name)) return;
  const answer = await callHook(context, name, {
    user_id: factor.user_id,
    factor_id: factor.id,
    factor_type: factor.factor_type,
    valid,
  });
  if (answer["decision"] !== "reject") return;
  deleteSessions(context, context.db.users.must(factor.user_id));
  const message = "Further MFA verification attempts will be rejected.";
  fail(
    403,
    "mfa_verification_rejected",
    messageOf(answer["message"], message),
    {
      keepWrites: true,
    },
  );
}

function messageOf(given: unknown, fallback: string): string {
  return typeof given === "string" && given !== "" ? given : fallback;
}
