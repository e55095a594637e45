/** What can go wrong with a request, as the stub server's interferences. */
import type { Interference, StubServer } from "./stub_server.ts";
import { refuse } from "./stub_server.ts";

/** One way of going wrong. */
export interface Fault {
  readonly name: string;
  readonly interfere: Interference;
  /** The class and code of the error that a caller gets. */
  readonly error: readonly [name: string, code: string];
  /** How often a refresh is tried before that. */
  readonly attempts: number;
  /** For how long the server asks to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Whether the caller gives up, after a second. */
  readonly isAborted?: boolean;
}

const HTML = "<!doctype html><title>Web server is down</title>";

function html(status: number): Response {
  const headers = { "content-type": "text/html" };
  return new Response(HTML, { status, headers });
}

function stall(): Promise<Response> {
  return new Promise(() => {});
}

/** Every way of the table. */
export const FAULTS: readonly Fault[] = [
  {
    name: "429 with Retry-After",
    interfere: () =>
      refuse(429, "over_request_rate_limit", "Request rate limit reached", {
        "retry-after": "30",
      }),
    error: ["AuthApiError", "over_request_rate_limit"],
    attempts: 1,
    retryAfterMs: 30_000,
  },
  {
    name: "500",
    interfere: () => refuse(500, "unexpected_failure", "Unexpected failure"),
    error: ["AuthApiError", "unexpected_failure"],
    attempts: 3,
  },
  {
    name: "503",
    interfere: () => refuse(503, "unexpected_failure", "Unavailable"),
    error: ["AuthApiError", "unexpected_failure"],
    attempts: 3,
  },
  {
    name: "521 in HTML",
    interfere: () => html(521),
    error: ["AuthResponseError", "invalid_response"],
    attempts: 3,
  },
  {
    name: "403 in HTML",
    interfere: () => html(403),
    error: ["AuthResponseError", "invalid_response"],
    attempts: 1,
  },
  {
    name: "a reset",
    interfere: () => {
      throw new TypeError("connection reset");
    },
    error: ["AuthNetworkError", "network_failure"],
    attempts: 3,
  },
  {
    name: "a stall",
    interfere: stall,
    error: ["AuthNetworkError", "timeout"],
    attempts: 1,
  },
  {
    name: "an abort",
    interfere: stall,
    error: ["AuthNetworkError", "aborted"],
    attempts: 1,
    isAborted: true,
  },
  {
    name: "truncated JSON",
    interfere: async (_, work) => {
      const text = await work().text();
      const half = text.slice(0, Math.ceil(text.length / 2)) || "{";
      return new Response(half, { status: 200 });
    },
    error: ["AuthResponseError", "invalid_response"],
    attempts: 3,
  },
  {
    name: "a lost response",
    interfere: (_, work) => {
      work();
      throw new TypeError("connection reset");
    },
    error: ["AuthNetworkError", "network_failure"],
    attempts: 3,
  },
];

/** Puts a fault in the way of every request; gives what takes it away. */
export function strike(server: StubServer, fault: Fault): () => void {
  server.interfere = fault.interfere;
  return () => {
    server.interfere = undefined;
  };
}
