import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
} from "@std/assert";
import {
  AuthApiError,
  AuthCeremonyError,
  AuthError,
  type AuthErrorDetails,
  AuthNetworkError,
  AuthResponseError,
  AuthSessionError,
  AuthTokenError,
  AuthWeakPasswordError,
  isAuthError,
} from "../lib/errors.ts";

const DETAILS: AuthErrorDetails = {
  status: 429,
  requestId: "req-1",
  endpoint: "POST /otp",
  retryable: true,
  retryAfterMs: 1000,
  cause: new Error("Bearer secret"),
};

const LEAVES: [name: string, error: AuthError, code: string][] = [
  [
    "AuthApiError",
    new AuthApiError("over_request_rate_limit", "Slow down", DETAILS),
    "over_request_rate_limit",
  ],
  [
    "AuthNetworkError",
    new AuthNetworkError("timeout", "Slow down", DETAILS),
    "timeout",
  ],
  [
    "AuthResponseError",
    new AuthResponseError("invalid_response", "Slow down", DETAILS),
    "invalid_response",
  ],
  [
    "AuthSessionError",
    new AuthSessionError("session_missing", "Slow down", DETAILS),
    "session_missing",
  ],
  [
    "AuthTokenError",
    new AuthTokenError("jwt_expired", "Slow down", DETAILS),
    "jwt_expired",
  ],
  [
    "AuthCeremonyError",
    new AuthCeremonyError("ceremony_aborted", "Slow down", DETAILS),
    "ceremony_aborted",
  ],
];
for (const [name, error, code] of LEAVES) {
  Deno.test(`${name} is an Error that tells its code and where it came from`, () => {
    assertInstanceOf(error, Error);
    assertInstanceOf(error, AuthError);
    assert(isAuthError(error));
    assertEquals(error.name, name);
    assertEquals(String(error), `${name}: Slow down`);
    assertEquals(error.code, code);
    assertEquals(
      [
        error.status,
        error.requestId,
        error.endpoint,
        error.retryable,
        error.retryAfterMs,
        error.cause,
      ],
      [429, "req-1", "POST /otp", true, 1000, DETAILS.cause],
    );
  });

  Deno.test(`${name} has a JSON without cause and stack`, () => {
    const json = JSON.stringify(error);
    assertEquals(JSON.parse(json), {
      name,
      message: "Slow down",
      code,
      status: 429,
      requestId: "req-1",
      endpoint: "POST /otp",
      retryable: true,
      retryAfterMs: 1000,
    });
    assertFalse(json.includes("secret"));
  });
}

Deno.test("AuthError has no member for what is not known", () => {
  const error = new AuthApiError("unknown", "Refused");
  assertEquals(JSON.parse(JSON.stringify(error)), {
    name: "AuthApiError",
    message: "Refused",
    code: "unknown",
    retryable: false,
  });
  for (const name of ["status", "requestId", "endpoint", "retryAfterMs"]) {
    assertFalse(name in error);
  }
  assertFalse("cause" in error);
});

Deno.test("AuthError keeps a cause that is undefined", () => {
  const error = new AuthNetworkError("aborted", "Aborted", {
    cause: undefined,
  });
  assert("cause" in error);
});

Deno.test("AuthWeakPasswordError tells why the password is weak", () => {
  const error = new AuthWeakPasswordError("Too short", {
    status: 422,
    reasons: ["length"],
  });
  assertInstanceOf(error, AuthApiError);
  assert(isAuthError(error, "weak_password"));
  assertEquals(JSON.parse(JSON.stringify(error)), {
    name: "AuthWeakPasswordError",
    message: "Too short",
    code: "weak_password",
    status: 422,
    retryable: false,
    reasons: ["length"],
  });
});

Deno.test("isAuthError() accepts one code alone when given one", () => {
  const error: unknown = new AuthApiError("user_banned", "Banned");
  assert(isAuthError(error, "user_banned"));
  assertFalse(isAuthError(error, "session_missing"));
});

Deno.test("isAuthError() knows errors of another copy of the module", async () => {
  const copy = await import("../lib/errors.ts?copy");
  assertFalse(copy.AuthError === AuthError);
  const error = new copy.AuthApiError("user_banned", "Banned");
  assertFalse(error instanceof AuthError);
  assert(isAuthError(error));
  assert(isAuthError(error, "user_banned"));
  assert(copy.isAuthError(new AuthApiError("user_banned", "Banned")));
});

Deno.test("isAuthError() knows errors of another realm by their brand", () => {
  const foreign = Object.create(null);
  foreign["~gotrue"] = () => {};
  foreign.code = "jwt_expired";
  assert(isAuthError(foreign, "jwt_expired"));
});

const OTHERS: [what: string, value: unknown][] = [
  ["undefined", undefined],
  ["null", null],
  ["a string", "user_banned"],
  ["a plain Error", new Error("Banned")],
  ["an object of the same shape", {
    name: "AuthApiError",
    code: "user_banned",
    retryable: false,
  }],
  ["a brand that came as JSON", { "~gotrue": true, code: "user_banned" }],
  ["a function", () => {}],
];
for (const [what, value] of OTHERS) {
  Deno.test(`isAuthError() refuses ${what}`, () => {
    assertFalse(isAuthError(value));
    assertFalse(isAuthError(value, "user_banned"));
  });
}
