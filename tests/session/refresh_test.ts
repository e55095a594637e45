/** When to refresh, when to rest, when to give up; and whose clock counts. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import type { AuthErrorCode } from "../../lib/error_codes.ts";
import {
  AuthApiError,
  AuthNetworkError,
  AuthResponseError,
} from "../../lib/errors.ts";
import {
  backoff,
  definitiveRefusal,
  marginOf,
  readOffset,
  refreshDelay,
  restLeft,
  trackClock,
} from "../../lib/session/refresh.ts";
import { sessionGone } from "../../lib/session/guard.ts";
import { NOW, sessionOf } from "./sessions.ts";

const SECOND = 1_000;
const HOUR = 3_600_000;

Deno.test("marginOf() is 90 seconds, or the last quarter of a short life", () => {
  for (
    const [lifetime, margin] of [
      [3600, 90_000],
      [360, 90_000],
      [60, 15_000],
      [1, 250],
    ] as const
  ) assertEquals(marginOf(sessionOf({ lifetime })), margin);
});

Deno.test("refreshDelay() is a little earlier than the calls', and never negative", () => {
  const hour = sessionOf();
  assertEquals(refreshDelay(hour, HOUR), HOUR - 120_000);
  assertEquals(refreshDelay(hour, 120_000), 0);
  assertEquals(refreshDelay(hour, -5), 0);
  assertEquals(refreshDelay(sessionOf({ lifetime: 60 }), 60_000), 40_000);
});

Deno.test("backoff() grows from one second to one minute, with jitter", () => {
  assertEquals([0, 1].map((failures) => backoff(failures, 1)), [0, 0]);
  const full = [2, 3, 4, 5, 6, 7, 8, 9, 1000].map((n) => backoff(n, 1));
  assertEquals(full, [1, 2, 4, 8, 16, 32, 60, 60, 60].map((s) => s * SECOND));
  assertEquals(backoff(4, 0), 2 * SECOND);
});

Deno.test("restLeft() counts down, and ends when the clock is set back", () => {
  const rest = { failedAt: NOW, retryAt: NOW + 10_000 };
  assertEquals(restLeft(rest, NOW), 10_000);
  assertEquals(restLeft(rest, NOW + 9_999), 1);
  assertEquals(restLeft(rest, NOW + 10_000), 0);
  assertEquals(restLeft(rest, NOW + HOUR), 0);
  assertEquals(restLeft(rest, NOW - HOUR), 0);
  // Clocks are corrected by little all the time.
  assertEquals(restLeft(rest, NOW - 2_000), 12_000);
});

Deno.test("readOffset() is 0 for a clock that is about right", () => {
  const stored = sessionOf();
  for (const skew of [0, 1, -4_999, 4_999]) {
    assertEquals(readOffset(stored, NOW + skew), 0);
  }
});

Deno.test("readOffset() tells how far the server's clock is ahead", () => {
  const stored = sessionOf();
  assertEquals(readOffset(stored, NOW + 2 * HOUR), -2 * HOUR);
  assertEquals(readOffset(stored, NOW - 300_000), 300_000);
});

Deno.test("readOffset() blames what it can on the time that the answer took", () => {
  const stored = sessionOf();
  assertEquals(readOffset(stored, NOW + HOUR, NOW), 0);
  assertEquals(readOffset(stored, NOW + HOUR, NOW + 600_000), -600_000);
  assertEquals(readOffset(stored, NOW - HOUR, NOW - HOUR - 9_000), HOUR);
  // The clock was set back while the request was under way.
  assertEquals(readOffset(stored, NOW - HOUR, NOW), HOUR);
});

Deno.test("readOffset() says nothing where the session does not", () => {
  for (const name of ["expires_at", "expires_in"]) {
    const stored = sessionOf();
    const json = { ...stored.json, [name]: undefined };
    assertEquals(readOffset({ ...stored, json }, NOW + HOUR), 0);
  }
});

Deno.test("trackClock() notices that the local clock was set back", () => {
  const clock = { offsetMs: 0, seenAt: NOW };
  assertEquals(trackClock(clock, NOW + HOUR), {
    offsetMs: 0,
    seenAt: NOW + HOUR,
  });
  assertStrictEquals(trackClock(clock, NOW - 4_000), clock);
  assertEquals(trackClock(clock, NOW - HOUR), {
    offsetMs: HOUR,
    seenAt: NOW - HOUR,
  });
});

const api = (status: number, code: AuthErrorCode) =>
  new AuthApiError(code, "No", { status });

Deno.test("definitiveRefusal() is the closed list, from the server itself", () => {
  const codes = [
    "refresh_token_not_found",
    "refresh_token_already_used",
    "session_not_found",
    "session_expired",
    "user_banned",
    "validation_failed",
    "invalid_client",
  ];
  for (const code of codes) {
    for (const status of [400, 401, 403, 404, 422]) {
      assertEquals(definitiveRefusal(api(status, code)), code);
    }
    for (const status of [200, 302, 409, 429, 500, 503]) {
      assertEquals(definitiveRefusal(api(status, code)), null);
    }
    assertEquals(definitiveRefusal(new AuthApiError(code, "No")), null);
  }
});

Deno.test("definitiveRefusal() is nothing else", () => {
  for (
    const error of [
      api(400, "bad_jwt"),
      api(400, "unknown"),
      api(400, "user_not_found"),
      api(403, "captcha_failed"),
      new AuthResponseError("invalid_response", "HTML", { status: 403 }),
      new AuthNetworkError("timeout", "Late"),
      new AuthNetworkError("aborted", "Gone"),
      new TypeError("refresh_token_not_found"),
      { status: 400, code: "refresh_token_not_found" },
      undefined,
    ]
  ) assertEquals(definitiveRefusal(error), null);
});

Deno.test("sessionGone() is the server's 403 about session or user", () => {
  assertEquals(sessionGone(api(403, "session_not_found")), "session_not_found");
  assertEquals(sessionGone(api(403, "user_not_found")), "user_not_found");
  for (
    const error of [
      api(403, "bad_jwt"),
      api(403, "user_banned"),
      api(401, "session_not_found"),
      api(404, "user_not_found"),
      new AuthResponseError("invalid_response", "HTML", { status: 403 }),
      new Error("session_not_found"),
    ]
  ) assertEquals(sessionGone(error), null);
});
