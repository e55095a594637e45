import { assertEquals, assertNotEquals } from "@std/assert";
import { shapeDifference } from "../../scripts/replay/shape.ts";
import type { Json } from "../../scripts/replay/types.ts";

const UUID = "0b5f7f7e-5f0a-4a53-9b3c-0a2f9b2d1c11";
const OTHER = "11111111-2222-4333-8444-555555555555";
const HASH = "c1dacf4da33cc8fa48ea695c94caebf94aac4fc58e05adb87fd60eb0";
const OTHER_HASH = HASH.split("").reverse().join("");
const TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.signature-1";

const SAME: [expected: Json, actual: Json][] = [
  [UUID, OTHER],
  ["2026-11-23T17:54:54.044997369Z", "2027-01-01T00:00:00Z"],
  ["2026-11-23T17:54:54+01:00", "2027-01-01T00:00:00.5-02:00"],
  [HASH, OTHER_HASH],
  [`pkce_${HASH}`, `pkce_${OTHER_HASH}`],
  ["123456", "000000"],
  ["b7ihqwkmpael", "abcdefghijkl"],
  [1795460076, 1800000000],
  [true, false],
  [`http://x/cb?code=${UUID}&a=1`, `http://x/cb?code=${OTHER}&a=1`],
  [
    `<a href="http://x/cb#access_token=${TOKEN}&amp;sb=">`,
    `<a href="http://x/cb#access_token=${TOKEN}xyz&amp;sb=">`,
  ],
  [`MFA challenge ${UUID} has expired`, `MFA challenge ${OTHER} has expired`],
  ["714456 is your verification code", "000001 is your verification code"],
  [
    "v1,mvjmwLBEVTBF/yTZX2IwnXzzoTLynrpg2u+nNgPAD0c=",
    "v1,mva9p/D0h6XTeA8OQRvf5NgaYVz658jePY3OPq+No2m=",
  ],
  [
    "v1,zOgQ1kTDr1YQMpjMheqkA5FN5APRFkuQby4TEBq3xLs=",
    "v1,gjUr/HOErGDdzV0UjTKNEeIy/860tYBVPk0KcnhjcIE=",
  ],
];

const DIFFERENT: [expected: Json, actual: Json][] = [
  [UUID, "not-a-uuid"],
  [UUID, UUID.toUpperCase()],
  [UUID, null],
  ["2026-11-23T17:54:54Z", "2026-11-23T17:54:54+00:00"],
  ["2026-11-23T17:54:54Z", 1795456494],
  [HASH, `pkce_${HASH}`],
  ["123456", "12345"],
  ["b7ihqwkmpael", "B7IHQWKMPAEL"],
  [1795460076, 1795460076000],
  [1795460076, 1795460076.5],
  [`http://x/cb?code=${UUID}`, `http://y/cb?code=${OTHER}`],
  [`http://x/cb?code=${UUID}`, `http://x/cb?code=${OTHER}&more=1`],
  [`http://x/cb?code=${UUID}`, "http://x/cb?code="],
  ["714456 is your verification code", "714456 is your code"],
  [TOKEN, "opaque"],
];

Deno.test("shapeDifference() accepts other values of the same shape", () => {
  for (const [expected, actual] of SAME) {
    assertEquals(
      shapeDifference(expected, actual),
      undefined,
      String(expected),
    );
  }
});

Deno.test("shapeDifference() refuses values of another type or shape", () => {
  for (const [expected, actual] of DIFFERENT) {
    assertNotEquals(
      shapeDifference(expected, actual),
      undefined,
      `${expected} / ${actual}`,
    );
  }
});
