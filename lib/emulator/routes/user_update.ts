import { checkEmail, checkPhone } from "../addresses.ts";
import { audit } from "../audit.ts";
import type { Context } from "../context.ts";
import { changeEmail, changePhone } from "../address_changes.ts";
import { fail } from "../errors.ts";
import { createMailFlow, PKCE_SHAPE, type PkceParams } from "../flow_states.ts";
import { json } from "../http.ts";
import { sendEmailChange } from "../mail.ts";
import { notifyByMail } from "../notifications.ts";
import { confirmedAt, userJson } from "../objects.ts";
import { addPasswordIdentity } from "../password_identities.ts";
import { checkPassword, hashPassword } from "../passwords.ts";
import type { JsonObject, User } from "../records.ts";
import { highestAal } from "../sessions.ts";
import { checkChannel, sendPhoneCode } from "../sms.ts";
import {
  findDuplicate,
  findUserByPhone,
  mergeMetadata,
  updateUser,
  writePassword,
} from "../users.ts";
import { checkNewPassword } from "./user_password.ts";

const SHAPE = {
  email: "string",
  phone: "string",
  channel: "string",
  password: "string?",
  current_password: "string",
  nonce: "string",
  data: "map",
  app_metadata: "map",
  ...PKCE_SHAPE,
} as const;

/** What a user wants to change of itself. */
export interface UserUpdate extends PkceParams {
  readonly email: string;
  readonly phone: string;
  readonly channel: string;
  readonly password: string | null;
  readonly current_password: string;
  readonly nonce: string;
  readonly data: JsonObject | null;
  readonly app_metadata: JsonObject | null;
}

/** `PUT /user` (auth-server §11.2). */
export async function putUser(context: Context): Promise<Response> {
  const update = await normalize(
    context,
    context.decode("UserUpdateParams", SHAPE),
  );
  const loaded = context.user;
  checkPermission(context, loaded, update);
  checkTaken(context, loaded, update);
  await checkNewPassword(context, loaded, update);
  const before = context.db.identities.list("user", loaded.id);
  let user = storePassword(context, context.user, update);
  user = storeMetadata(context, user, update);
  user = await startEmailChange(context, user, update);
  user = await startPhoneChange(context, user, update);
  audit(context, user, "user_modified");
  const isReloaded = user.email !== loaded.email || user.phone !== loaded.phone;
  return json(userJson(context.db, user, {
    confirmedAt: confirmedAt(loaded),
    ...(isReloaded ? {} : { identities: before }),
  }));
}

async function normalize(
  context: Context,
  update: UserUpdate,
): Promise<UserUpdate> {
  const email = update.email === "" ? "" : checkEmail(update.email);
  const phone = update.phone === "" ? "" : checkPhone(update.phone);
  const channel = update.channel || "sms";
  if (phone !== "") checkChannel(context, channel);
  if (update.password !== null) {
    await checkPassword(context, update.password);
  }
  return { ...update, email, phone, channel };
}

function changesEmail(user: User, update: UserUpdate): boolean {
  return update.email !== "" && update.email !== user.email;
}

function changesPhone(user: User, update: UserUpdate): boolean {
  return update.phone !== "" && update.phone !== user.phone;
}

function checkPermission(
  context: Context,
  user: User,
  update: UserUpdate,
): void {
  const { settings } = context;
  const isOwnAdmin = user.aud === settings.GOTRUE_JWT_AUD &&
    user.role === settings.GOTRUE_JWT_ADMIN_GROUP_NAME;
  if (update.app_metadata !== null && !isOwnAdmin) {
    fail(403, "not_admin", "Updating app_metadata requires admin privileges");
  }
  const changesAddress = changesEmail(user, update) ||
    changesPhone(user, update);
  const hasPassword = Boolean(update.password);
  const needsAal2 = highestAal(context, user) === "aal2" &&
    context.session?.aal !== "aal2";
  if (needsAal2 && (hasPassword || changesAddress)) {
    fail(
      401,
      "insufficient_aal",
      "AAL2 session is required to update email or password when MFA is enabled.",
    );
  }
  if (
    user.is_anonymous && hasPassword && update.email === "" &&
    update.phone === ""
  ) {
    fail(
      422,
      "validation_failed",
      "Updating password of an anonymous user without an email or phone is not allowed",
    );
  }
  if (
    user.is_sso_user &&
    (update.password !== null || changesAddress || update.nonce !== "")
  ) {
    fail(
      422,
      "user_sso_managed",
      "Updating email, phone, password of a SSO account only possible via SSO",
    );
  }
}

function checkTaken(context: Context, user: User, update: UserUpdate): void {
  const isTaken = changesEmail(user, update) &&
    findDuplicate(context, update.email, user.aud, user.id) !== undefined;
  if (isTaken) {
    fail(
      422,
      "email_exists",
      "A user with this email address has already been registered",
    );
  }
  const owner = changesPhone(user, update)
    ? findUserByPhone(context, update.phone, user.aud)
    : undefined;
  if (owner !== undefined) {
    fail(
      422,
      "phone_exists",
      "A user with this phone number has already been registered",
    );
  }
}

function storePassword(context: Context, user: User, update: UserUpdate): User {
  if (update.password === null) return user;
  const hash = hashPassword(context.server.random, update.password);
  const written = writePassword(context, user, hash, context.session?.id);
  audit(context, written, "user_updated_password");
  notifyByMail(context, written, "password_changed");
  return addPasswordIdentity(context, user, written);
}

function storeMetadata(context: Context, user: User, update: UserUpdate): User {
  return updateUser(context, user, {
    user_metadata: mergeMetadata(user.user_metadata, update.data),
    app_metadata: mergeMetadata(user.app_metadata, update.app_metadata),
  });
}

async function startEmailChange(
  context: Context,
  user: User,
  update: UserUpdate,
): Promise<User> {
  if (!changesEmail(user, update)) return user;
  if (user.is_anonymous && context.settings.GOTRUE_MAILER_AUTOCONFIRM) {
    return changeEmail(
      context,
      updateUser(context, user, { email_change: update.email }),
    );
  }
  createMailFlow(context, update, "email_change", user.id);
  return await sendEmailChange(
    context,
    user,
    update.email,
    update.code_challenge !== "",
  );
}

async function startPhoneChange(
  context: Context,
  user: User,
  update: UserUpdate,
): Promise<User> {
  if (!changesPhone(user, update)) return user;
  const { phone, channel } = update;
  if (context.settings.GOTRUE_SMS_AUTOCONFIRM) {
    return changePhone(
      context,
      updateUser(context, user, { phone_change: phone }),
    );
  }
  const sent = await sendPhoneCode(
    context,
    user,
    phone,
    "phone_change",
    channel,
  );
  return updateUser(context, sent.user, { phone_change: phone });
}
