/** `POST /logout` on behalf of a user whose token is at hand. */
import { type AuthConfig, type Metadata, withAccessToken } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";

/**
 * Ends sessions of the user whose access token is given.
 *
 * @see `POST /logout`
 */
export async function signOut(
  config: AuthConfig<Metadata>,
  jwt: string,
  scope: "global" | "local" | "others" = "global",
  request?: RequestOptions,
): Promise<void> {
  await send(
    withAccessToken(config, jwt),
    { method: "POST", path: "/logout", query: { scope }, idempotent: true },
    () => {},
    request,
  );
}
