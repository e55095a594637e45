import { formatTime } from "../clock.ts";
import type { Context } from "../context.ts";
import { invalid } from "../errors.ts";
import { json } from "../http.ts";
import { firstOf, pageHeaders, readPage } from "../paging.ts";
import type { AuditEntry, JsonObject } from "../records.ts";

/** Which members of an entry each scope looks at. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  author: ["actor_username", "actor_name"],
  action: ["action"],
  type: ["log_type"],
};

/** `GET /admin/audit` (auth-server §15.9). */
export function getAudit(context: Context): Response {
  const page = readPage(context);
  const all = context.db.auditTimeline.ids("");
  const fits = readQuery(context);
  const found = fits === undefined
    ? all
    : all.filter(({ id }) => fits(context.db.audit.must(id)));
  const end = Math.max(0, found.length - firstOf(page));
  const shown = found.slice(Math.max(0, end - page.perPage), end).reverse();
  return json(
    shown.map(({ id }) => entryJson(context.db.audit.must(id))),
    200,
    pageHeaders(context, page, found.length),
  );
}

function readQuery(
  context: Context,
): ((entry: AuditEntry) => boolean) | undefined {
  const query = context.query.get("query") ?? "";
  if (query === "") return undefined;
  const colon = query.indexOf(":");
  const scope = colon < 0 ? "" : query.slice(0, colon);
  const members = Object.hasOwn(SCOPES, scope) ? SCOPES[scope] : undefined;
  if (members === undefined) invalid(`Invalid query scope: ${query}`);
  const text = query.slice(colon + 1).toLowerCase();
  return ({ payload }) =>
    members.some((member) =>
      String(payload[member] ?? "").toLowerCase().includes(text)
    );
}

function entryJson(entry: AuditEntry): JsonObject {
  return {
    id: entry.id,
    payload: entry.payload,
    created_at: formatTime(entry.created_at),
    ip_address: entry.ip_address,
  };
}
