/**
 * Serves web requests through `node:http`, which Node, Deno and Bun have alike: there a connection can
 * be broken before any answer, as faults demand. The types say as much of it as is used here.
 */

/** What `node:http` calls a request. */
export interface NodeRequest extends AsyncIterable<Uint8Array> {
  readonly method?: string;
  readonly url?: string;
  readonly rawHeaders: readonly string[];
}

/** What `node:http` calls a response. */
export interface NodeResponse {
  readonly writableFinished: boolean;
  readonly destroyed: boolean;
  writeHead(status: number, headers: readonly string[]): void;
  write(chunk: Uint8Array): boolean;
  end(): void;
  destroy(): void;
  on(event: "close" | "drain" | "error", listener: () => void): void;
  once(event: "close" | "drain" | "error", listener: () => void): void;
}

/** Answers web requests. */
export type Handler = (request: Request) => Promise<Response>;

/** Answers one request; a handler that throws breaks the connection. */
export async function answerNode(
  handler: Handler,
  origin: string,
  incoming: NodeRequest,
  outgoing: NodeResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.on("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  outgoing.on("error", () => gone.abort());
  try {
    const request = await toRequest(incoming, origin, gone.signal);
    await send(await handler(request), request.method, outgoing, gone.signal);
  } catch {
    outgoing.destroy();
  }
}

async function toRequest(
  incoming: NodeRequest,
  origin: string,
  signal: AbortSignal,
): Promise<Request> {
  const method = incoming.method ?? "GET";
  const headers = new Headers();
  const raw = incoming.rawHeaders;
  for (let i = 0; i < raw.length; i += 2) headers.append(raw[i]!, raw[i + 1]!);
  const body = await readAll(incoming);
  const hasBody = body.byteLength > 0 && method !== "GET" && method !== "HEAD";
  const path = (incoming.url ?? "/").replace(/^https?:\/\/[^/]*/i, "");
  return new Request(`${origin}/${path.replace(/^\/+/, "")}`, {
    method,
    headers,
    body: hasBody ? body : null,
    signal,
  });
}

/** More than the server takes is not kept: one byte above its limit is enough to be refused. */
const MAX_KEPT = 2_097_152;

async function readAll(
  incoming: NodeRequest,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    if (size > MAX_KEPT) continue;
    chunks.push(chunk);
    size += chunk.byteLength;
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}

async function send(
  response: Response,
  method: string,
  outgoing: NodeResponse,
  signal: AbortSignal,
): Promise<void> {
  // A flat list keeps cookies apart.
  outgoing.writeHead(response.status, [...response.headers].flat());
  const reader = method === "HEAD" ? undefined : response.body?.getReader();
  signal.addEventListener(
    "abort",
    () => void reader?.cancel().catch(() => {}),
    { once: true },
  );
  for (;;) {
    const next = await reader?.read();
    if (next?.value === undefined || signal.aborted) break;
    if (!outgoing.write(next.value)) await drained(outgoing);
  }
  outgoing.end();
}

function drained(outgoing: NodeResponse): Promise<void> {
  return new Promise((resolve) => {
    outgoing.once("drain", resolve);
    outgoing.once("close", resolve);
  });
}
