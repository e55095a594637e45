import type { Emulator, EmulatorOptions } from "../../lib/emulator/mod.ts";
import { type Answer, call, type Loose, start } from "./helpers.ts";

/** A person as the fake GitLab of these tests knows it. */
export interface Person {
  readonly id: number;
  readonly email?: string;
  readonly verified?: boolean;
  readonly name?: string;
}

/** Settings with a GitLab at an address of its own. */
export const GITLAB = {
  GOTRUE_SITE_URL: "http://localhost:3000",
  GOTRUE_EXTERNAL_GITLAB_ENABLED: "true",
  GOTRUE_EXTERNAL_GITLAB_CLIENT_ID: "client",
  GOTRUE_EXTERNAL_GITLAB_SECRET: "secret",
  GOTRUE_EXTERNAL_GITLAB_REDIRECT_URI: "http://localhost:9999/callback",
  GOTRUE_EXTERNAL_GITLAB_URL: "https://gitlab.test",
};

/** An emulator whose GitLab answers with the person that a code encodes. */
export function startWithGitlab(
  env: Record<string, string> = {},
  options: Pick<EmulatorOptions, "hooks"> = {},
): Emulator {
  return start({ ...GITLAB, ...env }, { ...options, fetch: answerAsGitlab });
}

/** The code for a person. */
export function codeFor(person: Person): string {
  return encodeURIComponent(JSON.stringify(person));
}

async function answerAsGitlab(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/oauth/token") {
    const form = new URLSearchParams(await request.text());
    const code = form.get("code") ?? "";
    if (!code.startsWith("%7B")) return new Response("no", { status: 400 });
    return Response.json({ access_token: code, refresh_token: "more" });
  }
  if (pathname.endsWith("/emails")) return Response.json([]);
  const token = request.headers.get("Authorization")!.replace("Bearer ", "");
  const person: Person = JSON.parse(decodeURIComponent(token));
  return Response.json({
    ...person,
    confirmed_at: person.verified === false ? null : "2020-01-01T00:00:00Z",
  });
}

/** The state of a flow that begins at `/authorize`. */
export async function begin(
  emulator: Emulator,
  query: Record<string, string> = {},
): Promise<string> {
  const search = new URLSearchParams({ provider: "gitlab", ...query });
  const answer = await call(emulator, "GET", `/authorize?${search}`);
  return locationOf(answer).searchParams.get("state")!;
}

/** Comes back from the provider. */
export async function comeBack(
  emulator: Emulator,
  state: string,
  person: Person,
): Promise<Answer> {
  const search = new URLSearchParams({ state, code: codeFor(person) });
  return await call(emulator, "GET", `/callback?${search}`);
}

/** Signs in through GitLab and gives what the redirect carries in its fragment. */
export async function signInAs(
  emulator: Emulator,
  person: Person,
  query: Record<string, string> = {},
): Promise<URLSearchParams> {
  const state = await begin(emulator, query);
  return fragmentOf(await comeBack(emulator, state, person));
}

/** Where an answer redirects to. */
export function locationOf(answer: Answer): URL {
  return new URL(answer.headers.get("Location")!);
}

/** The parameters in the fragment of a redirect. */
export function fragmentOf(answer: Answer): URLSearchParams {
  return new URLSearchParams(locationOf(answer).hash.slice(1));
}

/** The user of an access token. */
export async function userOf(
  emulator: Emulator,
  tokens: URLSearchParams,
): Promise<Loose> {
  const token = tokens.get("access_token")!;
  return (await call(emulator, "GET", "/user", { token })).body;
}
