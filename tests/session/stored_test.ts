/** Sessions as they are stored, by whomever. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { AuthResponseError } from "../../lib/errors.ts";
import {
  ownerOf,
  parseStored,
  storedFrom,
  withUser,
} from "../../lib/session/stored.ts";
import { parseSession } from "../../lib/wire/session.ts";
import { writeToken } from "../client/stub_server.ts";
import { NOW, sessionJson } from "./sessions.ts";

const END = NOW / 1000 + 3600;

function parse(json: unknown) {
  return parseStored(JSON.stringify(json));
}

Deno.test("parseStored() reads the server's JSON and keeps its text", () => {
  const text = JSON.stringify({ ...sessionJson(), of_a_newer_server: [1] });
  const stored = parseStored(text);
  assert(stored);
  assertEquals(stored.text, text);
  assertEquals(stored.json, JSON.parse(text));
  assertEquals([stored.expiresAt, stored.lifetime], [END, 3600]);
  assertEquals(stored.userId, "ada");
  assertEquals(stored.refreshToken, "refresh-ada-1");
});

Deno.test("parseStored() takes the end from the token where the session has none", () => {
  for (const expires_at of [undefined, null, "soon", {}]) {
    const stored = parse({ ...sessionJson(), expires_at });
    assertEquals(stored?.expiresAt, END);
    assertEquals(parseSession(stored!.json).expires_at, END);
  }
});

Deno.test("parseStored() of a session whose end cannot be told counts as expired", () => {
  for (
    const access_token of ["opaque", writeToken({}), writeToken({ exp: "1" })]
  ) {
    const stored = parse({ ...sessionJson(), access_token, expires_at: null });
    assertEquals(stored?.expiresAt, 0);
    assertEquals(parseSession(stored!.json).expires_at, 0);
  }
});

Deno.test("parseStored() fills in what other clients leave out", () => {
  const { expires_in: _, token_type: __, ...json } = sessionJson();
  const stored = parse(json);
  assertEquals(stored?.lifetime, 3600);
  const session = parseSession(stored!.json);
  assertEquals([session.expires_in, session.token_type], [3600, "bearer"]);
  assertEquals(parse({ ...json, expires_in: -5 })?.lifetime, 3600);
  assertEquals(parse({ ...json, expires_in: 59.25 })?.lifetime, 59.25);
});

Deno.test("parseStored() of tokens without a readable user has no user", () => {
  const { user, ...tokens } = sessionJson() as { user: object };
  for (
    const broken of [
      undefined,
      null,
      7,
      [],
      {},
      { id: "ada" },
      { ...user, id: 7 },
      { ...user, created_at: null },
      { ...user, identities: 1 },
      { ...user, created_at: "yesterday" },
    ]
  ) {
    const stored = parse({ ...tokens, user: broken });
    assert(stored);
    assertEquals(stored.userId, "");
    assertEquals(ownerOf(stored), "ada");
  }
});

Deno.test("parseStored() is null for what is no session", () => {
  const json = sessionJson();
  for (
    const broken of [
      null,
      7,
      "text",
      [],
      {},
      { ...json, access_token: undefined },
      { ...json, access_token: "" },
      { ...json, access_token: 7 },
      { ...json, access_token: "a b" },
      { ...json, access_token: "a\nb" },
      { ...json, access_token: "naïve" },
      { ...json, refresh_token: undefined },
      { ...json, refresh_token: "" },
      { ...json, refresh_token: "\0" },
    ]
  ) assertEquals(parse(broken), null);
  for (const text of ["", "{", "undefined", "NaN", "base64-e30"]) {
    assertEquals(parseStored(text), null);
  }
});

/** A generator of its own, so that a failure can be repeated. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

/** Bytes flipped, cut out, put in or doubled. */
function damage(text: string, random: (below: number) => number): string {
  const at = random(text.length + 1);
  const length = random(12);
  const noise = String.fromCharCode(
    ...Array.from({ length }, () => random(2) ? random(128) : random(65536)),
  );
  const kinds = [
    () => text.slice(0, at),
    () => text.slice(at),
    () => text.slice(0, at) + noise + text.slice(at),
    () => text.slice(0, at) + noise + text.slice(at + length),
    () => text.slice(0, at) + text.slice(at + length),
    () => text.slice(0, at) + text,
    () => noise,
  ];
  return kinds[random(kinds.length)]!();
}

