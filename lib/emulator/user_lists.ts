import { requestAudience } from "./auth.ts";
import { formatTime, parseTime } from "./clock.ts";
import type { Context } from "./context.ts";
import {
  fromBase64Url,
  fromUtf8,
  illegalBase64,
  toBase64Url,
  utf8,
} from "./encoding.ts";
import { invalid } from "./errors.ts";
import { type Entry, position } from "./indexes.ts";
import { userJson } from "./objects.ts";
import { firstOf, link, pageHeaders, parseUint, readPage } from "./paging.ts";
import type { JsonObject, Time, User } from "./records.ts";

/** A part of the list of users with its headers. */
export interface UserList {
  /** The body. */
  readonly body: JsonObject;
  /** The headers. */
  readonly headers: Record<string, string>;
}

/** Lists users page by page (auth-server §15.2). */
export function listByPage(context: Context): UserList {
  const page = readPage(context);
  const list = findUsers(context);
  const rows = part(list, firstOf(page), page.perPage);
  return {
    body: {
      users: rows.map((user) => show(context, user)),
      aud: requestAudience(context),
    },
    headers: pageHeaders(context, page, list.ids.length),
  };
}

/** Whether a list is asked for by cursor. */
export function isByCursor(context: Context): boolean {
  return context.settings.GOTRUE_EXPERIMENTAL_CURSOR_PAGINATION_ENABLED &&
    !context.query.has("page") && !context.query.has("per_page");
}

/** Lists users from a cursor on. */
export function listByCursor(context: Context): UserList {
  const limit = readLimit(context);
  const list = findUsers(context);
  const start = startOf(context, list);
  const rows = part(list, start, limit);
  const has_more = start + limit < list.ids.length;
  const next = has_more ? writeCursor(rows.at(-1)!) : undefined;
  const pagination = next === undefined
    ? { has_more }
    : { next_cursor: next, has_more };
  return {
    body: {
      users: rows.map((user) => show(context, user)),
      aud: requestAudience(context),
      pagination,
    },
    headers: next === undefined
      ? {}
      : { Link: link(context, { cursor: next }, "next") },
  };
}

/** Users that fit, oldest first, and the order in which they are wanted. */
interface FoundUsers {
  readonly ids: readonly Entry[];
  readonly ascending: boolean;
  readonly users: (id: string) => User;
}

function findUsers(context: Context): FoundUsers {
  const ascending = readDirection(context) === "asc";
  const all = context.db.userTimeline.ids(requestAudience(context));
  const filter = context.query.get("filter") ?? "";
  return {
    ids: filter === "" ? all : all.filter(createFilter(context, filter)),
    ascending,
    users: (id) => context.db.users.must(id),
  };
}

/** Some users of a list; the list itself is not copied, however long it is. */
function part(
  { ids, ascending, users }: FoundUsers,
  start: number,
  count: number,
): User[] {
  const end = ids.length - start;
  const found = ascending
    ? ids.slice(start, start + count)
    : ids.slice(Math.max(0, end - count), Math.max(0, end)).reverse();
  return found.map(({ id }) => users(id));
}

function show(context: Context, user: User): JsonObject {
  return userJson(context.db, user, { identities: null, factors: [] });
}

/** Users whose address contains a text, or whose full name does so in any case. */
function createFilter(
  context: Context,
  text: string,
): (entry: { readonly id: string }) => boolean {
  const exact = createLike(text, "gs");
  const anyCase = createLike(text, "gis");
  return ({ id }) => {
    const user = context.db.users.must(id);
    const name = user.user_metadata["full_name"];
    return exact(user.email) || (typeof name === "string" && anyCase(name));
  };
}

/** Whether a text contains a pattern of LIKE: its pieces between "%" follow one another. */
function createLike(
  pattern: string,
  flags: string,
): (text: string) => boolean {
  const pieces = pattern.split("%").map((piece) => {
    const source = piece.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    return new RegExp(source.replaceAll("_", "."), flags);
  });
  return (text) => {
    let at = 0;
    return pieces.every((piece) => {
      piece.lastIndex = at;
      const isThere = piece.test(text);
      at = piece.lastIndex;
      return isThere;
    });
  };
}

function readDirection(context: Context): "asc" | "desc" {
  let direction: "asc" | "desc" = "desc";
  for (const sort of context.query.getAll("sort")) {
    const [field = "", order = "desc"] = sort.split(" ");
    if (field !== "created_at") {
      invalid(`Bad Sort Parameters: bad field for sort '${field}'`);
    }
    const wanted = order.toLowerCase();
    if (wanted !== "asc" && wanted !== "desc") {
      invalid(
        `Bad Sort Parameters: bad direction for sort '${order}', only 'asc' and 'desc' allowed`,
      );
    }
    direction = wanted;
  }
  return direction;
}

function readLimit(context: Context): number {
  const text = context.query.get("limit") ?? "";
  const limit = text === "" ? 50 : parseUint(text);
  if (limit === 0) {
    invalid("Bad Pagination Parameters: limit must be greater than 0");
  }
  return Math.min(limit, 1000);
}

interface Cursor {
  readonly created_at: Time;
  readonly id: string;
}

function writeCursor({ id, created_at }: User): string {
  const cursor = { created_at: formatTime(created_at), id };
  return toBase64Url(utf8(JSON.stringify(cursor)));
}

/** The position after the user that a cursor names. */
function startOf(context: Context, list: FoundUsers): number {
  const text = context.query.get("cursor") ?? "";
  if (text === "") return 0;
  const { id, created_at } = readCursor(text);
  // The place of a user that has been deleted meanwhile is known by its time.
  const mark = context.db.users.get(id) ?? { created_at, seq: 0 };
  const at = position(list.ids, mark);
  if (!list.ascending) return list.ids.length - at;
  return list.ids[at]?.id === id ? at + 1 : at;
}

function readCursor(text: string): Cursor {
  const bytes = fromBase64Url(text);
  if (bytes === undefined) {
    invalid(
      `Bad Pagination Parameters: invalid cursor encoding: ${
        illegalBase64(text)
      }`,
    );
  }
  try {
    const { created_at, id } = JSON.parse(fromUtf8(bytes));
    const time = parseTime(String(created_at));
    if (time !== undefined && typeof id === "string") {
      return { created_at: time, id };
    }
  } catch {
    // What is not JSON is refused below, like JSON of another shape.
  }
  return invalid("Bad Pagination Parameters: invalid cursor format");
}
