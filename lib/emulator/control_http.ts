import { Changes } from "./changes.ts";
import { type CallBody, CALLS, type Target } from "./control_calls.ts";
import { HttpError } from "./errors.ts";
import { serverOf } from "./instances.ts";
import { isLocalRequest } from "./loopback.ts";
import type { Emulator } from "./options.ts";
import { isPageFile, PAGE_PATH, servePage } from "./page_files.ts";
import { RequestLog } from "./request_log.ts";

const STREAMS: Readonly<
  Record<string, (target: Target) => ReadableStream<Uint8Array>>
> = {
  "changes": ({ changes }) => changes.stream(),
  "events": ({ emulator }) => tellUsers(emulator),
};
/** Calls after which pages look again at what the store does not tell. */
const CHANGING = /^(clock\/(?!now)|faults\/|keys\/rotate|reset|switch)/;

/**
 * An emulator's `fetch` that answers the calls of `connectEmulator()` too: `POST /_emulator/<call>` with a JSON
 * object gives `{ result }` or `{ error: { name, message } }`; `GET /_emulator/events` tells of users, a JSON
 * value in each line. `GET /_emulator/` is a page for people, which `GET /_emulator/changes` keeps up to date.
 */
export function withControl(
  emulator: Emulator,
): (request: Request) => Promise<Response> {
  const target = createTarget(emulator);
  return async (request) => {
    const name = callOf(request);
    if (name === undefined) {
      return await target.requests.watch(request, emulator.fetch);
    }
    const response = isLocalRequest(request)
      ? await answer(target, name, request)
      : refuse(403, "Control is for programs and pages of this machine only");
    return allowOrigin(request, response);
  };
}

function createTarget(emulator: Emulator): Target {
  const { clock, store } = serverOf(emulator);
  const requests = new RequestLog(clock);
  return { emulator, requests, changes: new Changes(store, requests) };
}

/** The call, stream or file that a request means; the pages of providers below the same path are none. */
function callOf(request: Request): string | undefined {
  const { pathname } = new URL(request.url);
  if (!`${pathname}/`.startsWith(PAGE_PATH)) return undefined;
  const name = pathname.slice(PAGE_PATH.length);
  return isPageFile(name) || Object.hasOwn(STREAMS, name) ||
      Object.hasOwn(CALLS, name)
    ? name
    : undefined;
}

async function answer(
  target: Target,
  name: string,
  request: Request,
): Promise<Response> {
  const { method, headers } = request;
  if (method === "OPTIONS") return new Response(null, { status: 204 });
  if (isPageFile(name)) return await servePage(request);
  const stream = STREAMS[name];
  if (method !== (stream ? "GET" : "POST")) {
    return refuse(405, `Control is called by ${stream ? "GET" : "POST"}`);
  }
  if (stream) return streamResponse(stream(target));
  // Only pages that were allowed to may send this type across origins.
  if (!/^application\/json\b/i.test(headers.get("Content-Type") ?? "")) {
    return refuse(415, "Control takes application/json");
  }
  try {
    const body = parseBody(await request.text());
    const result = await CALLS[name]!(target, body);
    if (CHANGING.test(name)) target.changes.publish("control");
    return Response.json({ result: result ?? null });
  } catch (error) {
    return refused(error);
  }
}

function parseBody(text: string): CallBody {
  const body: unknown = text === "" ? {} : JSON.parse(text);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new TypeError("The body must be a JSON object");
  }
  return body;
}

function refused(error: unknown): Response {
  const isMisuse = error instanceof TypeError || error instanceof SyntaxError ||
    error instanceof HttpError;
  const message = error instanceof Error ? error.message : String(error);
  const name = isMisuse ? "TypeError" : "Error";
  return refuse(isMisuse ? 400 : 500, message, name);
}

function refuse(status: number, message: string, name = "Error"): Response {
  return Response.json({ error: { name, message } }, { status });
}

/** A stream without an end; its first, empty line says that listening has begun. */
function tellUsers(emulator: Emulator): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stop = () => {};
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(encoder.encode("\n"));
      stop = emulator.onUser((event) =>
        controller.enqueue(encoder.encode(`${JSON.stringify(event)}\n`))
      );
    },
    cancel: () => stop(),
  });
}

function streamResponse(stream: ReadableStream<Uint8Array>): Response {
  return new Response(stream, {
    headers: { "Content-Type": "application/x-ndjson" },
  });
}

/** Pages of this machine may read answers. */
function allowOrigin(request: Request, response: Response): Response {
  const origin = request.headers.get("Origin");
  if (origin === null || response.status === 403) return response;
  response.headers.set("Access-Control-Allow-Origin", origin);
  response.headers.set("Access-Control-Allow-Headers", "content-type");
  response.headers.set("Vary", "Origin");
  return response;
}
