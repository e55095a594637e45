/** `GET /reauthenticate` */
import type { Metadata, UserConfig } from "../config.ts";
import { type RequestOptions, send } from "../request.ts";

/**
 * Sends the user a code to give as `nonce` when the password changes.
 *
 * @see `GET /reauthenticate`
 */
export function reauthenticate(
  config: UserConfig<Metadata>,
  request?: RequestOptions,
): Promise<void> {
  // A GET that sends a message each time it is made.
  return send(
    config,
    { method: "GET", path: "/reauthenticate", idempotent: false },
    () => {},
    request,
  );
}
