import type { Address } from "./address.ts";
import { Context, type Incoming } from "./context.ts";
import { addCorsHeaders, isPreflight, preflight } from "./cors.ts";
import { HttpError, isRefusal, Refusal } from "./errors.ts";
import { errorResponse } from "./http.ts";
import { withDeadline } from "./limits/deadline.ts";
import { sendNotifications } from "./notifications.ts";
import { type Found, notFound, type Router } from "./router.ts";
import type { Server } from "./server.ts";

const MAX_BODY = 1_048_576;

/** Answers a request, whatever it is. */
export async function handle(
  server: Server,
  router: Router,
  request: Request,
  address: Address,
): Promise<Response> {
  const headers = server.gateway(request.headers);
  if (isPreflight(request.method, headers)) {
    return preflight(server.settings, headers, address.isBehindGateway);
  }
  const incoming = {
    method: request.method,
    headers,
    ...address,
    ...await readBody(request),
  };
  const context = new Context(server, incoming);
  const response = await answer(context, router, incoming);
  for (const [name, value] of context.answerHeaders) {
    response.headers.append(name, value);
  }
  addCorsHeaders(response, headers);
  return response;
}

type Body = Pick<Incoming, "body" | "form"> & { readonly isTooLarge: boolean };

async function readBody(request: Request): Promise<Body> {
  if (request.body === null) return { body: "", form: null, isTooLarge: false };
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > MAX_BODY) {
    return { body: "", form: null, isTooLarge: true };
  }
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const type = request.headers.get("Content-Type") ?? "";
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
    return { body: text, form: null, isTooLarge: false };
  }
  // The request log of the real server reads forms early, which leaves nothing for JSON handlers.
  return { body: "", form: new URLSearchParams(text), isTooLarge: false };
}

async function answer(
  context: Context,
  router: Router,
  body: Pick<Body, "isTooLarge">,
): Promise<Response> {
  try {
    if (body.isTooLarge) {
      throw new HttpError(
        413,
        "request_entity_too_large",
        `Request body too large (max ${MAX_BODY} bytes)`,
      );
    }
    const found = router.find(context.method, context.path);
    context.params = found.params;
    const isWrite = found.match !== undefined && !found.match.options.reads;
    return await (isWrite
      ? runInTransaction(context, found)
      : run(context, found));
  } catch (error) {
    if (error instanceof Refusal) return error.response;
    if (!isRefusal(error)) context.server.report(error);
    return errorResponse(context, error);
  }
}

async function run(context: Context, found: Found): Promise<Response> {
  const { guards, match } = found;
  for (const guard of guards) await guard(context);
  if (match === undefined) return notFound(found);
  for (const guard of match.options.guards ?? []) await guard(context);
  return await match.handler(context);
}

function runInTransaction(context: Context, found: Found): Promise<Response> {
  return context.server.store.transaction(async (transaction) => {
    const limit = context.settings.GOTRUE_API_MAX_REQUEST_DURATION;
    context.begin({
      keep: transaction.keep,
      outside: (work) => transaction.outside(() => withDeadline(limit, work)),
    });
    try {
      const response = await run(context, found);
      await sendNotifications(context);
      return response;
    } catch (error) {
      if (keepsWrites(error)) transaction.keep();
      throw error;
    }
  });
}

function keepsWrites(error: unknown): boolean {
  return (error instanceof HttpError || error instanceof Refusal) &&
    error.keepWrites;
}
