import {
  createEmulator,
  type Emulator,
  type EmulatorOptions,
} from "../../lib/emulator/mod.ts";

/** JSON that is looked into without knowing its type. */
// deno-lint-ignore no-explicit-any -- tests reach into answers of every shape.
export type Loose = any;

/** An answer with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Loose;
}

/** What a request carries. */
export interface CallOptions {
  readonly body?: unknown;
  readonly form?: Record<string, string>;
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

/** Settings under which tests need no waiting. */
const QUICK = {
  GOTRUE_JWT_AUD: "authenticated",
  GOTRUE_JWT_DEFAULT_GROUP_NAME: "authenticated",
  GOTRUE_SMTP_MAX_FREQUENCY: "0s",
  GOTRUE_SMS_MAX_FREQUENCY: "0s",
};

/** An emulator with the auth server's defaults and the given settings. */
export function start(
  env: Record<string, string> = {},
  options: Omit<EmulatorOptions, "env"> = {},
): Emulator {
  return createEmulator({
    profile: "server",
    ...options,
    env: { ...QUICK, ...env },
  });
}

/** Sends a request in the API version 2024-01-01. */
export async function call(
  emulator: Emulator,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const headers = new Headers({
    "X-Supabase-Api-Version": "2024-01-01",
    ...options.headers,
  });
  if (options.token !== undefined) {
    headers.set("Authorization", `Bearer ${options.token}`);
  }
  const body = options.form !== undefined
    ? new URLSearchParams(options.form)
    : options.body === undefined
    ? null
    : typeof options.body === "string"
    ? options.body
    : JSON.stringify(options.body);
  const response = await emulator.fetch(`http://localhost:9999${path}`, {
    method,
    headers,
    body,
    redirect: "manual",
  });
  return {
    status: response.status,
    headers: response.headers,
    body: parse(await response.text()),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Sends a request as an admin. */
export function callAsAdmin(
  emulator: Emulator,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  return call(emulator, method, path, {
    token: emulator.serviceRoleKey,
    ...(body === undefined ? {} : { body }),
  });
}

/** A confirmed user's session, made beside HTTP. */
export async function signedIn(
  emulator: Emulator,
  email = "ann@example.com",
  password = "password-1234",
): Promise<Loose> {
  await emulator.users.seed({ email, password });
  return await emulator.signIn(email);
}
