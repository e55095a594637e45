import { checkEmail, checkPhone } from "../addresses.ts";
import { auditAdmin } from "../audit.ts";
import { requestAudience } from "../auth.ts";
import { readBan } from "../bans.ts";
import { isUuid } from "../body.ts";
import type { Context } from "../context.ts";
import { utf8 } from "../encoding.ts";
import { fail, invalid, PanicError } from "../errors.ts";
import { isForeignHash } from "../foreign_hashes.ts";
import { json } from "../http.ts";
import { userJson } from "../objects.ts";
import { hashPassword } from "../passwords.ts";
import { NIL_UUID } from "../random.ts";
import type { JsonObject, User } from "../records.ts";
import { isByCursor, listByCursor, listByPage } from "../user_lists.ts";
import {
  confirmEmail,
  confirmPhone,
  createIdentity,
  createUser,
  findDuplicate,
  findUserByPhone,
  mergeMetadata,
  refuseWrite,
} from "../users.ts";

/** The members of a user as an admin writes them. */
export const ADMIN_USER_SHAPE = {
  id: "string",
  aud: "string",
  role: "string",
  email: "string",
  phone: "string",
  password: "string?",
  password_hash: "string",
  email_confirm: "bool",
  phone_confirm: "bool",
  user_metadata: "map",
  app_metadata: "map",
  ban_duration: "string",
} as const;

/** A user as an admin writes it. */
export interface AdminUserParams {
  readonly id: string;
  readonly aud: string;
  readonly role: string;
  readonly email: string;
  readonly phone: string;
  readonly password: string | null;
  readonly password_hash: string;
  readonly email_confirm: boolean;
  readonly phone_confirm: boolean;
  readonly user_metadata: JsonObject | null;
  readonly app_metadata: JsonObject | null;
  readonly ban_duration: string;
}

/** `GET /admin/users` (auth-server §15.2). */
export function getUsers(context: Context): Response {
  const { body, headers } = isByCursor(context)
    ? listByCursor(context)
    : listByPage(context);
  return json(body, 200, headers);
}

/** `POST /admin/users` (auth-server §15.3). */
export function postUser(context: Context): Response {
  const params = normalize(
    context,
    context.decode("AdminUserParams", ADMIN_USER_SHAPE),
  );
  const hash = passwordHash(context, params);
  const id = checkId(context, params.id);
  const banned_until = readBan(context, params.ban_duration) ?? null;
  try {
    return json(create(context, params, { id, hash, banned_until }));
  } catch (cause) {
    return refuseWrite(cause, "Database error creating new user");
  }
}

function normalize(context: Context, params: AdminUserParams): AdminUserParams {
  if (params.email === "" && params.phone === "") {
    invalid("Cannot create a user without either an email or phone");
  }
  const aud = params.aud || requestAudience(context);
  const email = params.email === "" ? "" : checkEmail(params.email);
  if (email !== "" && findDuplicate(context, email, aud) !== undefined) {
    fail(
      422,
      "email_exists",
      "A user with this email address has already been registered",
    );
  }
  const phone = params.phone === "" ? "" : checkPhone(params.phone);
  if (phone !== "" && findUserByPhone(context, phone, aud) !== undefined) {
    fail(
      422,
      "phone_exists",
      "Phone number already registered by another user",
    );
  }
  return { ...params, aud, email, phone };
}

function passwordHash(context: Context, params: AdminUserParams): string {
  const { password, password_hash: imported } = params;
  const { random } = context.server;
  if (password !== null && imported !== "") {
    invalid("Only a password or a password hash should be provided");
  }
  if (imported === "") {
    if (utf8(password ?? "").length > 72) {
      throw new PanicError();
    }
    return hashPassword(random, password || random.text(64));
  }
  if (!isForeignHash(imported)) {
    fail(500, "unexpected_failure", "Error creating user");
  }
  return imported;
}

function checkId(context: Context, id: string): string {
  if (id === "") return context.server.random.uuid();
  if (!isUuid(id)) invalid("ID must conform to the uuid v4 format");
  if (id === NIL_UUID) invalid("ID cannot be a nil uuid");
  return id.toLowerCase();
}

interface Prepared {
  readonly id: string;
  readonly hash: string;
  readonly banned_until: number | null;
}

function create(
  context: Context,
  params: AdminUserParams,
  prepared: Prepared,
): JsonObject {
  const { aud, email, phone, role } = params;
  const { id, hash, banned_until } = prepared;
  const providers = [...(email ? ["email"] : []), ...(phone ? ["phone"] : [])];
  const user = createUser(context, {
    id,
    aud,
    email,
    phone,
    ...(role === "" ? {} : { role }),
    encrypted_password: hash,
    app_metadata: mergeMetadata(
      { provider: providers[0], providers },
      params.app_metadata,
    ),
    user_metadata: params.user_metadata ?? {},
    banned_until,
  });
  const verified = { email_verified: false, phone_verified: false };
  if (email !== "") {
    createIdentity(context, user, "email", { sub: id, email, ...verified });
  }
  if (phone !== "") {
    createIdentity(context, user, "phone", { sub: id, phone, ...verified });
  }
  auditAdmin(context, "user_signedup", {
    traits: {
      user_id: id,
      user_email: email,
      user_phone: phone,
      provider: providers[0],
    },
  });
  return userJson(context.db, confirm(context, user, params), {
    confirmedAt: null,
  });
}

function confirm(context: Context, user: User, params: AdminUserParams): User {
  const confirmed = params.email_confirm ? confirmEmail(context, user) : user;
  return params.phone_confirm ? confirmPhone(context, confirmed) : confirmed;
}

/** Refuses when the user of the path is not there; runs for everything below it. */
export function requireTarget(context: Context): void {
  const id = context.params["user_id"]!;
  if (!isUuid(id)) fail(404, "validation_failed", "user_id must be an UUID");
  if (context.db.users.get(id.toLowerCase()) === undefined) {
    fail(404, "user_not_found", "User not found");
  }
}

/** The user of the path. */
export function targetUser(context: Context): User {
  return context.db.users.must(context.params["user_id"]!.toLowerCase());
}

/** `GET /admin/users/{user_id}`. */
export function getUserById(context: Context): Response {
  return json(userJson(context.db, targetUser(context)));
}
