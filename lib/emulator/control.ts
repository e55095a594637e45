import { signIn, tokenJson } from "./access_tokens.ts";
import { checkEmail, checkPhone } from "./addresses.ts";
import { Context } from "./context.ts";
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

/** A user to be made. */
export interface SeedUser {
  /** Default: a random UUID. */
  readonly id?: string;
  /** The e-mail address. */
  readonly email?: string;
  /** The phone number. */
  readonly phone?: string;
  /** Default: none. */
  readonly password?: string;
  /** Whether the addresses are confirmed; they are by default. */
  readonly confirmed?: boolean;
  /** Written by the user. */
  readonly user_metadata?: JsonObject;
  /** Written by trusted servers, beside the providers. */
  readonly app_metadata?: JsonObject;
}

/** Users beside the HTTP interface. */
export interface Users {
  /** Makes users; gives them as `GET /user` shows them. */
  seed(...users: readonly SeedUser[]): Promise<JsonObject[]>;
  /** A user by id, e-mail address or phone number. */
  get(idOrAddress: string): JsonObject | undefined;
  /** All users, oldest first. */
  list(): JsonObject[];
  /** Deletes a user with all that belongs to it. */
  delete(idOrAddress: string): Promise<void>;
}

/** A user that appeared, changed or went. */
export interface UserEvent {
  /** What happened. */
  readonly type: "created" | "updated" | "deleted";
  /** The user's id. */
  readonly id: string;
  /** The user as `GET /user` shows it; null when it is gone. */
  readonly user: JsonObject | null;
}

/** What a test can do to an emulator beside sending requests. */
export interface Control {
  /** Users. */
  readonly users: Users;
  /** A new session for a user (by id, e-mail address or phone number), as `POST /token` answers. */
  signIn(idOrAddress: string): Promise<JsonObject>;
  /** What Playwright's `storageState` takes, with a new session of the user in it. */
  storageState(
    idOrAddress: string,
    options: StorageStateOptions,
  ): Promise<StorageState>;
  /** Tells a listener each user that appears, changes or goes; returns what ends that. */
  onUser(listener: (event: UserEvent) => void): () => void;
}

/** Makes the handles of an instance. */
export function createControl(server: Server): Control {
  const { store } = server;
  const control: Control = {
    users: {
      seed: (...users) =>
        store.transaction(() => users.map((user) => seedUser(server, user))),
      get: (idOrAddress) => {
        const user = findUser(server, idOrAddress);
        return user && userJson(store.tables, user);
      },
      list: () =>
        [...store.tables.users.all()]
          .sort((a, b) => a.seq - b.seq)
          .map((user) => userJson(store.tables, user)),
      delete: async (idOrAddress) => {
        await store.transaction(() =>
          deleteUser(
            createInternalContext(server),
            mustFind(server, idOrAddress),
          )
        );
      },
    },
    signIn: (idOrAddress) => beginSession(server, idOrAddress),
    storageState: async (idOrAddress, options) =>
      createStorageState(
        server,
        await beginSession(server, idOrAddress),
        options,
      ),
    onUser: (listener) => observeUsers(server, listener),
  };
  return control;
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

function findUser(server: Server, idOrAddress: string): User | undefined {
  const { users } = server.store.tables;
  return users.get(idOrAddress) ??
    users.first("email", idOrAddress.toLowerCase()) ??
    users.first("phone", idOrAddress.replace(/^\+/, "").replaceAll(" ", ""));
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

function beginSession(
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

function observeUsers(
  server: Server,
  listener: (event: UserEvent) => void,
): () => void {
  const { store } = server;
  const known = new Set([...store.tables.users.all()].map((user) => user.id));
  return store.subscribe((changes) => {
    for (const { id, row } of changes) {
      const user = row === null ? null : userJson(store.tables, row as User);
      const type = user === null
        ? "deleted"
        : known.has(id)
        ? "updated"
        : "created";
      if (type === "deleted") known.delete(id);
      else known.add(id);
      listener({ type, id, user });
    }
  }, [store.tables.users.name]);
}
