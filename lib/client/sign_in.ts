/** One request, and what it means for the session. */
import type { AuthConfig, Metadata } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import type { SignedIn } from "../wire/session.ts";
import type { Context } from "./context.ts";

/** Signs in by one request, and takes the session over. */
export async function enter<M extends Metadata, P, T extends SignedIn<M>>(
  { config, manager }: Context<M>,
  run: (
    config: AuthConfig<M>,
    params: P,
    request?: RequestOptions,
  ) => Promise<T>,
  params: P,
  request?: RequestOptions,
): Promise<T> {
  const sentAt = config.now();
  const signedIn = await run(config, params, request);
  await manager.signIn(signedIn.session, sentAt);
  return signedIn;
}
