import { adminRole } from "./auth.ts";
import { clientIp } from "./client_ip.ts";
import type { Context } from "./context.ts";
import { NIL_UUID } from "./random.ts";
import type { JsonObject, User } from "./records.ts";

const LOG_TYPES: Readonly<Record<string, string>> = {
  login: "account",
  logout: "account",
  invite_accepted: "account",
  user_signedup: "team",
  user_invited: "team",
  user_deleted: "team",
  token_revoked: "token",
  token_refreshed: "token",
  factor_in_progress: "factor",
  factor_unenrolled: "factor",
  challenge_created: "factor",
  verification_attempted: "factor",
  factor_deleted: "factor",
  factor_updated: "factor",
};

/** What of an entry is not derived from the actor. */
export interface AuditOptions {
  /** What the action was about. */
  readonly traits?: JsonObject;
  /** Whether the address of the client is noted. */
  readonly withIp?: boolean;
}

/** Notes what a user did (auth-server §15.9). */
export function audit(
  context: Context,
  actor: User,
  action: string,
  options: AuditOptions = {},
): void {
  const name = actor.user_metadata["full_name"];
  write(context, action, options, {
    actor_id: actor.id,
    actor_via_sso: actor.is_sso_user,
    actor_username: actor.phone || actor.email,
    ...(typeof name === "string" && name !== "" ? { actor_name: name } : {}),
  });
}

/** Notes what an admin did. */
export function auditAdmin(
  context: Context,
  action: string,
  options: AuditOptions = {},
): void {
  write(context, action, options, {
    actor_id: NIL_UUID,
    actor_via_sso: false,
    actor_username: adminRole(context),
  });
}

function write(
  context: Context,
  action: string,
  options: AuditOptions,
  actor: JsonObject,
): void {
  if (context.settings.GOTRUE_AUDIT_LOG_DISABLE_POSTGRES) return;
  const traits = options.traits === undefined ? {} : { traits: options.traits };
  context.db.audit.insert({
    id: context.server.random.uuid(),
    payload: {
      ...actor,
      action,
      log_type: LOG_TYPES[action] ?? "user",
      ...traits,
    },
    created_at: context.now(),
    ip_address: options.withIp ? clientIp(context) : "",
  });
}
