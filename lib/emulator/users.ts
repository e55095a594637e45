import { deleteGrantsAndPasskeys } from "./belongings.ts";
import type { Context } from "./context.ts";
import { fail, HttpError } from "./errors.ts";
import { UniqueViolation } from "./indexes.ts";
import type {
  Identity,
  JsonObject,
  OneTimeTokenType,
  User,
} from "./records.ts";

/** The user with an e-mail address in an audience; users of single sign-on are not found. */
export function findUserByEmail(
  context: Context,
  email: string,
  aud: string,
): User | undefined {
  const user = email === ""
    ? undefined
    : context.db.users.first("email", email.toLowerCase());
  return user?.aud === aud ? user : undefined;
}

/** The user with a phone number in an audience. */
export function findUserByPhone(
  context: Context,
  phone: string,
  aud: string,
): User | undefined {
  const user = phone === ""
    ? undefined
    : context.db.users.first("phone", phone);
  return user?.aud === aud && !user.is_sso_user ? user : undefined;
}

/** The user whose identity or record already has an address (auth-server §4.3). */
export function findDuplicate(
  context: Context,
  email: string,
  aud: string,
  except?: string,
): User | undefined {
  for (
    const identity of context.db.identities.list("email", email.toLowerCase())
  ) {
    if (
      identity.user_id === except ||
      !isInDefaultDomain(context, identity.provider)
    ) continue;
    const owner = context.db.users.get(identity.user_id);
    if (owner?.aud === aud) return owner;
  }
  const user = findUserByEmail(context, email, aud);
  return user?.id === except ? undefined : user;
}

/** The group of providers within which equal addresses mean the same user. */
export function linkingDomain(context: Context, provider: string): string {
  if (provider.startsWith("sso:")) return provider;
  const pairs = context.settings.GOTRUE_EXPERIMENTAL_PROVIDER_LINKING_DOMAINS
    .split(",");
  const own =
    context.settings.GOTRUE_EXPERIMENTAL_PROVIDERS_WITH_OWN_LINKING_DOMAIN;
  if (own.includes(provider)) return provider;
  const pair = pairs.map((text) => text.split(/[=:]/)).find(([name]) =>
    name === provider
  );
  return pair?.[1] ?? "default";
}

function isInDefaultDomain(context: Context, provider: string): boolean {
  return linkingDomain(context, provider) === "default";
}

/** Members of a new user that are not at their defaults. */
export type NewUser =
  & Partial<Omit<User, "seq" | "created_at" | "updated_at">>
  & Pick<User, "aud">;

/** Adds a user; the role is the default one unless given. */
export function createUser(context: Context, values: NewUser): User {
  const now = context.now();
  return context.db.users.insert({
    id: context.server.random.uuid(),
    role: context.settings.GOTRUE_JWT_DEFAULT_GROUP_NAME.trim(),
    email: "",
    phone: "",
    encrypted_password: null,
    email_confirmed_at: null,
    phone_confirmed_at: null,
    invited_at: null,
    confirmation_token: "",
    confirmation_sent_at: null,
    recovery_token: "",
    recovery_sent_at: null,
    email_change: "",
    email_change_token_new: "",
    email_change_token_current: "",
    email_change_sent_at: null,
    email_change_confirm_status: 0,
    phone_change: "",
    phone_change_token: "",
    phone_change_sent_at: null,
    reauthentication_token: "",
    reauthentication_sent_at: null,
    last_sign_in_at: null,
    app_metadata: {},
    user_metadata: {},
    banned_until: null,
    deleted_at: null,
    is_anonymous: false,
    is_sso_user: false,
    created_at: now,
    ...values,
    updated_at: context.now(),
  });
}

/** Adds a user that registers; an address that is taken in another audience is the database's refusal. */
export function saveNewUser(context: Context, values: NewUser): User {
  try {
    return createUser(context, values);
  } catch (cause) {
    return refuseWrite(cause, "Database error saving new user");
  }
}

/** Refuses as the server does when the database refuses; errors of other kinds go on. */
export function refuseWrite(cause: unknown, message: string): never {
  const isMeant = cause instanceof UniqueViolation ||
    cause instanceof HttpError;
  if (!isMeant) throw cause;
  fail(500, "unexpected_failure", message, { cause });
}

/** Changes a user; `updated_at` moves. */
export function updateUser(
  context: Context,
  user: User,
  patch: Partial<Omit<User, "id" | "seq">>,
): User {
  return context.db.users.update(user.id, {
    ...patch,
    updated_at: context.now(),
  });
}

/** Adds an identity. */
export function createIdentity(
  context: Context,
  user: User,
  provider: string,
  data: JsonObject,
  subject: string = user.id,
): Identity {
  const now = context.now();
  return context.db.identities.insert({
    id: context.server.random.uuid(),
    provider_id: subject,
    user_id: user.id,
    provider,
    identity_data: data,
    last_sign_in_at: now,
    created_at: now,
    updated_at: now,
  });
}

/** The identity of a user at a provider. */
export function identityOf(
  context: Context,
  user: User,
  provider: string,
): Identity | undefined {
  return context.db.identities.list("user", user.id).find((one) =>
    one.provider === provider
  );
}

