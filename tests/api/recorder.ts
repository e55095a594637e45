/** A `fetch` that writes down what it is asked and answers what it is told. */
import {
  type AuthConfig,
  createAuthConfig,
  type UserConfig,
  withAccessToken,
} from "../../lib/config.ts";

/** One request, as the server would see it. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query below the server's address, as sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined when there was no body. */
  readonly body: unknown;
  readonly init: RequestInit;
}

/**
 * What to answer: a JSON value, undefined for no body, or how to make a
 * response.
 */
export type AnswerSource = unknown | (() => Response | Promise<Response>);

export interface Recorder {
  readonly requests: RecordedRequest[];
  /** With the key of {@link KEY}, acting for nobody. */
  readonly config: AuthConfig;
  /** Acting for the user of {@link USER_TOKEN}. */
  readonly userConfig: UserConfig;
}

export const URL_BASE = "https://auth.example/auth/v1";
/** Shaped like a legacy key, so that it is sent as bearer too. */
export const KEY = "anon-header.anon-payload.anon-signature";
export const USER_TOKEN = "user-header.user-payload.user-signature";
/** 2026-11-23T17:54:37Z in milliseconds. */
export const NOW = 1_795_456_477_000;

/** Makes a configuration whose requests are recorded. */
export function createRecorder(answer: AnswerSource): Recorder {
  const requests: RecordedRequest[] = [];
  const config = createAuthConfig({
    url: URL_BASE,
    key: KEY,
    now: () => NOW,
    fetch: async (input, init) => {
      requests.push(readRequest(input, init));
      return await (typeof answer === "function"
        ? answer()
        : jsonResponse(answer));
    },
  });
  return {
    requests,
    config,
    userConfig: withAccessToken(config, USER_TOKEN),
  };
}

/** An answer as the server sends it; none without a value. */
export function jsonResponse(
  body: unknown,
  init: ResponseInit = {},
): Response {
  if (body === undefined) return new Response(null, { status: 204, ...init });
  return Response.json(body, init);
}

function readRequest(input: string, init: RequestInit): RecordedRequest {
  const { method = "GET", headers, body } = init;
  return {
    method,
    path: input.startsWith(URL_BASE) ? input.slice(URL_BASE.length) : input,
    headers: headers as Record<string, string>,
    body: body === undefined ? undefined : JSON.parse(body as string),
    init,
  };
}
