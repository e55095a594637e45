import {
  assertEquals,
  assertFalse,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { AuthResponseError } from "../../lib/errors.ts";
import {
  isObject,
  readArray,
  readNumber,
  readObject,
  readRecord,
  readString,
} from "../../lib/wire/json.ts";
import { sourceOf } from "../../lib/wire/source.ts";

const NOT_OBJECTS = [undefined, null, true, 0, "text", []];

Deno.test("isObject() accepts JSON objects alone", () => {
  assertEquals(isObject({}), true);
  for (const value of NOT_OBJECTS) assertFalse(isObject(value));
});

for (const value of NOT_OBJECTS) {
  Deno.test(`readObject() refuses ${JSON.stringify(value)}`, () => {
    assertThrows(
      () => readObject(value, "user"),
      AuthResponseError,
      "user must be an object",
    );
  });
}

for (const value of [true, 0, "text", {}]) {
  Deno.test(`readArray() refuses ${JSON.stringify(value)}`, () => {
    assertThrows(
      () => readArray(value, "users"),
      AuthResponseError,
      "users must be an array",
    );
  });
}

Deno.test("readArray() takes an absent list for an empty one", () => {
  assertEquals(readArray(undefined, "users"), []);
  assertEquals(readArray(null, "users"), []);
  assertEquals(readArray([1], "users"), [1]);
});

for (const value of [undefined, null, 5, {}]) {
  Deno.test(`readString() refuses ${JSON.stringify(value)}`, () => {
    assertThrows(
      () => readString({ id: value }, "id"),
      AuthResponseError,
      "id must be a string",
    );
  });
}

for (const value of [undefined, null, "5", NaN, Infinity]) {
  Deno.test(`readNumber() refuses ${value}`, () => {
    assertThrows(
      () => readNumber({ at: value }, "at"),
      AuthResponseError,
      "at must be a number",
    );
  });
}

const DATES: [sent: string, iso: string][] = [
  ["2026-11-23T17:54:37Z", "2026-11-23T17:54:37.000Z"],
  ["2026-11-23T17:54:37.9Z", "2026-11-23T17:54:37.900Z"],
  ["2026-11-23T17:54:37.928365Z", "2026-11-23T17:54:37.928Z"],
  ["2026-11-23T17:54:37.928365951Z", "2026-11-23T17:54:37.928Z"],
  ["2026-11-23T19:54:37+02:00", "2026-11-23T17:54:37.000Z"],
  ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
];
for (const [sent, iso] of DATES) {
  Deno.test(`readRecord() reads ${sent}`, () => {
    assertEquals(readRecord({ id: "a", read_at: sent }, "user"), {
      id: "a",
      read_at: new Date(iso),
    });
  });
}

Deno.test("readRecord() takes members for points in time by their names alone", () => {
  const sent = "2026-11-23T17:54:37Z";
  const json = {
    id: "a",
    banned_until: sent,
    read_at: null,
    email: sent,
    at: sent,
    read_at_place: sent,
    data: { read_at: sent },
  };
  const parsed = readRecord(json, "user");
  assertEquals(parsed, { ...json, banned_until: new Date(sent) });
  assertEquals(json.banned_until, sent);
});

Deno.test("readRecord() leads back to its JSON", () => {
  const json = { id: "a", created_at: "2026-11-23T17:54:37.123456Z" };
  assertStrictEquals(sourceOf(readRecord(json, "user")), json);
});

for (const value of [null, 1_795_456_477, true, {}]) {
  Deno.test(`readRecord() keeps ${JSON.stringify(value)} under the name of a point in time`, () => {
    const json = { id: "a", seen_at: value };
    assertEquals<unknown>(readRecord(json, "user"), json);
  });
}

for (const value of ["", "soon"]) {
  Deno.test(`readRecord() refuses ${JSON.stringify(value)} as a point in time`, () => {
    const error = assertThrows(
      () => readRecord({ id: "a", read_at: value }, "user"),
      AuthResponseError,
      "read_at must be a date-time",
    );
    assertEquals(error.code, "invalid_response");
  });
}

for (const json of [null, [], "text", {}, { id: 5 }]) {
  Deno.test(`readRecord() refuses ${JSON.stringify(json)}`, () => {
    assertThrows(() => readRecord(json, "user"), AuthResponseError);
  });
}
