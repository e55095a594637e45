import { tokenJson } from "../access_tokens.ts";
import type { Context } from "../context.ts";
import { invalid } from "../errors.ts";
import { json } from "../http.ts";
import { isVersion1, parseRefreshToken } from "../refresh_tokens.ts";
import type { Refreshed, RefreshingClient } from "../refreshes.ts";
import { refreshVersion1 } from "./token_refresh_v1.ts";
import { refreshVersion2 } from "./token_refresh_v2.ts";

/** `POST /token?grant_type=refresh_token` (auth-server §6.3, §6.4). */
export async function refreshGrant(context: Context): Promise<Response> {
  const { refresh_token } = context.decode("RefreshTokenGrantParams", {
    refresh_token: "string",
  });
  const { user, session, refreshToken } = refresh(context, refresh_token, null);
  const options = { method: "token_refresh" };
  return json(await tokenJson(context, user, session, refreshToken, options));
}

/** Exchanges a refresh token, for a client of the OAuth server or for nobody in particular. */
export function refresh(
  context: Context,
  token: string,
  client: RefreshingClient,
): Refreshed {
  if (isVersion1(token)) return refreshVersion1(context, token, client);
  const parsed = token.length > 12 ? parseRefreshToken(token) : undefined;
  if (parsed === undefined) invalid("Refresh token is not valid");
  return refreshVersion2(context, parsed, client);
}
