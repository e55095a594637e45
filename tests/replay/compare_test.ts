import { assertEquals } from "@std/assert";
import {
  compare,
  Identities,
  type Rules,
} from "../../scripts/replay/compare.ts";
import type { Json } from "../../scripts/replay/types.ts";

const UUID = "0b5f7f7e-5f0a-4a53-9b3c-0a2f9b2d1c11";
const OTHER = "11111111-2222-4333-8444-555555555555";

function rules(volatile: string[] = [], unordered: string[] = []): Rules {
  return { volatile: new Set(volatile), unordered: new Set(unordered) };
}

function paths(expected: Json, actual: Json, with_: Rules = rules()): string[] {
  return compare(expected, actual, "$", with_).map(({ path }) => path);
}

Deno.test("compare() finds changed, missing and additional members", () => {
  assertEquals(
    paths({ a: 1, b: [1, { c: null }] }, { a: 1, b: [1, { c: null }] }),
    [],
  );
  assertEquals(paths({ a: 1 }, { a: 2 }), ["$.a"]);
  assertEquals(paths({ a: 1 }, {}), ["$.a"]);
  assertEquals(paths({}, { a: 1 }), ["$.a"]);
  assertEquals(paths({ a: null }, {}), ["$.a"]);
  assertEquals(paths([1, 2], [1]), ["$"]);
  assertEquals(paths([1, 2], [2, 1]), ["$[0]", "$[1]"]);
  assertEquals(paths({ a: {} }, { a: [] }), ["$.a"]);
  assertEquals(paths({ a: "1" }, { a: 1 }), ["$.a"]);
  assertEquals(paths({}, JSON.parse('{"__proto__": 1}')), ["$.__proto__"]);
});

Deno.test("compare() compares volatile paths by shape", () => {
  assertEquals(paths({ id: UUID }, { id: OTHER }), ["$.id"]);
  assertEquals(paths({ id: UUID }, { id: OTHER }, rules(["$.id"])), []);
  assertEquals(paths({ id: UUID }, { id: "x" }, rules(["$.id"])), ["$.id"]);
});

Deno.test("compare() demands one observed id for each recorded one", () => {
  const identities = new Identities();
  const both = { ...rules(["$.a", "$.b"]), identities };
  assertEquals(paths({ a: UUID, b: UUID }, { a: OTHER, b: OTHER }, both), []);
  assertEquals(paths({ a: UUID }, { a: UUID }, both), ["$.a"]);
  assertEquals(paths({ a: OTHER }, { a: OTHER }, both), ["$.a"]);
});

Deno.test("compare() matches the elements of unordered arrays by what names them", () => {
  const expected = [{ provider: "email", id: UUID }, {
    provider: "phone",
    id: "2",
  }];
  const actual = [{ provider: "phone", id: "2" }, {
    provider: "email",
    id: OTHER,
  }];
  assertEquals(paths(expected, actual, rules(["$[0].id"], ["$"])), []);
  assertEquals(
    paths(expected, [actual[0]!, { provider: "x", id: "2" }], rules([], ["$"]))
      .length,
    1,
  );
});

Deno.test("compare() does not mind the order of methods", () => {
  assertEquals(
    compare("GET, POST", "POST, GET", "$.headers.allow", rules()),
    [],
  );
  assertEquals(
    compare("GET, POST", "GET", "$.headers.allow", rules()).length,
    1,
  );
  const amr = [{ method: "totp" }, { method: "password" }];
  assertEquals(compare(amr, [...amr].reverse(), "$.payload.amr", rules()), []);
});

Deno.test("compare() compares a shortened text up to where the recorder cut it", () => {
  const cut = "<svg width…[truncated by the recorder: 9 characters]";
  assertEquals(paths(cut, '<svg width="1"></svg>'), []);
  assertEquals(paths(cut, "<png>"), ["$"]);
});
