/**
 * The world in which the examples of the documentation run.
 *
 * Every address that an example fetches is an auth server with its own
 * emulator, new for each example. It confirms sign-ups at once and knows one
 * user, `ada@example.com` with the password `correct horse battery staple`.
 * Any `sb_publishable_…` and `sb_secret_…` is one of its keys. On this machine
 * it answers control.
 * `Deno.serve(handler)` and `export default { fetch }` are called once with a
 * signed-in user's request. Tests of an example, whose runner is Deno or
 * Vitest, are run. Nothing reaches the network or the terminal.
 */
import { withControl } from "../lib/emulator/control_http.ts";
import { createEmulator } from "../lib/emulator/mod.ts";

/** What an example may export as its default. */
export interface ExampleHandler {
  fetch(request: Request, env: Bindings): Response | Promise<Response>;
}

/** What a Worker of the examples is bound to: an empty KV namespace. */
interface Bindings {
  readonly KEYS: {
    get(key: string, type: "json"): Promise<unknown>;
    put(key: string, value: string): Promise<void>;
  };
}

type Emulator = ReturnType<typeof createEmulator>;
type Handler = (request: Request) => Response | Promise<Response>;

const KNOWN_USER = {
  email: "ada@example.com",
  password: "correct horse battery staple",
};
const BINDINGS: Bindings = {
  KEYS: { get: () => Promise.resolve(null), put: () => Promise.resolve() },
};
const ENV: Record<string, string> = {
  SUPABASE_URL: "https://project.supabase.co",
  SUPABASE_ANON_KEY: "sb_publishable_example",
  SUPABASE_PUBLISHABLE_KEY: "sb_publishable_example",
  SUPABASE_SECRET_KEY: "sb_secret_example",
  SUPABASE_SERVICE_ROLE_KEY: "sb_secret_example",
  AUTH_URL: "https://auth.example",
};

let servers = new Map<string, Promise<Emulator>>();
let printed: string[] = [];
let handlers: Handler[] = [];
let tests: (() => void | Promise<void>)[] = [];

/** Takes down a test of an example, to be run with it. */
export function test(_name: string, run: () => void | Promise<void>): void {
  tests.push(run);
}

/** What the examples use of Vitest's assertions. */
export function expect<T>(actual: T): { toBe(expected: T): void } {
  return {
    toBe: (expected) => {
      if (Object.is(actual, expected)) return;
      throw new Error(`Expected ${show(expected)}, not ${show(actual)}`);
    },
  };
}

/** Runs one example, its tests, and what it serves with a user of that server. */
export async function runExample(
  origin: string,
  load: () => Promise<object>,
): Promise<void> {
  const restore = install();
  try {
    const module = await load() as { handler?: ExampleHandler };
    const { handler } = module;
    if (handler) handlers.push((request) => handler.fetch(request, BINDINGS));
    for (const handler of handlers) await callHandler(handler, origin);
    for (const run of tests) await run();
  } finally {
    restore();
  }
}

/** Fails unless the last line printed is this one. */
export function expectOutput(expected: string): void {
  const last = printed.at(-1);
  if (last === expected.trim()) return;
  throw new Error(`Printed ${JSON.stringify(last)}, not ${expected}`);
}

function install(): () => void {
  const { fetch } = globalThis;
  const { log } = console;
  const { serve, test: denoTest } = Deno;
  servers = new Map();
  printed = [];
  handlers = [];
  tests = [];
  for (const [name, value] of Object.entries(ENV)) Deno.env.set(name, value);
  globalThis.fetch = fetchFromEmulator;
  console.log = (...values: unknown[]) => {
    printed.push(values.map(show).join(" "));
  };
  Deno.serve = collectHandler as typeof Deno.serve;
  Object.assign(Deno, { test });
  return () => {
    globalThis.fetch = fetch;
    console.log = log;
    Deno.serve = serve;
    Object.assign(Deno, { test: denoTest });
  };
}

function show(value: unknown): string {
  return typeof value === "string" ? value : Deno.inspect(value);
}

function collectHandler(...args: unknown[]): unknown {
  const handler = args.find((arg) => typeof arg === "function");
  handlers.push(handler as Handler);
  return { finished: Promise.resolve(), shutdown: () => Promise.resolve() };
}

async function fetchFromEmulator(
  input: RequestInfo | URL,
  init?: RequestInit,
): Promise<Response> {
  const request = new Request(input, init);
  const emulator = await serverAt(new URL(request.url).origin);
  for (const name of ["apikey", "authorization"]) {
    const value = request.headers.get(name);
    if (value) request.headers.set(name, useKeysOf(emulator, value));
  }
  return await withControl(emulator)(request);
}

function useKeysOf(emulator: Emulator, header: string): string {
  return header.replace(/sb_publishable_\w+/, emulator.publishableKey)
    .replace(/sb_secret_\w+/, emulator.secretKey);
}

function serverAt(origin: string): Promise<Emulator> {
  const known = servers.get(origin) ?? startServer(origin);
  servers.set(origin, known);
  return known;
}

async function startServer(origin: string): Promise<Emulator> {
  const path = origin.endsWith(".supabase.co") ? "/auth/v1" : "";
  const url = origin + path;
  const emulator = createEmulator({
    env: {
      API_EXTERNAL_URL: url,
      GOTRUE_JWT_ISSUER: url,
      GOTRUE_MAILER_AUTOCONFIRM: "true",
    },
  });
  await post(emulator, `${url}/signup`, KNOWN_USER);
  return emulator;
}

/** Sends what a signed-in user's browser would send. */
async function callHandler(handler: Handler, origin: string): Promise<void> {
  const token = await signIn(origin);
  const response = await handler(
    new Request("https://app.example/", {
      headers: { authorization: `Bearer ${token}` },
    }),
  );
  if (response.status >= 500) throw new Error(`Answered ${response.status}`);
  await response.body?.cancel();
}

async function signIn(origin: string): Promise<string> {
  const emulator = await serverAt(origin);
  const url = `${emulator.url}/token?grant_type=password`;
  return String((await post(emulator, url, KNOWN_USER)).access_token);
}

async function post(
  emulator: Emulator,
  url: string,
  body: object,
): Promise<Record<string, unknown>> {
  const response = await emulator.fetch(
    new Request(url, {
      method: "POST",
      headers: { apikey: emulator.anonKey, "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
  if (!response.ok) throw new Error(await response.text());
  return await response.json();
}
