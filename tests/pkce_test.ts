import { assertEquals, assertMatch } from "@std/assert";
import {
  calculateCodeChallenge,
  encodeBase64Url,
  generateCodeVerifier,
} from "../lib/pkce.ts";

const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/** The octets of Appendix B of RFC 7636. */
const OCTETS = [
  [116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186],
  [22, 212, 37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121],
].flat();

Deno.test("calculateCodeChallenge() gives the challenge of RFC 7636, Appendix B", async () => {
  assertEquals(await calculateCodeChallenge(VERIFIER), CHALLENGE);
});

Deno.test("calculateCodeChallenge() hashes the verifier's bytes with what it is given", async () => {
  const seen: number[][] = [];
  const challenge = await calculateCodeChallenge("abc", (bytes) => {
    seen.push([...bytes]);
    return new Uint8Array([255, 254, 253]).buffer;
  });
  assertEquals(seen, [[97, 98, 99]]);
  assertEquals(challenge, "__79");
});

Deno.test("encodeBase64Url() gives the verifier of RFC 7636, Appendix B", () => {
  assertEquals(encodeBase64Url(new Uint8Array(OCTETS)), VERIFIER);
});

const VECTORS: [text: string, encoded: string][] = [
  // RFC 4648, section 10, without padding.
  ["", ""],
  ["f", "Zg"],
  ["fo", "Zm8"],
  ["foo", "Zm9v"],
  ["foob", "Zm9vYg"],
  ["fooba", "Zm9vYmE"],
  ["foobar", "Zm9vYmFy"],
];
for (const [text, encoded] of VECTORS) {
  Deno.test(`encodeBase64Url() encodes "${text}"`, () => {
    assertEquals(encodeBase64Url(new TextEncoder().encode(text)), encoded);
  });
}

Deno.test("encodeBase64Url() uses the alphabet for addresses", () => {
  assertEquals(encodeBase64Url(new Uint8Array([251, 239, 255])), "--__");
});

Deno.test("generateCodeVerifier() makes 43 characters that RFC 7636 allows, each time others", () => {
  const verifiers = Array.from({ length: 100 }, generateCodeVerifier);
  for (const verifier of verifiers) assertMatch(verifier, /^[\w-]{43}$/);
  assertEquals(new Set(verifiers).size, 100);
});
