/** `/admin/users/{user_id}/factors` */
import type { AuthConfig, Metadata } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";
import { type Factor, parseFactor } from "../wire/factor.ts";
import { invalid, readObject, readString } from "../wire/json.ts";

/**
 * Lists a user's second factors.
 *
 * @see `GET /admin/users/{user_id}/factors`
 */
export function mfaListFactors(
  config: AuthConfig<Metadata>,
  params: { readonly userId: string },
  request?: RequestOptions,
): Promise<{ readonly factors: readonly Factor[] }> {
  return send(
    config,
    { method: "GET", path: ["/admin/users/", params.userId, "/factors"] },
    ({ body }) => {
      if (!Array.isArray(body)) throw invalid("factors must be an array");
      return { factors: body.map(parseFactor) };
    },
    request,
  );
}

/**
 * Removes a user's second factor.
 *
 * @see `DELETE /admin/users/{user_id}/factors/{factor_id}`
 */
export function mfaDeleteFactor(
  config: AuthConfig<Metadata>,
  params: { readonly id: string; readonly userId: string },
  request?: RequestOptions,
): Promise<{ readonly id: string }> {
  const { id, userId } = params;
  return send(
    config,
    { method: "DELETE", path: ["/admin/users/", userId, "/factors/", id] },
    ({ body }) => ({ id: readString(readObject(body, "factor"), "id") }),
    request,
  );
}
