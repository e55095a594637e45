import { assertEquals } from "@std/assert";
import { utf8 } from "../../scripts/replay/encoding.ts";
import { totp, totpOfKey } from "../../scripts/replay/totp.ts";

/** RFC 6238, appendix B, the rows for SHA-1. */
const RFC_6238: [seconds: number, code: string][] = [
  [59, "94287082"],
  [1111111109, "07081804"],
  [1111111111, "14050471"],
  [1234567890, "89005924"],
  [2000000000, "69279037"],
  [20000000000, "65353130"],
];

Deno.test("totpOfKey() agrees with the vectors of RFC 6238", async () => {
  for (const [seconds, code] of RFC_6238) {
    assertEquals(
      await totpOfKey(utf8("12345678901234567890"), seconds, 8),
      code,
    );
  }
});

Deno.test("totp() reads a base32 secret and gives six digits", async () => {
  assertEquals(
    await totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59_000),
    "287082",
  );
});
