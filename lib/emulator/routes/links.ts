import { checkEmail } from "../addresses.ts";
import { audit, auditAdmin } from "../audit.ts";
import { requestAudience } from "../auth.ts";
import { tokenHash } from "../codes.ts";
import type { Context } from "../context.ts";
import { fail, invalid } from "../errors.ts";
import { afterUserCreated, beforeUserCreated } from "../hooks/users.ts";
import { json } from "../http.ts";
import { actionLink, type LinkType } from "../links.ts";
import { mailCode, sendInvite } from "../mail.ts";
import { userJson } from "../objects.ts";
import { checkPassword, hashPassword, randomPassword } from "../passwords.ts";
import { isAllowedUrl, referrer } from "../redirect_targets.ts";
import type { JsonObject, OneTimeTokenType, User } from "../records.ts";
import {
  createIdentity,
  findDuplicate,
  findUserByEmail,
  mergeMetadata,
  saveNewUser,
  setOneTimeToken,
  updateUser,
} from "../users.ts";

const EXISTS = "A user with this email address has already been registered";

/** `POST /invite` (auth-server §15.6). */
export async function postInvite(context: Context): Promise<Response> {
  const params = context.decode("InviteParams", {
    email: "string",
    data: "map",
  });
  const email = checkEmail(params.email);
  const { user, isNew } = await invitedUser(context, email, params.data);
  auditInvite(context, user);
  const sent = await sendInvite(context, user);
  if (isNew) await afterUserCreated(context, sent);
  return json(userJson(context.db, sent));
}

async function invitedUser(
  context: Context,
  email: string,
  data: JsonObject | null,
): Promise<{ user: User; isNew: boolean }> {
  const found = findDuplicate(context, email, requestAudience(context));
  if (found?.email_confirmed_at) fail(422, "email_exists", EXISTS);
  const user = found ?? await createEmailUser(context, email, "", data);
  return { user, isNew: found === undefined };
}

function auditInvite(context: Context, user: User): void {
  auditAdmin(context, "user_invited", {
    traits: { user_id: user.id, user_email: user.email },
  });
}

async function createEmailUser(
  context: Context,
  email: string,
  hash: string,
  data: JsonObject | null,
): Promise<User> {
  const values = {
    id: context.server.random.uuid(),
    aud: requestAudience(context),
    email,
    app_metadata: { provider: "email", providers: ["email"] },
    user_metadata: data ?? {},
  };
  await beforeUserCreated(context, values);
  const user = saveNewUser(context, { ...values, encrypted_password: hash });
  createIdentity(context, user, "email", {
    sub: user.id,
    email,
    email_verified: false,
    phone_verified: false,
  });
  return user;
}

const SHAPE = {
  type: "string",
  email: "string",
  new_email: "string",
  password: "string",
  data: "map",
  redirect_to: "string",
} as const;

interface LinkParams {
  readonly type: string;
  readonly email: string;
  readonly new_email: string;
  readonly password: string;
  readonly data: JsonObject | null;
  readonly redirect_to: string;
}

/** A link that has been stored for a user. */
interface Stored {
  readonly user: User;
  readonly link: LinkType;
  readonly hash: string;
  /** Whether the user was made for it. */
  readonly isNew?: boolean;
}

/** `POST /admin/generate_link` (auth-server §15.7). */
export async function postGenerateLink(context: Context): Promise<Response> {
  const given = context.decode("GenerateLinkParams", SHAPE);
  const email = checkEmail(given.email);
  const found = findUserByEmail(context, email, requestAudience(context));
  const params = await prepare(context, { ...given, email }, found);
  const code = mailCode(context);
  const stored = await store(context, params, found, code);
  const { user, link, hash } = stored;
  if (stored.isNew) await afterUserCreated(context, user);
  const { redirect_to: wanted } = params;
  const redirect_to = isAllowedUrl(context.settings, wanted)
    ? wanted
    : referrer(context);
  return json({
    ...userJson(context.db, user),
    action_link: actionLink(context, link, hash, redirect_to),
    email_otp: code,
    hashed_token: tokenHash(email, code),
    verification_type: params.type,
    redirect_to,
  });
}

