/**
 * What every function of `./api` and `./admin` owes its caller, checked from a
 * table: the request that goes out is exactly the one written down.
 */
import { assertEquals, assertRejects } from "@std/assert";
import { API_VERSION } from "../../lib/config.ts";
import { AuthApiError, AuthNetworkError } from "../../lib/errors.ts";
import {
  type AnswerSource,
  createRecorder,
  jsonResponse,
  KEY,
  type RecordedRequest,
  USER_TOKEN,
} from "./recorder.ts";

/** The arguments of one call and the request they must lead to. */
export interface Expected {
  /** Between the configuration and the request options. */
  readonly args: readonly unknown[];
  /** Path and query, as sent. */
  readonly path: string;
  readonly body?: unknown;
}

/** A function, called with as little and as much as it takes. */
export interface RequestCase {
  /** Name of the function and which of its forms: `signUp() by e-mail`. */
  readonly name: string;
  /** Any function of the package: configuration first, request options last. */
  readonly call: (config: never, ...args: never[]) => unknown;
  readonly method: string;
  /** The path as errors name it. */
  readonly endpoint: string;
  /** Whether a call that got no answer may be made again. */
  readonly repeatable: boolean;
  /** Whether it acts for a user. */
  readonly forUser?: boolean;
  /** @default {an empty object} */
  readonly answer?: AnswerSource;
  readonly minimal: Expected;
  readonly full?: Expected;
}

/** Members that carry the caller's own JSON, where nothing is foreign. */
const FREE_FORM = new Set([
  "data",
  "user_metadata",
  "app_metadata",
  "queryParams",
  "credential_response",
  "credential",
  "rpOrigins",
]);

/** Registers the tests of a table. */
export function testRequests(cases: readonly RequestCase[]): void {
  for (const each of cases) {
    const { name, minimal, full = minimal } = each;
    Deno.test(`${name} sends no more than it was given`, async () => {
      await expectRequest(each, minimal.args, minimal);
    });
    Deno.test(`${name} sends all that it was given`, async () => {
      await expectRequest(each, full.args, full);
    });
    Deno.test(`${name} leaves out members that are undefined`, async () => {
      const args = undefine(minimal.args, full.args) as unknown[];
      await expectRequest(each, args, minimal);
    });
    Deno.test(`${name} sends no member it does not know`, async () => {
      const args = pollute(full.args) as unknown[];
      await expectRequest(each, args, full);
    });
    Deno.test(`${name} passes its request options on`, async () => {
      await expectOptions(each, full.args);
    });
    Deno.test(`${name} passes refusals on`, async () => {
      await expectRefusal(each, full.args);
    });
    Deno.test(`${name} tells whether it may be repeated`, async () => {
      await expectNetworkFailure(each, full.args);
    });
  }
}

async function expectRequest(
  each: RequestCase,
  args: readonly unknown[],
  expected: Expected,
): Promise<void> {
  const { requests } = await perform(each, args);
  assertEquals(requests.map(withoutInit), [{
    method: each.method,
    path: expected.path,
    headers: headersOf(each, expected.body !== undefined),
    body: expected.body,
  }]);
}

async function expectOptions(
  each: RequestCase,
  args: readonly unknown[],
): Promise<void> {
  const headers = { "X-Trace": "1", "X-Client-Info": "other" };
  const { requests } = await perform(each, [...args, { headers }]);
  assertEquals(requests[0]?.headers["x-trace"], "1");
  assertEquals(requests[0]?.headers["x-client-info"], "other");

  const controller = new AbortController();
  controller.abort("enough");
  const recorder = createRecorder(answerOf(each));
  const error = await assertRejects(
    async () =>
      await call(each, recorder, [...args, { signal: controller.signal }]),
    AuthNetworkError,
  );
  assertEquals([error.code, error.cause], ["aborted", "enough"]);
  assertEquals(recorder.requests, []);
}

async function expectRefusal(
  each: RequestCase,
  args: readonly unknown[],
): Promise<void> {
  const body = { code: "user_banned", message: "User is banned" };
  const recorder = createRecorder(() => jsonResponse(body, { status: 403 }));
  const error = await assertRejects(
    async () => await call(each, recorder, args),
    AuthApiError,
    "User is banned",
  );
  assertEquals(
    [error.code, error.status, error.endpoint, error.retryable],
    ["user_banned", 403, `${each.method} ${each.endpoint}`, false],
  );
}

async function expectNetworkFailure(
  each: RequestCase,
  args: readonly unknown[],
): Promise<void> {
  const recorder = createRecorder(() => Promise.reject(new TypeError("lost")));
  const error = await assertRejects(
    async () => await call(each, recorder, args),
    AuthNetworkError,
  );
  assertEquals(
    [error.code, error.endpoint, error.retryable],
    ["network_failure", `${each.method} ${each.endpoint}`, each.repeatable],
  );
}

async function perform(each: RequestCase, args: readonly unknown[]) {
  const recorder = createRecorder(answerOf(each));
  await call(each, recorder, args);
  return recorder;
}

function call(
  each: RequestCase,
  recorder: ReturnType<typeof createRecorder>,
  args: readonly unknown[],
): unknown {
  const config = each.forUser ? recorder.userConfig : recorder.config;
  return Reflect.apply(each.call, undefined, [config, ...args]);
}

function answerOf(each: RequestCase): AnswerSource {
  return "answer" in each ? each.answer : {};
}

function headersOf(each: RequestCase, hasBody: boolean): object {
  return {
    "x-client-info": "gotrue-edge/0.1.0",
    "x-supabase-api-version": API_VERSION,
    apikey: KEY,
    authorization: `Bearer ${each.forUser ? USER_TOKEN : KEY}`,
    ...(hasBody ? { "content-type": "application/json" } : {}),
  };
}

function withoutInit({ init: _, ...rest }: RecordedRequest): object {
  return rest;
}

/** The lesser value with what the greater one has besides set to undefined. */
function undefine(lesser: unknown, greater: unknown): unknown {
  if (Array.isArray(lesser) && Array.isArray(greater)) {
    return lesser.map((value, at) => undefine(value, greater[at]));
  }
  if (!isPlain(lesser) || !isPlain(greater)) return lesser;
  const result: Record<string, unknown> = {};
  for (const name of Object.keys({ ...greater, ...lesser })) {
    result[name] = name in lesser
      ? undefine(lesser[name], greater[name])
      : undefined;
  }
  return result;
}

/** A copy with a foreign member in every object that is not the caller's own. */
function pollute(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pollute);
  if (!isPlain(value)) return value;
  const copy: Record<string, unknown> = { unknown_member: "must not be sent" };
  for (const name of Object.keys(value)) {
    copy[name] = FREE_FORM.has(name) ? value[name] : pollute(value[name]);
  }
  return copy;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
