import type { Context } from "./context.ts";

export { callHook, hasHook } from "./hooks/calls.ts";

/** The text of a page outside; undefined when it cannot be had. */
export async function fetchText(
  context: Context,
  url: string,
): Promise<string | undefined> {
  try {
    const response = await context.server.outgoing(new Request(url));
    const text = await response.text();
    return response.ok ? text : undefined;
  } catch {
    return undefined;
  }
}
