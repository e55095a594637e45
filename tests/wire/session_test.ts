import {
  assertEquals,
  assertFalse,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { AuthResponseError } from "../../lib/errors.ts";
import {
  parseSession,
  parseSignedIn,
  readWeakPassword,
  withExpiry,
} from "../../lib/wire/session.ts";
import { parseSignUp } from "../../lib/wire/sign_up.ts";
import { sourceOf, textOf } from "../../lib/wire/source.ts";
import { SESSION_JSON, USER_JSON } from "../api/fixtures.ts";

const NOW = 1_795_456_477_999;
const CONFIG = { now: () => NOW };
const { expires_at: _, ...WITHOUT_EXPIRY } = SESSION_JSON;

Deno.test("withExpiry() gives the server's own object when nothing is missing", () => {
  assertStrictEquals(withExpiry(SESSION_JSON, () => NOW), SESSION_JSON);
});

Deno.test("withExpiry() adds expires_at in whole seconds where it is missing", () => {
  const session = withExpiry(WITHOUT_EXPIRY, () => NOW);
  assertEquals(session, { ...WITHOUT_EXPIRY, expires_at: 1_795_460_077 });
  assertFalse("expires_at" in WITHOUT_EXPIRY);
});

Deno.test("withExpiry() keeps a fractional and a negative lifetime", () => {
  const json = { ...SESSION_JSON, expires_in: -0.5 };
  assertStrictEquals(withExpiry(json, () => NOW), json);
});

for (const json of [undefined, null, [], "text", {}, USER_JSON]) {
  const shown = JSON.stringify(json)?.slice(0, 12) ?? "nothing";
  Deno.test(`withExpiry() finds no session in ${shown}`, () => {
    assertThrows(() => withExpiry(json, () => NOW), AuthResponseError);
  });
}

const HALVES: [name: string, value: unknown][] = [
  ["access_token", null],
  ["refresh_token", undefined],
  ["refresh_token", 5],
  ["expires_in", undefined],
  ["expires_in", "3600"],
];
for (const [name, value] of HALVES) {
  Deno.test(`parseSession() refuses what withExpiry() makes of ${value} as ${name}`, () => {
    assertThrows(
      () =>
        parseSession(withExpiry({ ...SESSION_JSON, [name]: value }, () => NOW)),
      AuthResponseError,
      name,
    );
  });
}

Deno.test("parseSession() gives the session with its user's Dates", () => {
  const session = parseSession(SESSION_JSON);
  assertEquals(
    session.user.created_at,
    new Date("2026-11-23T17:54:37.912Z"),
  );
  assertEquals(session.expires_at, SESSION_JSON.expires_at);
  assertEquals(session["of_a_newer_server"], [1]);
  assertStrictEquals(sourceOf(session), SESSION_JSON);
  assertStrictEquals(sourceOf(session.user), USER_JSON);
});

for (
  const json of [
    undefined,
    null,
    "text",
    [],
    {},
    WITHOUT_EXPIRY,
    { ...SESSION_JSON, user: undefined },
    { ...SESSION_JSON, user: {} },
    { ...SESSION_JSON, refresh_token: null },
  ]
) {
  const shown = JSON.stringify(json)?.slice(0, 30) ?? "nothing";
  Deno.test(`parseSession() refuses ${shown}`, () => {
    const error = assertThrows(() => parseSession(json), AuthResponseError);
    assertEquals(error.code, "invalid_response");
    assertFalse(JSON.stringify(error).includes(SESSION_JSON.access_token));
  });
}

Deno.test("parseSignedIn() keeps the answer's text when the session is unchanged", () => {
  const text = JSON.stringify(SESSION_JSON, null, 1);
  const { user, session } = parseSignedIn(
    { body: JSON.parse(text), text },
    CONFIG,
  );
  assertStrictEquals(textOf(session), text);
  assertStrictEquals(session.user, user);
});

Deno.test("parseSignedIn() writes the text again where expires_at was added", () => {
  const text = JSON.stringify(WITHOUT_EXPIRY, null, 1);
  const { session } = parseSignedIn({ body: JSON.parse(text), text }, CONFIG);
  assertEquals(
    JSON.parse(textOf(session)),
    { ...WITHOUT_EXPIRY, expires_at: 1_795_460_077 },
  );
});

Deno.test("parseSignUp() tells a session from a user", () => {
  const signedIn = parseSignUp({ body: SESSION_JSON, text: "" }, CONFIG);
  assertEquals(signedIn.session?.refresh_token, SESSION_JSON.refresh_token);
  const awaited = parseSignUp({ body: USER_JSON, text: "" }, CONFIG);
  assertStrictEquals(awaited.session, null);
  assertEquals(awaited.user.id, USER_JSON.id);
});

const WARNINGS: [weak: unknown, read: unknown][] = [
  [{ message: "m", reasons: ["length"] }, {
    message: "m",
    reasons: ["length"],
  }],
  [{ message: "m", reasons: [] }, { message: "m", reasons: [] }],
  [{ message: 1, reasons: [] }, undefined],
  [{ message: "m", reasons: "length" }, undefined],
  [null, undefined],
  [undefined, undefined],
];
for (const [weak_password, read] of WARNINGS) {
  Deno.test(`readWeakPassword() reads ${JSON.stringify(weak_password)}`, () => {
    assertEquals<unknown>(readWeakPassword({ weak_password }), read);
  });
}

Deno.test("readWeakPassword() finds nothing in what is no object", () => {
  assertStrictEquals(readWeakPassword("text"), undefined);
});
