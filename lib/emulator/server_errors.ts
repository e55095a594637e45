import type { Context } from "./context.ts";
import { isRefusal, OAuthError } from "./errors.ts";

/** What the server says of its own faults where it speaks OAuth (auth-server §14.5 step 6). */
export async function orServerError<T>(
  context: Context,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isRefusal(error)) throw error;
    context.server.report(error);
    throw new OAuthError("server_error", "Internal Server Error");
  }
}
