import type { Context } from "../context.ts";
import { type HttpError, Refusal } from "../errors.ts";
import { withQuery } from "../go_url.ts";
import { errorResponse, redirect } from "../http.ts";
import { errorName } from "../outcomes.ts";

/**
 * Refuses by a redirect to the site with the error in its query (auth-server §14.3). Where a flow's
 * state is at fault, the server writes the JSON of the error behind the body of the redirect.
 */
export async function refuseToSite(
  context: Context,
  error: HttpError,
  withJson: boolean,
): Promise<never> {
  const location = withQuery(context.settings.GOTRUE_SITE_URL, {
    error: errorName(error.status) ?? "server_error",
    ...(error.code === undefined ? {} : { error_code: error.code }),
    error_description: error.message,
  });
  const response = redirect(context, 303, location);
  const refusal = withJson
    ? await appendJson(context, response, error)
    : response;
  throw new Refusal(refusal, { cause: error, keepWrites: error.keepWrites });
}

async function appendJson(
  context: Context,
  response: Response,
  error: HttpError,
): Promise<Response> {
  const body = await response.text() +
    await errorResponse(context, error).text();
  const headers = new Headers(response.headers);
  if (!headers.has("Content-Type")) {
    headers.set("Content-Type", "text/plain; charset=utf-8");
  }
  return new Response(body, { status: response.status, headers });
}
