import type { SeedUser } from "./control.ts";
import type { Fault } from "./faults.ts";
import type { NextOptions } from "./inboxes.ts";
import type { RotateOptions } from "./keys.ts";
import type { Emulator } from "./options.ts";
import type { StorageStateOptions } from "./storage_state.ts";

/** A fault as JSON: patterns become their source and flags. */
export type FaultJson = Omit<Fault, "path"> & {
  readonly path?: string | { readonly source: string; readonly flags: string };
};

/** What a call takes. All members are optional here: what is missing is refused by what is called. */
export interface CallBody {
  readonly address?: string;
  readonly options?: NextOptions & RotateOptions & StorageStateOptions;
  readonly milliseconds?: number;
  readonly moment?: number;
  readonly fault?: FaultJson;
  readonly id?: number;
  readonly user?: string;
  readonly users?: readonly SeedUser[];
}

/** What calls work on: an emulator and the faults that were added from outside. */
export interface Target {
  readonly emulator: Emulator;
  readonly faults: Map<number, () => void>;
}

type Call = (target: Target, body: CallBody) => unknown;

/** The calls by their path below `/_emulator/`. */
export const CALLS: Readonly<Record<string, Call>> = {
  "info": ({ emulator }) => ({
    url: emulator.url,
    anonKey: emulator.anonKey,
    serviceRoleKey: emulator.serviceRoleKey,
    publishableKey: emulator.publishableKey,
    secretKey: emulator.secretKey,
    jwtSecret: emulator.keys.secret,
  }),
  "mailbox/next": ({ emulator }, { address, options }) =>
    emulator.mailbox.next(text("address", address), options),
  "mailbox/list": ({ emulator }, { address }) => emulator.mailbox.list(address),
  "sms/next": ({ emulator }, { address, options }) =>
    emulator.sms.next(text("address", address), options),
  "sms/list": ({ emulator }, { address }) => emulator.sms.list(address),
  "clock/now": ({ emulator }) => emulator.clock.now(),
  "clock/advance": ({ emulator }, { milliseconds }) =>
    emulator.clock.advance(number("milliseconds", milliseconds)),
  "clock/set": ({ emulator }, { moment }) =>
    emulator.clock.set(number("moment", moment)),
  "clock/freeze": ({ emulator }, { moment }) =>
    moment === undefined
      ? emulator.clock.freeze()
      : emulator.clock.freeze(number("moment", moment)),
  "clock/resume": ({ emulator }) => emulator.clock.resume(),
  "faults/add": addFault,
  "faults/remove": ({ faults }, { id }) => {
    faults.get(number("id", id))?.();
    faults.delete(number("id", id));
  },
  "faults/clear": ({ emulator, faults }) => {
    emulator.faults.clear();
    faults.clear();
  },
  "keys/jwks": ({ emulator }) => emulator.keys.jwks(),
  "keys/rotate": ({ emulator }, { options }) => emulator.keys.rotate(options),
  "users/seed": ({ emulator }, { users }) =>
    emulator.users.seed(...list("users", users)),
  "users/get": ({ emulator }, { user }) =>
    emulator.users.get(text("user", user)),
  "users/list": ({ emulator }) => emulator.users.list(),
  "users/delete": ({ emulator }, { user }) =>
    emulator.users.delete(text("user", user)),
  "sign-in": ({ emulator }, { user }) => emulator.signIn(text("user", user)),
  "storage-state": ({ emulator }, { user, options }) => {
    text("options.origin", options?.origin);
    return emulator.storageState(text("user", user), options!);
  },
  "reset": ({ emulator, faults }) => {
    emulator.reset();
    faults.clear();
  },
};

function addFault({ emulator, faults }: Target, { fault }: CallBody): number {
  if (typeof fault !== "object" || fault === null) {
    throw new TypeError("fault must be an object");
  }
  const { path, ...rest } = fault;
  const remove = emulator.faults.add({
    ...rest,
    ...(path === undefined ? {} : {
      path: typeof path === "string"
        ? path
        : new RegExp(path.source, path.flags),
    }),
  });
  // Removed and cleared ones leave the map, so its size names none for sure.
  const id = Math.max(0, ...faults.keys()) + 1;
  faults.set(id, remove);
  return id;
}

function text(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`${name} must be a text`);
}

function number(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new TypeError(`${name} must be a number`);
}

function list<T>(name: string, value: readonly T[] | undefined): readonly T[] {
  if (Array.isArray(value)) return value;
  throw new TypeError(`${name} must be a list`);
}
