import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { AuthResponseError } from "../../lib/errors.ts";
import {
  parseAuthenticationOptions,
  parsePasskey,
  parsePasskeys,
  parseRegistrationOptions,
} from "../../lib/wire/passkey.ts";
import { sourceOf } from "../../lib/wire/source.ts";
import {
  AUTHENTICATION_JSON,
  PASSKEY_JSON,
  REGISTRATION_JSON,
} from "../api/passkey_fixtures.ts";

Deno.test("parsePasskey() gives Dates and leads back to the JSON", () => {
  const passkey = parsePasskey(PASSKEY_JSON);
  assertEquals(passkey.created_at, new Date("2026-11-23T17:54:41.297Z"));
  assertEquals(passkey.last_used_at, new Date("2026-11-23T17:54:41.490Z"));
  assertEquals(passkey.friendly_name, "Laptop");
  assertStrictEquals(sourceOf(passkey), PASSKEY_JSON);
});

Deno.test("parsePasskey() keeps what is absent or null", () => {
  const { last_used_at: _, ...unused } = PASSKEY_JSON;
  assertEquals("last_used_at" in parsePasskey(unused), false);
  const json = { ...unused, last_used_at: null };
  assertEquals(parsePasskey(json).last_used_at, null);
});

for (
  const json of [null, [], {}, { id: 5 }, { ...PASSKEY_JSON, created_at: "x" }]
) {
  Deno.test(`parsePasskey() refuses ${JSON.stringify(json)}`, () => {
    assertThrows(() => parsePasskey(json), AuthResponseError);
  });
}

Deno.test("parsePasskeys() gives each of a list", () => {
  assertEquals(parsePasskeys([]), []);
  const passkeys = parsePasskeys([PASSKEY_JSON, PASSKEY_JSON]);
  assertEquals(passkeys.map(({ id }) => id), [
    PASSKEY_JSON.id,
    PASSKEY_JSON.id,
  ]);
});

for (const json of [null, undefined, {}, [{}], { passkeys: [] }]) {
  Deno.test(`parsePasskeys() refuses ${JSON.stringify(json)}`, () => {
    assertThrows(() => parsePasskeys(json), AuthResponseError);
  });
}

const OPTIONS = [
  ["parseRegistrationOptions", parseRegistrationOptions, REGISTRATION_JSON],
  [
    "parseAuthenticationOptions",
    parseAuthenticationOptions,
    AUTHENTICATION_JSON,
  ],
] as const;

for (const [name, parse, json] of OPTIONS) {
  Deno.test(`${name}() gives the challenge as sent`, () => {
    assertStrictEquals<unknown>(parse(json), json);
  });
  for (const member of ["challenge_id", "options", "expires_at"]) {
    Deno.test(`${name}() refuses an answer without ${member}`, () => {
      const rest = { ...json, [member]: undefined };
      assertThrows(() => parse(rest), AuthResponseError);
    });
  }
  Deno.test(`${name}() refuses options without a challenge`, () => {
    const options = { ...json.options, challenge: undefined };
    assertThrows(() => parse({ ...json, options }), AuthResponseError);
  });
}
