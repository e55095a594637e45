import { checkPhone } from "../addresses.ts";
import { auditAdmin } from "../audit.ts";
import type { Context } from "../context.ts";
import { findFactor, removeFactor } from "../factors.ts";
import { json } from "../http.ts";
import { factorJson } from "../objects.ts";
import { targetUser } from "./users.ts";

/** Refuses when the factor of the path is not the user's; runs for everything below it. */
export function requireTargetFactor(context: Context): void {
  findFactor(context, targetUser(context));
}

/** `GET /admin/users/{user_id}/factors` (auth-server §15.8). */
export function getUserFactors(context: Context): Response {
  const factors = context.db.factors.list("user", targetUser(context).id);
  return json(factors.map(factorJson));
}

/** `PUT /admin/users/{user_id}/factors/{factor_id}`. */
export function putUserFactor(context: Context): Response {
  const user = targetUser(context);
  const factor = findFactor(context, user);
  const params = context.decode("adminUserUpdateFactorParams", {
    friendly_name: "string",
    phone: "string",
  });
  const isPhone = factor.factor_type === "phone" && params.phone !== "";
  const phone = isPhone ? checkPhone(params.phone) : factor.phone;
  const friendly_name = params.friendly_name || factor.friendly_name;
  const changes = phone !== factor.phone ||
    friendly_name !== factor.friendly_name;
  const updated = changes
    ? context.db.factors.update(factor.id, {
      phone,
      friendly_name,
      updated_at: context.now(),
    })
    : factor;
  auditAdmin(context, "factor_updated", {
    traits: {
      user_id: user.id,
      factor_id: factor.id,
      factor_type: factor.factor_type,
    },
    withIp: true,
  });
  return json(factorJson(updated));
}

/** `DELETE /admin/users/{user_id}/factors/{factor_id}`. */
export function deleteUserFactor(context: Context): Response {
  const user = targetUser(context);
  const factor = findFactor(context, user);
  removeFactor(context, factor);
  auditAdmin(context, "factor_deleted", {
    traits: { user_id: user.id, factor_id: factor.id },
    withIp: true,
  });
  return json(factorJson(factor));
}
