import type { Address } from "./address.ts";
import { handle } from "./handle.ts";
import { Router, routes, subtrees } from "./router.ts";
import type { Server } from "./server.ts";

/** Answers a request at an address. */
export type Handler = (request: Request, address: Address) => Promise<Response>;

/** Everything that answers requests; loaded when the first one comes. */
export function createHandler(server: Server): Handler {
  const router = new Router(routes(), subtrees());
  return (request, address) => handle(server, router, request, address);
}
