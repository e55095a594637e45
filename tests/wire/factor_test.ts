import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { AuthResponseError } from "../../lib/errors.ts";
import { parseFactor } from "../../lib/wire/factor.ts";
import { groupFactors } from "../../lib/wire/factor_list.ts";
import { sourceOf } from "../../lib/wire/source.ts";
import { FACTOR_JSON } from "../api/fixtures.ts";

Deno.test("parseFactor() gives Dates and keeps everything else", () => {
  const json = {
    ...FACTOR_JSON,
    last_challenged_at: "2026-11-23T18:00:00.123456Z",
    web_authn_aaguid: "0",
  };
  const factor = parseFactor(json);
  assertEquals<object>(factor, {
    ...json,
    created_at: new Date("2026-11-23T17:55:00.5Z"),
    updated_at: new Date("2026-11-23T17:55:01Z"),
    last_challenged_at: new Date("2026-11-23T18:00:00.123Z"),
  });
  assertStrictEquals(sourceOf(factor), json);
});

for (
  const json of [
    null,
    [],
    {},
    { ...FACTOR_JSON, id: null },
    { ...FACTOR_JSON, factor_type: 1 },
    { ...FACTOR_JSON, updated_at: "" },
  ]
) {
  Deno.test(`parseFactor() refuses ${JSON.stringify(json)?.slice(0, 40)}`, () => {
    assertThrows(() => parseFactor(json), AuthResponseError);
  });
}

Deno.test("groupFactors() counts only verified factors of known kinds apart", () => {
  const kinds = ["totp", "phone", "webauthn", "recovery_code", "new_kind"];
  const all = kinds.flatMap((factor_type) =>
    ["verified", "unverified"].map((status) =>
      parseFactor({
        ...FACTOR_JSON,
        id: factor_type + status,
        factor_type,
        status,
      })
    )
  );
  const list = groupFactors(all);
  assertStrictEquals(list.all, all);
  for (const kind of ["totp", "phone", "webauthn", "recovery_code"] as const) {
    assertEquals(list[kind].map((f) => f.id), [`${kind}verified`]);
  }
});

Deno.test("groupFactors() takes no list for an empty one", () => {
  assertEquals(groupFactors(undefined).all, []);
});
