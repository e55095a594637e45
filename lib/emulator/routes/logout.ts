import { audit } from "../audit.ts";
import type { Context } from "../context.ts";
import { invalid } from "../errors.ts";
import { empty } from "../http.ts";
import { deleteSession, deleteSessions } from "../users.ts";

/** `POST /logout` (auth-server §11.3). */
export function postLogout(context: Context): Response {
  const scope = context.query.get("scope") || "global";
  if (!["global", "local", "others"].includes(scope)) {
    invalid(`Unsupported logout scope "${scope}"`);
  }
  const { user, session } = context;
  audit(context, user, "logout");
  if (scope === "global" || session === undefined) {
    deleteSessions(context, user);
  } else if (scope === "local") deleteSession(context, session.id);
  else deleteSessions(context, user, session.id);
  return empty();
}
