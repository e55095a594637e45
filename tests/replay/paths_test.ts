import { assertEquals, assertThrows } from "@std/assert";
import { joinPath, parsePath, valueAt } from "../../scripts/replay/paths.ts";

Deno.test("parsePath() and joinPath() agree on every notation", () => {
  for (
    const path of [
      "$",
      "$.a.b[0].c",
      '$.headers["sb-auth-user-id"]',
      '$.f["frag#access_token"].x',
    ]
  ) {
    assertEquals(parsePath(path).reduce<string>(joinPath, "$"), path);
  }
  assertEquals(parsePath("step.response.body[1]"), [
    "step",
    "response",
    "body",
    1,
  ]);
  assertThrows(() => parsePath("$.a b"), TypeError);
});

Deno.test("valueAt() follows own members only", () => {
  const root = { a: [{ b: null }], c: "text" };
  assertEquals(valueAt(root, ["a", 0, "b"]), null);
  assertEquals(valueAt(root, ["a", 1]), undefined);
  assertEquals(valueAt(root, ["c", "length"]), undefined);
  assertEquals(valueAt(root, ["toString"]), undefined);
  assertEquals(valueAt(root, ["a", 0, "b", "x"]), undefined);
});
