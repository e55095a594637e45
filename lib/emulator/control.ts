import { userJson } from "./objects.ts";
import type { JsonObject, User } from "./records.ts";
import type { Server } from "./server.ts";
import type { StorageState, StorageStateOptions } from "./storage_state.ts";
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

/** What needs the server's insides; most of them are loaded with it. */
const load = (): Promise<typeof import("./control_work.ts")> =>
  import("./control_work.ts");

/** Makes the handles of an instance. */
export function createControl(server: Server): Control {
  const { store } = server;
  const control: Control = {
    users: {
      seed: async (...users) => (await load()).seedUsers(server, users),
      get: (idOrAddress) => {
        const user = findUser(server, idOrAddress);
        return user && userJson(store.tables, user);
      },
      list: () =>
        [...store.tables.users.all()]
          .sort((a, b) => a.seq - b.seq)
          .map((user) => userJson(store.tables, user)),
      delete: async (idOrAddress) =>
        (await load()).removeUser(server, idOrAddress),
    },
    signIn: async (idOrAddress) =>
      (await load()).beginSession(server, idOrAddress),
    storageState: async (idOrAddress, options) =>
      (await load()).beginStorageState(server, idOrAddress, options),
    onUser: (listener) => observeUsers(server, listener),
  };
  return control;
}

/** A user by id, e-mail address or phone number. */
export function findUser(
  server: Server,
  idOrAddress: string,
): User | undefined {
  const { users } = server.store.tables;
  return users.get(idOrAddress) ??
    users.first("email", idOrAddress.toLowerCase()) ??
    users.first("phone", idOrAddress.replace(/^\+/, "").replaceAll(" ", ""));
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
