import { assertEquals, assertFalse, assertThrows } from "@std/assert";
import { AuthResponseError } from "../../lib/errors.ts";
import {
  isObject,
  readArray,
  readNumber,
  readObject,
  readString,
  withDates,
} from "../../lib/wire/json.ts";

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
  Deno.test(`withDates() reads ${sent}`, () => {
    assertEquals(withDates({ at: sent }, ["at"]), { at: new Date(iso) });
  });
}

Deno.test("withDates() leaves absent members absent, nulls null, and its argument alone", () => {
  const json = { at: null, other: "2026-11-23T17:54:37Z" };
  const parsed = withDates(json, ["at", "missing"]);
  assertEquals(parsed, json);
  assertEquals(Object.keys(parsed), ["at", "other"]);
  assertFalse(parsed === json);
});

for (const value of ["", "soon", 1_795_456_477, true, {}]) {
  Deno.test(`withDates() refuses ${JSON.stringify(value)}`, () => {
    const error = assertThrows(
      () => withDates({ at: value }, ["at"]),
      AuthResponseError,
      "at must be a date-time",
    );
    assertEquals(error.code, "invalid_response");
  });
}
