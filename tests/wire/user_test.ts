import {
  assertEquals,
  assertFalse,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { AuthResponseError } from "../../lib/errors.ts";
import { sourceOf } from "../../lib/wire/source.ts";
import { parseIdentity, parseUser } from "../../lib/wire/user.ts";
import { FACTOR_JSON, IDENTITY_JSON, USER_JSON } from "../api/fixtures.ts";

const USER_DATES = [
  "created_at",
  "updated_at",
  "confirmed_at",
  "email_confirmed_at",
  "phone_confirmed_at",
  "last_sign_in_at",
  "confirmation_sent_at",
  "recovery_sent_at",
  "email_change_sent_at",
  "phone_change_sent_at",
  "reauthentication_sent_at",
  "invited_at",
  "banned_until",
  "deleted_at",
] as const;
const AT = "2026-11-23T17:54:37.123456789Z";

for (const name of USER_DATES) {
  Deno.test(`parseUser() gives ${name} as a Date`, () => {
    const user = parseUser({ ...USER_JSON, [name]: AT });
    assertEquals(user[name], new Date("2026-11-23T17:54:37.123Z"));
  });
  Deno.test(`parseUser() refuses a ${name} that is no point in time`, () => {
    assertThrows(
      () => parseUser({ ...USER_JSON, [name]: "never" }),
      AuthResponseError,
      `${name} must be a date-time`,
    );
  });
}

Deno.test("parseUser() keeps every other member as it is", () => {
  const user = parseUser(USER_JSON);
  const dates: readonly string[] = [...USER_DATES, "identities", "factors"];
  for (const name of Object.keys(USER_JSON)) {
    if (!dates.includes(name)) {
      assertStrictEquals(user[name], USER_JSON[name], name);
    }
  }
  assertEquals(Object.keys(user).sort(), Object.keys(USER_JSON).sort());
});

Deno.test("parseUser() leaves date-times in metadata and identity data as text", () => {
  const user = parseUser({
    ...USER_JSON,
    user_metadata: { created_at: AT },
    app_metadata: { banned_until: AT },
    identities: [{ ...IDENTITY_JSON, identity_data: { created_at: AT } }],
  });
  assertEquals(user.user_metadata, { created_at: AT });
  assertEquals(user.app_metadata, { banned_until: AT });
  assertEquals(user.identities?.[0]?.identity_data, { created_at: AT });
});

Deno.test("parseUser() gives empty metadata where the server sends none", () => {
  const { user_metadata: _, ...json } = USER_JSON;
  const user = parseUser({ ...json, app_metadata: null });
  assertEquals([user.user_metadata, user.app_metadata], [{}, {}]);
});

Deno.test("parseUser() parses identities and factors", () => {
  const user = parseUser(USER_JSON);
  const [identity] = user.identities ?? [];
  const [factor] = user.factors ?? [];
  assertEquals(
    identity?.last_sign_in_at,
    new Date("2026-11-23T17:54:37.912Z"),
  );
  assertEquals(factor?.updated_at, new Date("2026-11-23T17:55:01Z"));
  assertStrictEquals(sourceOf(identity!), IDENTITY_JSON);
  assertStrictEquals(sourceOf(factor!), FACTOR_JSON);
});

Deno.test("parseUser() tells null lists, empty ones and none apart", () => {
  const { factors: _, ...json } = USER_JSON;
  assertStrictEquals(
    parseUser({ ...json, identities: null }).identities,
    null,
  );
  assertEquals(parseUser({ ...json, identities: [] }).identities, []);
  assertFalse("factors" in parseUser(json));
});

Deno.test("parseUser() leads back to its JSON and changes nothing in it", () => {
  const json = structuredClone(USER_JSON);
  const user = parseUser(json);
  assertStrictEquals(sourceOf(user), json);
  assertEquals(json, USER_JSON);
});

const REFUSED: [what: string, json: unknown][] = [
  ["undefined", undefined],
  ["null", null],
  ["a list", []],
  ["an empty object", {}],
  ["a user without id", { ...USER_JSON, id: undefined }],
  ["a user without created_at", { ...USER_JSON, created_at: undefined }],
  ["a null created_at", { ...USER_JSON, created_at: null }],
  ["a number as created_at", { ...USER_JSON, created_at: 1_795_456_477 }],
  ["metadata that is text", { ...USER_JSON, user_metadata: "text" }],
  ["metadata that is a list", { ...USER_JSON, app_metadata: [] }],
  ["identities that are no list", { ...USER_JSON, identities: {} }],
  ["an identity that is none", { ...USER_JSON, identities: [null] }],
  ["a factor that is none", { ...USER_JSON, factors: [{}] }],
];
for (const [what, json] of REFUSED) {
  Deno.test(`parseUser() refuses ${what}`, () => {
    const error = assertThrows(() => parseUser(json), AuthResponseError);
    assertEquals(error.code, "invalid_response");
    assertFalse(error.message.includes("ada@example.com"));
  });
}

const IDENTITIES_REFUSED = [
  null,
  {},
  { ...IDENTITY_JSON, id: 5 },
  { ...IDENTITY_JSON, provider: undefined },
  { ...IDENTITY_JSON, created_at: "yesterday" },
];
for (const [at, json] of IDENTITIES_REFUSED.entries()) {
  Deno.test(`parseIdentity() refuses what is no identity (${at + 1})`, () => {
    assertThrows(() => parseIdentity(json), AuthResponseError);
  });
}
