import { clientIp } from "../client_ip.ts";
import { formatTime } from "../clock.ts";
import type { Context } from "../context.ts";
import { fail } from "../errors.ts";
import type { JsonObject } from "../records.ts";
import { type HookName, HOOKS } from "./types.ts";
import { sendHook } from "./transport.ts";

type Callback = (payload: JsonObject) => unknown;

/** Whether a hook is to be called. */
export function hasHook(context: Context, name: HookName): boolean {
  return callbackOf(context, name) !== undefined ||
    (context.settings.hooks[name]?.enabled ?? false);
}

/**
 * Calls a hook (auth-server §22), in process or by signed HTTP, and gives its answer. Other
 * requests go on meanwhile. Refuses as the server does when the hook fails or refuses.
 */
export async function callHook(
  context: Context,
  name: HookName,
  payload: JsonObject,
): Promise<JsonObject> {
  const text = JSON.stringify({
    metadata: metadata(context, name),
    ...payload,
  });
  const callback = callbackOf(context, name);
  const answer = await context.transaction.outside(() =>
    callback === undefined
      ? sendHook(context, context.settings.hooks[name]!, text)
      : ask(callback, text)
  );
  refuseIfAsked(answer);
  return answer;
}

function callbackOf(context: Context, name: HookName): Callback | undefined {
  return context.server.hooks[HOOKS[name][0]] as Callback | undefined;
}

function metadata(context: Context, name: HookName): JsonObject {
  return {
    uuid: context.server.random.uuid(),
    time: formatTime(context.now()),
    name: HOOKS[name][1],
    ip_address: clientIp(context),
  };
}

/** Both directions go through JSON, so that a callback can neither see nor return more than a server could. */
async function ask(callback: Callback, text: string): Promise<JsonObject> {
  const answer = await callback(JSON.parse(text));
  return answer === undefined ? {} : JSON.parse(JSON.stringify(answer));
}

function refuseIfAsked(answer: JsonObject): void {
  const error = answer["error"] as JsonObject | null | undefined;
  const message = error?.["message"];
  if (typeof message !== "string" || message === "") return;
  const status = error?.["http_code"];
  const isStatus = typeof status === "number" && status >= 200 && status < 600;
  fail(isStatus ? status : 500, undefined, message);
}
