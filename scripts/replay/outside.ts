/**
 * Everything outside the server that it can call: hook receiver, mail templates, OAuth provider, OpenID Connect issuer. Any other address
 * cannot be reached, as on the machine of the recording.
 *
 * @module
 */
import { type HookCall, isGenuine, replyToHook } from "./hooks.ts";
import type { Issuer } from "./issuer.ts";
import { answerProvider } from "./provider.ts";
import type { JsonObject } from "./types.ts";

/** The outside of one run. */
export interface Outside {
  /** Answers a request that a server with the settings `env` makes. */
  answer(request: Request, env: Record<string, string>): Promise<Response>;
  /** All hook calls so far, oldest first. */
  readonly calls: readonly HookCall[];
}

/** Makes the outside for a run; `now` is the clock of the servers in milliseconds. */
export function createOutside(issuer: Issuer, now: () => number): Outside {
  const calls: HookCall[] = [];
  return {
    calls,
    answer: async (request, env) => {
      const url = new URL(request.url);
      const hook = /^\/hook\/(\w+)$/.exec(url.pathname)?.[1];
      if (hook !== undefined) {
        return await receive(hook, request, env, now(), calls);
      }
      const template = /^\/tpl\/(\w+)$/.exec(url.pathname)?.[1];
      if (template !== undefined) return mailTemplate(template);
      const answer = url.hostname === "localhost"
        ? issuer.answer(url) ?? await answerProvider(request)
        : undefined;
      if (answer === undefined) throw new TypeError(`No route to ${url.host}`);
      return answer;
    },
  };
}

async function receive(
  name: string,
  request: Request,
  env: Record<string, string>,
  nowMs: number,
  calls: HookCall[],
): Promise<Response> {
  const text = await request.text();
  const secrets = env[`GOTRUE_HOOK_${name.toUpperCase()}_SECRETS`] ?? "";
  const genuine = await isGenuine(request.headers, text, secrets, nowMs);
  const body = JSON.parse(text) as JsonObject;
  const reply = replyToHook(name, body);
  calls.push({
    name,
    headers: Object.fromEntries(request.headers),
    body,
    genuine,
  });
  return Response.json(reply);
}

/** A template that shows all that the recorder read from its mails. */
function mailTemplate(name: string): Response {
  const html =
    `<p>${name}</p><p>{{ .Token }}</p><p>{{ .TokenHash }}</p><a href="{{ .ConfirmationURL }}">link</a>`;
  return new Response(html, {
    headers: { "content-type": "text/html; charset=utf-8" },
  });
}
