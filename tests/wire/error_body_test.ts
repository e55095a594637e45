import {
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
} from "@std/assert";
import { AuthApiError, AuthWeakPasswordError } from "../../lib/errors.ts";
import { parseErrorBody } from "../../lib/wire/error_body.ts";

interface Case {
  readonly what: string;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
  readonly code: string;
  readonly message: string;
}

const CASES: Case[] = [
  {
    what: "the format of 2024-01-01",
    body: { code: "user_banned", message: "User is banned" },
    code: "user_banned",
    message: "User is banned",
  },
  {
    what: "the initial format",
    body: { code: 400, error_code: "bad_jwt", msg: "invalid JWT" },
    code: "bad_jwt",
    message: "invalid JWT",
  },
  {
    what: "the initial format with its code in a header only",
    body: { code: 404, msg: "User not found" },
    headers: { "x-sb-error-code": "user_not_found" },
    code: "user_not_found",
    message: "User not found",
  },
  {
    what: "the initial format without any code",
    body: { code: 500, msg: "Internal Server Error" },
    code: "unknown",
    message: "Internal Server Error",
  },
  {
    what: "OAuth's format",
    body: { error: "invalid_grant", error_description: "Bad ID token" },
    code: "invalid_grant",
    message: "Bad ID token",
  },
  {
    what: "OAuth's format with a space in the code",
    body: { error: "invalid request", error_description: "id_token required" },
    code: "invalid request",
    message: "id_token required",
  },
  {
    what: "OAuth's format without a description",
    body: { error: "server_error" },
    code: "server_error",
    message: "server_error",
  },
  {
    what: "a sentence as error",
    body: { error: "Not Found!" },
    code: "unknown",
    message: "Not Found!",
  },
  {
    what: "words that are no code as error",
    body: { error: "invalid JWT" },
    code: "unknown",
    message: "invalid JWT",
  },
  {
    what: "a weak password without reasons",
    body: { msg: "Too weak", weak_password: { reasons: [] } },
    code: "unknown",
    message: "Too weak",
  },
  {
    what: "a failure of the database",
    body: { code: "23505", message: "duplicate key" },
    headers: { "x-sb-error-code": "unexpected_failure" },
    code: "unexpected_failure",
    message: "duplicate key",
  },
  {
    what: "an exception raised in the database",
    body: { code: "P0001", message: "raised" },
    code: "unknown",
    message: "raised",
  },
  {
    what: "a gateway's refusal",
    body: { message: "No API key found in request", hint: "Set apikey" },
    code: "unknown",
    message: "No API key found in request",
  },
  {
    what: "a code of a newer server",
    body: { code: "not_known_yet", message: "New" },
    code: "not_known_yet",
    message: "New",
  },
  {
    what: "an empty msg beside a message",
    body: { msg: "", message: "The one" },
    code: "unknown",
    message: "The one",
  },
];
for (const { what, body, headers, code, message } of CASES) {
  Deno.test(`parseErrorBody() reads ${what}`, () => {
    const error = parseErrorBody(body, new Headers(headers));
    assertInstanceOf(error, AuthApiError);
    assertEquals(
      [error.code, error.message],
      [code, message],
    );
  });
}

for (
  const body of [undefined, null, 5, "text", [], {}, { msg: 5 }, { msg: "" }]
) {
  Deno.test(`parseErrorBody() gives undefined for ${JSON.stringify(body)}`, () => {
    assertStrictEquals(parseErrorBody(body, new Headers()), undefined);
  });
}

const WEAK = { message: "Password should be longer." };
const WEAK_CASES: [what: string, body: object, reasons: string[]][] = [
  ["in the format of 2024-01-01", {
    ...WEAK,
    code: "weak_password",
    weak_password: { reasons: ["length", "pwned"] },
  }, ["length", "pwned"]],
  ["in the initial format", {
    ...WEAK,
    code: 422,
    error_code: "weak_password",
    weak_password: { reasons: ["characters"] },
  }, ["characters"]],
  ["without a code", { ...WEAK, weak_password: { reasons: ["length"] } }, [
    "length",
  ]],
  ["without reasons", { ...WEAK, code: "weak_password" }, []],
  ["with reasons that are no strings", {
    ...WEAK,
    code: "weak_password",
    weak_password: { reasons: [1, null, "length"] },
  }, ["length"]],
];
for (const [what, body, reasons] of WEAK_CASES) {
  Deno.test(`parseErrorBody() reads a weak password ${what}`, () => {
    const error = parseErrorBody(body, new Headers());
    assertInstanceOf(error, AuthWeakPasswordError);
    assertEquals(error.code, "weak_password");
    assertEquals(error.reasons, reasons);
  });
}

Deno.test("parseErrorBody() takes the request's id from the body", () => {
  const body = { code: 500, msg: "Failed", error_id: "from-body" };
  const error = parseErrorBody(body, new Headers());
  assertEquals(error?.requestId, "from-body");
});
