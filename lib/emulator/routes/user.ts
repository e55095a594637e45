import { requestAudience, tokenAudience } from "../auth.ts";
import type { Context } from "../context.ts";
import { invalid } from "../errors.ts";
import { json } from "../http.ts";
import { userJson } from "../objects.ts";

/** `GET /user` (auth-server §11.1). */
export function getUser(context: Context): Response {
  if (tokenAudience(context) !== requestAudience(context)) {
    invalid("Token audience doesn't match request audience");
  }
  return json(userJson(context.db, context.user));
}
