/** What the tests of `lib/request.ts` share. */
import { assertRejects } from "@std/assert";
import {
  type AuthConfig,
  createAuthConfig,
  type Fetch,
} from "../lib/config.ts";
import { AuthError } from "../lib/errors.ts";
import { type RequestOptions, type RequestSpec, send } from "../lib/request.ts";

export const BASE = "https://auth.example/auth/v1";
const NOW = Date.parse("2026-11-23T17:54:37Z");
export const GET: RequestSpec = { method: "GET", path: "/user" };
export const POST: RequestSpec = { method: "POST", path: "/otp" };

/** A refusal as the server writes it. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

export const REFUSAL: Refusal = {
  code: "user_banned",
  message: "User is banned",
};

export function configOf(fetch: Fetch): AuthConfig {
  return createAuthConfig({
    url: BASE,
    key: "header.payload.signature",
    now: () => NOW,
    fetch,
  });
}

export function answering(response: () => Response): AuthConfig {
  return configOf(() => Promise.resolve(response()));
}

export function sendTo(
  config: AuthConfig,
  spec: RequestSpec = GET,
  options?: RequestOptions,
): Promise<unknown> {
  return send(config, spec, ({ body }) => body, options);
}

export async function failureOf(promise: Promise<unknown>): Promise<AuthError> {
  return await assertRejects(() => promise, AuthError);
}

/** Never answers and pays no attention to its signal. */
export function deaf(): Promise<Response> {
  return new Promise(() => {});
}

/** A body that starts and never ends. */
export function unending(status = 200): Response {
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) =>
    controller.enqueue(new TextEncoder().encode('{"id":'));
  return new Response(new ReadableStream({ start }), { status });
}

/** A stream and what happened to it. */
export interface Endless {
  readonly seen: { bytes: number; cancelled: boolean };
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** Bytes without end; tells how many were asked for and whether it was left. */
export function endless(
  cancel: () => Promise<void> = () => Promise.resolve(),
): Endless {
  const seen = { bytes: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      seen.bytes += 1024;
      controller.enqueue(new Uint8Array(1024).fill(32));
    },
    cancel() {
      seen.cancelled = true;
      return cancel();
    },
  });
  return { seen, stream };
}

/** All that is told by an error and what caused it. */
export function wholeText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.name, error.message, error.stack, wholeText(error.cause)]
    .join();
}

/** A request as it went out. */
export interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}
