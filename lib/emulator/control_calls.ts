import type { Changes } from "./changes.ts";
import type { Context } from "./context.ts";
import type { SeedUser } from "./control.ts";
import { createInternalContext } from "./control_work.ts";
import type { Fault } from "./faults.ts";
import type { NextOptions } from "./inboxes.ts";
import {
  countAll,
  faultsOf,
  listFactors,
  listFaults,
  listMessages,
  listPasskeys,
  listSessions,
  listUsers,
  showClock,
} from "./inspection.ts";
import { serverOf } from "./instances.ts";
import type { RotateOptions } from "./keys.ts";
import type { Emulator } from "./options.ts";
import type { RequestLog } from "./request_log.ts";
import type { StorageStateOptions } from "./storage_state.ts";
import { showSettings, turnSwitch } from "./switches.ts";
import { deleteFactor, deleteSession } from "./users.ts";

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
  readonly id?: number | string;
  readonly name?: string;
  readonly on?: boolean;
  readonly text?: string;
  readonly user?: string;
  readonly users?: readonly SeedUser[];
}

/** What calls work on: an emulator, its latest requests, and pages that want to know what changes. */
export interface Target {
  readonly emulator: Emulator;
  readonly requests: RequestLog;
  readonly changes: Changes;
}

type Call = (target: Target, body: CallBody) => unknown;

/** The calls of `connectEmulator()`. */
const HANDLES: Readonly<Record<string, Call>> = {
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
  "faults/remove": ({ emulator }, { id }) =>
    faultsOf(emulator).remove(number("id", id)),
  "faults/clear": ({ emulator }) => emulator.faults.clear(),
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
  "reset": ({ emulator }) => emulator.reset(),
};

/** The calls of the page besides: looking at everything, and a few things to do. */
const PAGE_CALLS: Readonly<Record<string, Call>> = {
  "inspect/counts": ({ emulator }) => countAll(emulator),
  "inspect/messages": ({ emulator }, search) => listMessages(emulator, search),
  "inspect/users": ({ emulator }, search) => listUsers(emulator, search),
  "inspect/sessions": ({ emulator }, search) => listSessions(emulator, search),
  "inspect/factors": ({ emulator }, search) => listFactors(emulator, search),
  "inspect/passkeys": ({ emulator }, search) => listPasskeys(emulator, search),
  "inspect/faults": ({ emulator }) => listFaults(emulator),
  "inspect/clock": ({ emulator }) => showClock(emulator),
  "inspect/keys": ({ emulator }) => serverOf(emulator).keys.list(),
  "inspect/requests": ({ requests }) => requests.list(),
  "inspect/settings": ({ emulator }) => showSettings(emulator),
  "requests/clear": ({ requests }) => requests.clear(),
  "sessions/delete": ({ emulator }, { id }) =>
    write(emulator, (context) => deleteSession(context, text("id", id))),
  "factors/delete": ({ emulator }, { id }) =>
    write(emulator, (context) => deleteFactor(context, text("id", id))),
  "passkeys/delete": ({ emulator }, { id }) =>
    write(emulator, ({ db }) => db.passkeys.delete(text("id", id))),
  "switch": ({ emulator }, { name, on, options }) =>
    turnSwitch(
      emulator,
      text("name", name),
      on === true,
      text("options.origin", options?.origin),
    ),
};

/** All calls by their path below `/_emulator/`. */
export const CALLS: Readonly<Record<string, Call>> = {
  ...HANDLES,
  ...PAGE_CALLS,
};

function write(
  emulator: Emulator,
  work: (context: Context) => void,
): Promise<void> {
  const server = serverOf(emulator);
  return server.store.transaction(() => work(createInternalContext(server)));
}

function addFault({ emulator }: Target, { fault }: CallBody): number {
  if (typeof fault !== "object" || fault === null) {
    throw new TypeError("fault must be an object");
  }
  const { path, ...rest } = fault;
  return faultsOf(emulator).put({
    ...rest,
    ...(path === undefined ? {} : {
      path: typeof path === "string"
        ? path
        : new RegExp(path.source, path.flags),
    }),
  });
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
