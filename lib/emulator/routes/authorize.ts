import type { Context } from "../context.ts";
import { startExternalFlow } from "../external/authorize.ts";
import { json, redirect } from "../http.ts";

/** `GET /authorize` (auth-server §14.1). */
export async function getAuthorize(context: Context): Promise<Response> {
  return redirect(context, 302, await startExternalFlow(context));
}

/** `GET /user/identities/authorize` (auth-server §11.4). */
export async function getIdentityAuthorize(
  context: Context,
): Promise<Response> {
  const url = await startExternalFlow(context, context.user);
  return context.query.get("skip_http_redirect") === "true"
    ? json({ url })
    : redirect(context, 302, url);
}
