/**
 * A real server as the system under test: without control over its clock, its mail and the hooks that it calls.
 *
 * @module
 */
import type { System } from "./system.ts";

/** Waits shorter than this only set the pace of a replay; a real server has its own. */
const SHORTEST_WAIT_MS = 100;

/** The server at `url`; every request goes there, whatever instance it was recorded with. */
export function createRemoteSystem(
  url: string,
  fetcher: typeof fetch = fetch,
): System {
  const base = url.replace(/\/+$/, "");
  return {
    send: async (_entry, request) => {
      const { pathname, search } = new URL(request.url);
      const body = request.body === null ? null : await request.arrayBuffer();
      return await fetcher(base + pathname + search, {
        method: request.method,
        headers: request.headers,
        body,
        redirect: "manual",
      });
    },
    now: () => Date.now(),
    pass: async (ms) => {
      if (ms >= SHORTEST_WAIT_MS) {
        await new Promise((resolve) => setTimeout(resolve, ms));
      }
    },
  };
}
