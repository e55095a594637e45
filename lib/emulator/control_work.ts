import { signIn, tokenJson } from "./access_tokens.ts";
import { checkEmail, checkPhone } from "./addresses.ts";
import { Context } from "./context.ts";
import { findUser, type SeedUser } from "./control.ts";
import { userJson } from "./objects.ts";
import { hashPassword } from "./passwords.ts";
import type { JsonObject, User } from "./records.ts";
import type { Server } from "./server.ts";
import {
  createStorageState,
  type StorageState,
  type StorageStateOptions,
} from "./storage_state.ts";
import {
  confirmEmail,
  confirmPhone,
  createIdentity,
  createUser,
  deleteUser,
  mergeMetadata,
} from "./users.ts";

/** Makes users. */
export function seedUsers(
  server: Server,
  users: readonly SeedUser[],
): Promise<JsonObject[]> {
  return server.store.transaction(() =>
    users.map((user) => seedUser(server, user))
  );
}

/** Deletes a user with all that belongs to it. */
export async function removeUser(
  server: Server,
  idOrAddress: string,
): Promise<void> {
  await server.store.transaction(() =>
    deleteUser(createInternalContext(server), mustFind(server, idOrAddress))
  );
}

/** A new session in the form of Playwright's `storageState`. */
export async function beginStorageState(
  server: Server,
  idOrAddress: string,
  options: StorageStateOptions,
): Promise<StorageState> {
  const session = await beginSession(server, idOrAddress);
  return createStorageState(server, session, options);
}

/** A context for work that no request asked for. */
export function createInternalContext(server: Server): Context {
  return new Context(server, {
    method: "POST",
    path: "/",
    query: new URLSearchParams(),
    headers: new Headers(),
    body: "",
    form: null,
  });
}

function mustFind(server: Server, idOrAddress: string): User {
  const user = findUser(server, idOrAddress);
  if (user === undefined) {
    throw new TypeError("There is no such user in the emulator");
  }
  return user;
}

function seedUser(server: Server, seed: SeedUser): JsonObject {
  const context = createInternalContext(server);
  const email = seed.email === undefined ? "" : checkEmail(seed.email);
  const phone = seed.phone === undefined ? "" : checkPhone(seed.phone);
  const providers = [...(email ? ["email"] : []), ...(phone ? ["phone"] : [])];
  const { random, settings } = server;
  let user = createUser(context, {
    id: seed.id ?? random.uuid(),
    aud: settings.GOTRUE_JWT_AUD,
    email,
    phone,
    encrypted_password: seed.password === undefined
      ? ""
      : hashPassword(random, seed.password),
    app_metadata: mergeMetadata(
      providers.length > 0 ? { provider: providers[0], providers } : {},
      seed.app_metadata ?? {},
    ),
    user_metadata: seed.user_metadata ?? {},
    is_anonymous: providers.length === 0,
  });
  const isConfirmed = seed.confirmed ?? true;
  if (email !== "") {
    const verified = { email_verified: isConfirmed, phone_verified: false };
    createIdentity(context, user, "email", {
      sub: user.id,
      email,
      ...verified,
    });
    if (isConfirmed) user = confirmEmail(context, user);
  }
  if (phone !== "") {
    const verified = { email_verified: false, phone_verified: isConfirmed };
    createIdentity(context, user, "phone", {
      sub: user.id,
      phone,
      ...verified,
    });
    if (isConfirmed) user = confirmPhone(context, user);
  }
  return userJson(context.db, user);
}

/** A session without a credential. */
export function beginSession(
  server: Server,
  idOrAddress: string,
): Promise<JsonObject> {
  return server.store.transaction((transaction) => {
    const context = createInternalContext(server);
    context.begin(transaction);
    const found = mustFind(server, idOrAddress);
    const method = found.is_anonymous ? "anonymous" : "password";
    const { user, session, refreshToken } = signIn(context, found, method);
    return tokenJson(context, user, session, refreshToken);
  });
}
