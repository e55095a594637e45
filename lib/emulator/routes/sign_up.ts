import { signInResponse } from "../access_tokens.ts";
import { audit } from "../audit.ts";
import { requestAudience } from "../auth.ts";
import { formatTime } from "../clock.ts";
import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import { afterUserCreated, beforeUserCreated } from "../hooks/users.ts";
import { json } from "../http.ts";
import { userJson } from "../objects.ts";
import type { JsonObject, User } from "../records.ts";
import {
  checkSignUpEnabled,
  SIGN_UP_SHAPE,
  type SignUp,
  signUp,
  type SignUpParams,
} from "../sign_ups.ts";
import { createUser } from "../users.ts";

/** `POST /signup` (auth-server §9.1, §9.2). */
export async function postSignUp(context: Context): Promise<Response> {
  const params = context.decode("SignupParams", SIGN_UP_SHAPE);
  if (params.email === "" && params.phone === "") {
    return await signUpAnonymously(context, params);
  }
  const result = await signUp(context, params);
  switch (result.kind) {
    case "decoy":
      return json(decoy(context, result.user, params));
    case "pending":
      return json(pending(context, result));
    case "confirmed":
      return await begin(context, result);
  }
}

async function signUpAnonymously(
  context: Context,
  params: SignUpParams,
): Promise<Response> {
  if (!context.settings.GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED) {
    fail(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled");
  }
  checkSignUpEnabled(context);
  const values = {
    id: context.server.random.uuid(),
    aud: requestAudience(context),
    user_metadata: params.data ?? {},
    is_anonymous: true,
  };
  await beforeUserCreated(context, values);
  const user = createUser(context, { ...values, encrypted_password: "" });
  const response = await signInResponse(context, user, "anonymous");
  await afterUserCreated(context, user);
  return response;
}

/** A user whose address has still to be confirmed. */
function pending(
  context: Context,
  { user, identity, isNew }: SignUp,
): JsonObject {
  const identities = identity === undefined ? [] : [identity];
  const shown = userJson(context.db, user, {
    identities,
    ...(isNew ? { confirmedAt: null } : {}),
  });
  return user.invited_at === null
    ? shown
    : { ...shown, user_metadata: {}, identities: [] };
}

/** The session of a user that needs no confirmation. */
function begin(
  context: Context,
  { user, identity, isNew }: SignUp,
): Promise<Response> {
  audit(context, user, "login", { traits: { provider: identity!.provider } });
  const isMarked = isNew && identity!.provider === "email";
  const shown = isMarked
    ? {
      ...identity!,
      identity_data: { ...identity!.identity_data, email_verified: true },
    }
    : identity!;
  return signInResponse(context, user, "password", {
    identities: [shown],
    confirmedAt: null,
  });
}

/** What somebody sees who signs up with an address that is taken: nothing that tells. */
function decoy(context: Context, user: User, params: SignUpParams): JsonObject {
  const now = context.now();
  const provider = params.email === "" ? "phone" : "email";
  const shown = userJson(context.db, {
    ...user,
    id: context.server.random.uuid(),
    role: "",
    aud: requestAudience(context),
    email: provider === "email" ? user.email : "",
    phone: provider === "phone" ? user.phone : "",
    created_at: now,
    updated_at: now,
    confirmation_sent_at: now,
    last_sign_in_at: null,
    email_change: "",
    email_change_sent_at: null,
    email_confirmed_at: null,
    phone_confirmed_at: null,
    user_metadata: params.data ?? {},
    app_metadata: { provider, providers: [provider] },
  }, {
    confirmedAt: null,
    identities: [],
    factors: context.db.factors.list("user", user.id),
  });
  return { ...shown, confirmation_sent_at: formatTime(now) };
}
