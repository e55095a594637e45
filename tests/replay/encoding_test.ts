import { assertEquals, assertThrows } from "@std/assert";
import {
  base58,
  base64,
  base64url,
  digest,
  fromBase32,
  fromBase58,
  fromBase64,
  fromHex,
  fromUtf8,
  hex,
  utf8,
} from "../../scripts/replay/encoding.ts";

/** RFC 4648, section 10. */
const RFC_4648: [
  text: string,
  base64: string,
  base32: string,
  base16: string,
][] = [
  ["", "", "", ""],
  ["f", "Zg==", "MY======", "66"],
  ["fo", "Zm8=", "MZXQ====", "666F"],
  ["foo", "Zm9v", "MZXW6===", "666F6F"],
  ["foob", "Zm9vYg==", "MZXW6YQ=", "666F6F62"],
  ["fooba", "Zm9vYmE=", "MZXW6YTB", "666F6F6261"],
  ["foobar", "Zm9vYmFy", "MZXW6YTBOI======", "666F6F626172"],
];

Deno.test("encodings agree with the vectors of RFC 4648", () => {
  for (const [text, b64, b32, b16] of RFC_4648) {
    assertEquals(base64(utf8(text)), b64);
    assertEquals(base64url(utf8(text)), b64.replaceAll("=", ""));
    assertEquals(fromUtf8(fromBase64(b64)), text);
    assertEquals(fromUtf8(fromBase32(b32)), text);
    assertEquals(fromUtf8(fromBase32(b32.replaceAll("=", ""))), text);
    assertEquals(hex(utf8(text)), b16.toLowerCase());
    assertEquals(fromUtf8(fromHex(b16)), text);
  }
});

Deno.test("base64url() uses the alphabet of RFC 4648, section 5", () => {
  const bytes = Uint8Array.of(0xfb, 0xff, 0xbf);
  assertEquals(base64(bytes), "+/+/");
  assertEquals(base64url(bytes), "-_-_");
  assertEquals(fromBase64("-_-_"), bytes);
});

Deno.test("fromBase32() refuses a character outside the alphabet", () => {
  assertThrows(() => fromBase32("MZXW1"), TypeError);
});

Deno.test("base58() keeps leading zeros and comes back", () => {
  assertEquals(base58(utf8("Hello World!")), "2NEpo7TZRRrLZSi2U");
  assertEquals(base58(Uint8Array.of(0, 0, 0x28, 0x7f, 0xb4, 0xcd)), "11233QC4");
  assertEquals(
    fromBase58("11233QC4"),
    Uint8Array.of(0, 0, 0x28, 0x7f, 0xb4, 0xcd),
  );
  assertThrows(() => fromBase58("0"), TypeError);
});

Deno.test("digest() and base64url() make the challenge of RFC 7636, appendix B", async () => {
  const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const challenge = base64url(await digest("SHA-256", utf8(verifier)));
  assertEquals(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
});
