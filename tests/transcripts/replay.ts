/** A `fetch` that gives one recorded answer, whatever it is asked. */
import type { RecordedResponse } from "../../scripts/replay/types.ts";
import {
  createAuthConfig,
  type UserConfig,
  withAccessToken,
} from "../../lib/config.ts";

const URL_BASE = "https://auth.example/auth/v1";
/** 2026-11-23T17:54:37Z in milliseconds. */
const NOW = 1_795_456_477_000;

/** What a function asked for, without the query. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** A configuration that is answered, and what was asked of it. */
export interface Replay {
  readonly config: UserConfig;
  readonly asked: Asked[];
}

/**
 * Makes a configuration, acting for a user, whose every request gets the answer.
 */
export function replay(answer: () => Response): Replay {
  const asked: Asked[] = [];
  const config = createAuthConfig({
    url: URL_BASE,
    key: "sb_publishable_example",
    now: () => NOW,
    fetch: (input, init) => {
      const url = new URL(input);
      const path = url.pathname.slice(new URL(URL_BASE).pathname.length);
      asked.push({
        method: init.method ?? "GET",
        path,
        query: url.searchParams,
      });
      return Promise.resolve(answer());
    },
  });
  return { config: withAccessToken(config, "header.payload.signature"), asked };
}

/**
 * The text in which a recorded body is sent: spaced, so that it can be told
 * from one that was written anew.
 */
export function sentText(json: unknown): string {
  return JSON.stringify(json, null, 1);
}

/** The recorded answer as a platform's `fetch` gives it. */
export function toResponse(answer: RecordedResponse): Response {
  const { status, headers, body } = answer;
  const isJson = headers["content-type"]?.includes("json") ?? false;
  const text = isJson ? sentText(body) : String(body);
  return new Response(body === null ? null : text, { status, headers });
}
