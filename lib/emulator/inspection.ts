import { FaultList } from "./faults.ts";
import { serverOf } from "./instances.ts";
import { factorJson, userJson } from "./objects.ts";
import type { Emulator } from "./options.ts";
import type { Factor, JsonObject, Row, Session, User } from "./records.ts";
import type { Passkey } from "./records_passkeys.ts";
import type { Server } from "./server.ts";
import { totpCode } from "./totp.ts";

/** A part of a list, newest first. */
export interface Listing {
  /** How many there are in all. */
  readonly total: number;
  /** The newest of those that were looked for. */
  readonly items: readonly JsonObject[];
}

/** What the page looks for. */
export interface Search {
  /** A part of what identifies the item: id, address, name. */
  readonly text?: string | undefined;
}

const MAX_ITEMS = 100;

/** How many there are of everything. */
export function countAll(emulator: Emulator): JsonObject {
  const { tables } = serverOf(emulator).store;
  return {
    users: tables.users.size,
    sessions: tables.sessions.size,
    factors: tables.factors.size,
    passkeys: tables.passkeys.size,
    mails: tables.mails.size,
    texts: tables.messages.size,
  };
}

/** Mails and texts together. */
export function listMessages(emulator: Emulator, search: Search): Listing {
  const { mails, messages } = serverOf(emulator).store.tables;
  const rows = [...mails.all(), ...messages.all()]
    .sort((a, b) => a.seq - b.seq);
  return select(rows, search, (row) => [row.to], (row) => ({
    kind: "html" in row ? "mail" : "text",
    ...row,
  }));
}

/** Users as `GET /user` shows them, with what belongs to them. */
export function listUsers(emulator: Emulator, search: Search): Listing {
  const { tables } = serverOf(emulator).store;
  return select(
    tables.users.all(),
    search,
    (user) => [user.id, user.email, user.phone],
    (user) => ({
      user: userJson(tables, user),
      hasPassword: Boolean(user.encrypted_password),
      sessions: tables.sessions.list("user", user.id).length,
      passkeys: tables.passkeys.list("user", user.id).length,
    }),
  );
}

/** Sessions without their tokens. */
export function listSessions(emulator: Emulator, search: Search): Listing {
  const server = serverOf(emulator);
  return select(
    server.store.tables.sessions.all(),
    search,
    (session) => [session.id, nameOf(server, session)],
    (session) => showSession(server, session),
  );
}

function showSession(server: Server, session: Session): JsonObject {
  const { refresh_token_hmac_key: key, seq: _, ...rest } = session;
  return {
    ...rest,
    user: nameOf(server, session),
    refresh_token_version: key === null ? 1 : 2,
  };
}

/** Second factors; those of an authenticator application with the code of the moment. */
export function listFactors(emulator: Emulator, search: Search): Listing {
  const server = serverOf(emulator);
  return select(
    server.store.tables.factors.all(),
    search,
    (factor) => [factor.id, factor.friendly_name, nameOf(server, factor)],
    (factor) => showFactor(server, factor),
  );
}

function showFactor(server: Server, factor: Factor): JsonObject {
  const isTotp = factor.factor_type === "totp";
  return {
    ...factorJson(factor),
    user: nameOf(server, factor),
    user_id: factor.user_id,
    ...(isTotp
      ? {
        secret: factor.secret,
        current_code: totpCode(factor.secret, server.clock.now()),
      }
      : {}),
  };
}

/** Passkeys. */
export function listPasskeys(emulator: Emulator, search: Search): Listing {
  const server = serverOf(emulator);
  return select(
    server.store.tables.passkeys.all(),
    search,
    (passkey) => [passkey.id, passkey.friendly_name, nameOf(server, passkey)],
    (passkey) => showPasskey(server, passkey),
  );
}

function showPasskey(server: Server, passkey: Passkey): JsonObject {
  const { credential: _credential, seq: _seq, ...rest } = passkey;
  return { ...rest, user: nameOf(server, passkey) };
}

/** The faults in force. */
export function listFaults(emulator: Emulator): readonly JsonObject[] {
  return faultsOf(emulator).list().map(({ id, fault, left }) => ({
    id,
    ...fault,
    path: fault.path === undefined ? null : String(fault.path),
    left: left === Infinity ? null : left,
  }));
}

/** The list behind an emulator's faults. */
export function faultsOf({ faults }: Emulator): FaultList {
  if (faults instanceof FaultList) return faults;
  throw new TypeError("The emulator must come from createEmulator()");
}

/** What the clock says, and whether it stands. */
export function showClock(emulator: Emulator): JsonObject {
  const { clock } = serverOf(emulator);
  return { now: clock.now(), frozen: clock.isFrozen };
}

function nameOf(server: Server, row: { readonly user_id: string }): string {
  const user = server.store.tables.users.get(row.user_id);
  return user === undefined ? row.user_id : userName(user);
}

function userName(user: User): string {
  return user.email || (user.phone === "" ? "" : `+${user.phone}`) || user.id;
}

function select<R extends Row>(
  rows: Iterable<R>,
  search: Search,
  namesOf: (row: R) => readonly string[],
  show: (row: R) => JsonObject,
): Listing {
  const all = [...rows].reverse();
  const text = (search.text ?? "").trim().toLowerCase();
  const fits = (row: R) =>
    namesOf(row).some((name) => name.toLowerCase().includes(text));
  const items = text === "" ? all : all.filter(fits);
  return { total: all.length, items: items.slice(0, MAX_ITEMS).map(show) };
}