/** What is really asked for: a magic link for an unknown address is a sign-up. */
async function prepare(
  context: Context,
  params: LinkParams,
  found: User | undefined,
): Promise<LinkParams> {
  const { type } = params;
  const isMagic = found === undefined && type === "magiclink";
  const needsUser = ["recovery", "email_change_current", "email_change_new"]
    .includes(type);
  if (found === undefined && needsUser) {
    fail(404, "user_not_found", "User with this email not found");
  }
  const { settings, server } = context;
  const prepared = isMagic
    ? {
      ...params,
      type: "signup",
      password: randomPassword(settings, server.random, 33),
    }
    : params;
  if (found === undefined && prepared.type === "signup") {
    if (prepared.password === "") invalid("Signup requires a valid password");
    await checkPassword(context, prepared.password);
  }
  return prepared;
}

function store(
  context: Context,
  params: LinkParams,
  found: User | undefined,
  code: string,
): Stored | Promise<Stored> {
  const hash = tokenHash(params.email, code);
  switch (params.type) {
    case "magiclink":
    case "recovery":
      return storeRecovery(context, found!, params.type, hash);
    case "invite":
      return storeInvite(context, params, hash);
    case "signup":
      return storeSignUp(context, params, found, hash);
    case "email_change_current":
    case "email_change_new":
      return storeEmailChange(context, found!, params, code);
    default:
      return invalid(
        `Invalid email action link type requested: ${params.type}`,
      );
  }
}

function storeRecovery(
  context: Context,
  user: User,
  link: "magiclink" | "recovery",
  hash: string,
): Stored {
  audit(context, user, "user_recovery_requested");
  setOneTimeToken(context, user, "recovery_token", hash, user.email);
  const changed = updateUser(context, user, {
    recovery_token: hash,
    recovery_sent_at: context.now(),
  });
  return { user: changed, link, hash };
}

async function storeInvite(
  context: Context,
  params: LinkParams,
  hash: string,
): Promise<Stored> {
  const { email, data } = params;
  const { user, isNew } = await invitedUser(context, email, data);
  auditInvite(context, user);
  const now = context.now();
  const changed = storeConfirmation(context, user, hash, now);
  return {
    user: updateUser(context, changed, { invited_at: now }),
    link: "invite",
    hash,
    isNew,
  };
}

async function storeSignUp(
  context: Context,
  params: LinkParams,
  found: User | undefined,
  hash: string,
): Promise<Stored> {
  if (found?.email_confirmed_at) fail(422, "email_exists", EXISTS);
  const { email, password, data } = params;
  const user = found === undefined
    ? await createEmailUser(
      context,
      email,
      hashPassword(context.server.random, password),
      data,
    )
    : updateUser(context, found, {
      user_metadata: mergeMetadata(found.user_metadata, data),
    });
  return {
    user: storeConfirmation(context, user, hash, context.now()),
    link: "signup",
    hash,
    isNew: found === undefined,
  };
}

function storeConfirmation(
  context: Context,
  user: User,
  hash: string,
  now: number,
): User {
  setOneTimeToken(context, user, "confirmation_token", hash, user.email);
  return updateUser(context, user, {
    confirmation_token: hash,
    confirmation_sent_at: now,
  });
}

function storeEmailChange(
  context: Context,
  user: User,
  params: LinkParams,
  code: string,
): Stored {
  const isCurrent = params.type === "email_change_current";
  if (
    isCurrent && !context.settings.GOTRUE_MAILER_SECURE_EMAIL_CHANGE_ENABLED
  ) {
    invalid("Enable secure email change to generate link for current email");
  }
  const newEmail = checkEmail(params.new_email);
  if (findDuplicate(context, newEmail, user.aud, user.id) !== undefined) {
    fail(422, "email_exists", EXISTS);
  }
  const address = isCurrent ? user.email : newEmail;
  const hash = tokenHash(address, code);
  const column: OneTimeTokenType = isCurrent
    ? "email_change_token_current"
    : "email_change_token_new";
  setOneTimeToken(context, user, column, hash, address);
  const changed = updateUser(context, user, {
    [column]: hash,
    email_change: newEmail,
    email_change_sent_at: context.now(),
    email_change_confirm_status: 0,
  });
  return { user: changed, link: "email_change", hash };
}