Deno.test("parseStored() makes of any damage a whole session or null", () => {
  const random = createRandom(20261123);
  const text = JSON.stringify(sessionJson());
  let whole = 0;
  for (let round = 0; round < 20_000; round++) {
    let broken = text;
    for (let times = random(3); times >= 0; times--) {
      broken = damage(broken, random);
    }
    const stored = parseStored(broken);
    if (!stored) continue;
    whole++;
    assert(/^[!-~]+$/.test(stored.accessToken), broken);
    assert(/^[!-~]+$/.test(stored.refreshToken), broken);
    assert(Number.isFinite(stored.expiresAt), broken);
    assert(stored.lifetime > 0, broken);
    if (!stored.userId) continue;
    const { user } = parseSession(stored.json);
    assert(!isNaN(user.created_at.getTime()), broken);
    assertEquals(user.id, stored.userId);
  }
  assert(whole > 200, `only ${whole} have survived: the damage is too great`);
});

Deno.test("parseStored() makes of any JSON value a whole session or null", () => {
  const random = createRandom(7);
  const values: unknown[] = [
    null,
    true,
    0,
    -1,
    1e308,
    "",
    "a",
    [],
    {},
    [null],
    { id: "x" },
    { __proto__: null },
    "2026-11-23T17:54:37Z",
  ];
  const names = Object.keys(sessionJson());
  for (let round = 0; round < 5_000; round++) {
    const json = sessionJson();
    for (let times = random(4); times >= 0; times--) {
      json[names[random(names.length)]!] = values[random(values.length)];
    }
    const stored = parse(json);
    if (stored?.userId) parseSession(stored.json);
  }
});

Deno.test("storedFrom() stores the server's own text, and copies of a session too", () => {
  const json = sessionJson();
  const session = parseSession(json);
  assertEquals(JSON.parse(storedFrom(session).text), json);
  const copy = storedFrom({ ...session });
  assertEquals(copy.json["user"], session.user);
  assertEquals(
    JSON.parse(copy.text).user.created_at,
    "2026-11-23T17:54:37.928Z",
  );
});

Deno.test("storedFrom() refuses tokens that no header can carry", () => {
  for (const name of ["access_token", "refresh_token"]) {
    for (const value of ["", "a b", "\n", "é"]) {
      const error = assertThrows(
        () => storedFrom({ ...sessionJson(), [name]: value }),
        AuthResponseError,
      );
      assertEquals(error.code, "invalid_response");
    }
  }
});

Deno.test("withUser() makes another session of the same tokens", () => {
  const stored = storedFrom(sessionJson());
  const changed = withUser(stored, { id: "ada", color: "red" });
  assertEquals(changed.json["user"], { id: "ada", color: "red" });
  assertEquals(JSON.parse(changed.text), changed.json);
  assertEquals(changed.accessToken, stored.accessToken);
  assertEquals((stored.json["user"] as { color?: string }).color, undefined);
});

Deno.test("ownerOf() is the user's id, else the token's subject, else nobody", () => {
  const known = storedFrom(sessionJson());
  assertEquals(ownerOf(known), "ada");
  const bare = storedFrom(sessionJson({ owner: "bob", isUserStored: false }));
  assertEquals(ownerOf(bare), "bob");
  const { user: _, ...tokens } = sessionJson();
  for (
    const access_token of ["opaque", writeToken({}), writeToken({ sub: 7 })]
  ) {
    assertEquals(ownerOf(storedFrom({ ...tokens, access_token })), "");
  }
});
