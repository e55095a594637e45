import type { Context } from "../context.ts";
import { json } from "../http.ts";
import { splitScope } from "../oauth/authorizations.ts";
import { profileClaims } from "../oauth/id_tokens.ts";
import type { JsonObject, User } from "../records.ts";

/** `GET /oauth/userinfo` (auth-server §19.5): what the session's scopes allow. */
export function getUserInfo(context: Context): Response {
  const { user } = context;
  const scopes = splitScope(context.session?.scopes ?? "");
  return json({
    sub: user.id,
    ...(scopes.includes("email") ? emailInfo(user) : {}),
    ...(scopes.includes("phone") ? phoneInfo(user) : {}),
    ...(scopes.includes("profile") ? profileInfo(user) : {}),
  });
}

function emailInfo(user: User): JsonObject {
  if (user.email === "") return {};
  const isVerified = user.email_confirmed_at !== null;
  return {
    email: user.email,
    ...(isVerified ? { email_verified: true } : {}),
  };
}

function phoneInfo(user: User): JsonObject {
  if (user.phone === "") return {};
  const isVerified = user.phone_confirmed_at !== null;
  return {
    phone: user.phone,
    ...(isVerified ? { phone_verified: true } : {}),
  };
}

function profileInfo(user: User): JsonObject {
  const fallback = user.email === "" ? {} : { name: user.email };
  return {
    ...fallback,
    ...profileClaims(user),
    user_metadata: user.user_metadata,
  };
}
