import type { Context } from "../context.ts";
import { fail, HttpError } from "../errors.ts";
import { userJson } from "../objects.ts";
import type { JsonObject, User } from "../records.ts";
import { callHook, hasHook } from "./calls.ts";

const ZERO_TIME = "0001-01-01T00:00:00Z";

/** What is known of a user that is about to be made. */
export type ProspectiveUser =
  & Pick<User, "id" | "aud">
  & Partial<
    Pick<
      User,
      "email" | "phone" | "app_metadata" | "user_metadata" | "is_anonymous"
    >
  >;

/** Asks the `before_user_created` hook; a refusal ends the request before anything is stored (auth-server §22). */
export async function beforeUserCreated(
  context: Context,
  user: ProspectiveUser,
): Promise<void> {
  if (!hasHook(context, "before_user_created")) return;
  await callHook(context, "before_user_created", { user: draftJson(user) });
}

function draftJson(user: ProspectiveUser): JsonObject {
  return {
    id: user.id,
    aud: user.aud,
    role: "",
    email: user.email ?? "",
    phone: user.phone ?? "",
    app_metadata: user.app_metadata ?? {},
    user_metadata: user.user_metadata ?? {},
    identities: [],
    created_at: ZERO_TIME,
    updated_at: ZERO_TIME,
    is_anonymous: user.is_anonymous ?? false,
  };
}

/** Tells the `after_user_created` hook of a user, who stays whatever it answers. */
export async function afterUserCreated(
  context: Context,
  user: User,
): Promise<void> {
  if (!hasHook(context, "after_user_created")) return;
  context.transaction.keep();
  const current = context.db.users.get(user.id) ?? user;
  await callHook(context, "after_user_created", {
    user: userJson(context.db, current),
  });
}

/** The same after a sign-up, where the server hides what the hook says. */
export async function afterSignUp(context: Context, user: User): Promise<void> {
  try {
    await afterUserCreated(context, user);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    fail(500, "unexpected_failure", "Error invoking hook", { cause: error });
  }
}
