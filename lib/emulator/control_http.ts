import { type CallBody, CALLS, type Target } from "./control_calls.ts";
import { HttpError } from "./errors.ts";
import { isLocalRequest } from "./loopback.ts";
import type { Emulator } from "./options.ts";

const PREFIX = "/_emulator/";
const EVENTS = "events";

/**
 * An emulator's `fetch` that answers the calls of `connectEmulator()` too: `POST /_emulator/<call>` with a JSON
 * object gives `{ result }` or `{ error: { name, message } }`; `GET /_emulator/events` tells of users, a JSON
 * value in each line.
 */
export function withControl(
  emulator: Emulator,
): (request: Request) => Promise<Response> {
  const target: Target = { emulator, faults: new Map() };
  return async (request) => {
    const name = callOf(request);
    if (name === undefined) return await emulator.fetch(request);
    const response = isLocalRequest(request)
      ? await answer(target, name, request)
      : refuse(403, "Control is for programs and pages of this machine only");
    return allowOrigin(request, response);
  };
}

/** The call that a request means; pages and providers below the same path are none. */
function callOf(request: Request): string | undefined {
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith(PREFIX)) return undefined;
  const name = pathname.slice(PREFIX.length);
  return name === EVENTS || Object.hasOwn(CALLS, name) ? name : undefined;
}

async function answer(
  target: Target,
  name: string,
  request: Request,
): Promise<Response> {
  const { method, headers } = request;
  if (method === "OPTIONS") return new Response(null, { status: 204 });
  if (name === EVENTS && method === "GET") return tellUsers(target.emulator);
  if (name === EVENTS || method !== "POST") {
    return refuse(
      405,
      `Control is called by ${name === EVENTS ? "GET" : "POST"}`,
    );
  }
  // Only pages that were allowed to may send this type across origins.
  if (!/^application\/json\b/i.test(headers.get("Content-Type") ?? "")) {
    return refuse(415, "Control takes application/json");
  }
  try {
    const body = parseBody(await request.text());
    const result = await CALLS[name]!(target, body);
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
function tellUsers(emulator: Emulator): Response {
  const encoder = new TextEncoder();
  let stop = () => {};
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(encoder.encode("\n"));
      stop = emulator.onUser((event) =>
        controller.enqueue(encoder.encode(`${JSON.stringify(event)}\n`))
      );
    },
    cancel: () => stop(),
  });
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