/** Merges into an identity's data. */
export function mergeIdentityData(
  context: Context,
  identity: Identity,
  data: JsonObject,
  touch = false,
): Identity {
  return context.db.identities.update(identity.id, {
    identity_data: mergeMetadata(identity.identity_data, data),
    ...(touch ? { updated_at: context.now() } : {}),
  });
}

/** Merges metadata: one level deep, `null` deletes (auth-server §4.4). */
export function mergeMetadata(
  stored: JsonObject,
  changes: JsonObject | null,
): JsonObject {
  if (changes === null) return stored;
  const merged = Object.entries({ ...stored, ...changes });
  return Object.fromEntries(merged.filter(([, value]) => value !== null));
}

/** Writes the providers of a user's identities into its app_metadata. */
export function updateProviders(context: Context, user: User): User {
  const identities = context.db.identities.list("user", user.id)
    .sort((a, b) => a.created_at - b.created_at);
  const providers = [
    ...new Set(identities.map((identity) => identity.provider)),
  ];
  const app_metadata = mergeMetadata(user.app_metadata, {
    ...(providers.length > 0 ? { provider: providers[0] } : {}),
    providers,
  });
  return updateUser(context, user, { app_metadata });
}

/** Deletes a user's one-time tokens: all its outstanding links die. */
export function clearOneTimeTokens(context: Context, user: User): void {
  for (const token of context.db.oneTimeTokens.list("user", user.id)) {
    context.db.oneTimeTokens.delete(token.id);
  }
}

/** Sets a user's link of one kind, or removes it. */
export function setOneTimeToken(
  context: Context,
  user: User,
  type: OneTimeTokenType,
  hash: string,
  relatesTo: string,
): void {
  const tokens = context.db.oneTimeTokens;
  const id = `${user.id} ${type}`;
  tokens.delete(id);
  if (hash !== "") {
    tokens.insert({
      id,
      user_id: user.id,
      type,
      token_hash: hash,
      relates_to: relatesTo,
    });
  }
}

/** Confirms the e-mail address. */
export function confirmEmail(context: Context, user: User): User {
  clearOneTimeTokens(context, user);
  return updateUser(context, user, {
    confirmation_token: "",
    email_confirmed_at: context.now(),
    user_metadata: mergeMetadata(user.user_metadata, { email_verified: true }),
  });
}

/** Confirms the phone number. */
export function confirmPhone(context: Context, user: User): User {
  clearOneTimeTokens(context, user);
  return updateUser(context, user, {
    confirmation_token: "",
    phone_confirmed_at: context.now(),
  });
}

/** Deletes a session with all that hangs on it. */
export function deleteSession(context: Context, id: string): void {
  const { sessions, refreshTokens } = context.db;
  for (const token of refreshTokens.list("session", id)) {
    refreshTokens.delete(token.id);
  }
  sessions.delete(id);
}

/** Deletes the sessions of a user, except one. */
export function deleteSessions(
  context: Context,
  user: User,
  except?: string,
): void {
  for (const session of context.db.sessions.list("user", user.id)) {
    if (session.id !== except) deleteSession(context, session.id);
  }
}

/** Stores a password hash; pending tokens die, and all sessions but the one to keep. */
export function writePassword(
  context: Context,
  user: User,
  hash: string,
  keep?: string,
): User {
  clearOneTimeTokens(context, user);
  deleteSessions(context, user, keep);
  return updateUser(context, user, {
    encrypted_password: hash,
    confirmation_token: "",
    confirmation_sent_at: null,
    recovery_token: "",
    recovery_sent_at: null,
    email_change_token_current: "",
    email_change_token_new: "",
    email_change_sent_at: null,
    phone_change_token: "",
    phone_change_sent_at: null,
    reauthentication_token: "",
    reauthentication_sent_at: null,
  });
}

/** Keeps one identity of a user whose address was never confirmed, and nothing of the others. */
export function removeUnconfirmedIdentities(
  context: Context,
  user: User,
  keep: Identity,
): User {
  const isOwn = keep.provider === "email" || keep.provider === "phone";
  for (const identity of context.db.identities.list("user", user.id)) {
    if (identity.id !== keep.id) context.db.identities.delete(identity.id);
  }
  const changed = updateUser(context, user, {
    ...(isOwn ? {} : { encrypted_password: null }),
    user_metadata: mergeMetadata({}, keep.identity_data),
  });
  return updateProviders(context, changed);
}

/** Deletes a factor with its challenges. */
export function deleteFactor(context: Context, id: string): void {
  const { challenges, factors } = context.db;
  for (const challenge of challenges.list("factor", id)) {
    challenges.delete(challenge.id);
  }
  factors.delete(id);
}

/** Deletes all that belongs to a user; flow states stay. */
export function deleteBelongings(context: Context, user: User): void {
  deleteSessions(context, user);
  clearOneTimeTokens(context, user);
  for (const factor of context.db.factors.list("user", user.id)) {
    deleteFactor(context, factor.id);
  }
}

/** Deletes a user and all that belongs to it. */
export function deleteUser(context: Context, user: User): void {
  deleteBelongings(context, user);
  for (const identity of context.db.identities.list("user", user.id)) {
    context.db.identities.delete(identity.id);
  }
  deleteGrantsAndPasskeys(context, user);
  context.db.users.delete(user.id);
}
