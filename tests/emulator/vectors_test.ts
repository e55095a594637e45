import { assertEquals } from "@std/assert";
import {
  fromBase32,
  fromBase64Url,
  toBase32,
  toBase64Url,
  toHex,
  utf8,
} from "../../lib/emulator/encoding.ts";
import {
  hmacSha1,
  hmacSha256,
  sha1,
  sha224,
  sha256,
} from "../../lib/emulator/hash.ts";
import { totpCode } from "../../lib/emulator/totp.ts";

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

const TWO_BLOCKS = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

Deno.test("sha1(), sha224() and sha256() give the digests of FIPS 180", () => {
  const vectors: [
    hash: (message: Uint8Array) => Uint8Array,
    message: string,
    digest: string,
  ][] = [
    [sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"],
    [sha1, TWO_BLOCKS, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"],
    [
      sha224,
      "abc",
      "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
    ],
    [
      sha224,
      TWO_BLOCKS,
      "75388b16512776cc5dba5da1fd890150b0c6455cb4f58b1952522525",
    ],
    [
      sha256,
      "abc",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ],
    [
      sha256,
      TWO_BLOCKS,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    [
      sha256,
      "",
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ],
    [
      sha256,
      "a".repeat(1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    ],
  ];
  for (const [hash, message, digest] of vectors) {
    assertEquals(toHex(hash(utf8(message))), digest);
  }
});

Deno.test("sha256() agrees with Web Crypto at every length around a block", async () => {
  for (let length = 50; length < 130; length++) {
    const message = utf8("x".repeat(length));
    const expected = await crypto.subtle.digest("SHA-256", message);
    assertEquals(sha256(message), new Uint8Array(expected));
  }
});

Deno.test("hmacSha256() gives the codes of RFC 4231", () => {
  const vectors: [key: string, data: string, code: string][] = [
    [
      "0b".repeat(20),
      "4869205468657265",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    ],
    [
      "4a656665",
      "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ],
    [
      "aa".repeat(20),
      "dd".repeat(50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
    ],
    [
      "aa".repeat(131),
      toHex(utf8("Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ],
  ];
  for (const [key, data, code] of vectors) {
    assertEquals(toHex(hmacSha256(bytes(key), bytes(data))), code);
  }
});

Deno.test("hmacSha1() gives the codes of RFC 2202", () => {
  const code = hmacSha1(bytes("0b".repeat(20)), utf8("Hi There"));
  assertEquals(toHex(code), "b617318655057264e28bc0b6fb378c8ef146be00");
});

Deno.test("totpCode() gives the last six digits of RFC 6238", () => {
  const secret = toBase32(utf8("12345678901234567890"));
  const vectors: [seconds: number, code: string][] = [
    [59, "287082"],
    [1111111109, "081804"],
    [1111111111, "050471"],
    [1234567890, "005924"],
    [2000000000, "279037"],
    [20000000000, "353130"],
  ];
  for (const [seconds, code] of vectors) {
    assertEquals(totpCode(secret, seconds * 1000), code);
  }
});

Deno.test("toBase64Url() and toBase32() give the texts of RFC 4648 without padding", () => {
  const vectors: [text: string, base64: string, base32: string][] = [
    ["", "", ""],
    ["f", "Zg", "MY"],
    ["fo", "Zm8", "MZXQ"],
    ["foo", "Zm9v", "MZXW6"],
    ["foob", "Zm9vYg", "MZXW6YQ"],
    ["fooba", "Zm9vYmE", "MZXW6YTB"],
    ["foobar", "Zm9vYmFy", "MZXW6YTBOI"],
  ];
  for (const [text, base64, base32] of vectors) {
    assertEquals(toBase64Url(utf8(text)), base64);
    assertEquals(toBase32(utf8(text)), base32);
    assertEquals(fromBase64Url(base64), utf8(text));
    assertEquals(fromBase32(base32), utf8(text));
  }
  assertEquals(toBase64Url(bytes("fbff")), "-_8");
});

Deno.test("fromBase64Url() gives undefined for other alphabets and impossible lengths", () => {
  for (const text of ["+/8", "Zg==", "A", "Zm9v Zm9v", "ä"]) {
    assertEquals(fromBase64Url(text), undefined);
  }
});

Deno.test("sha256() in base64url makes the challenge of RFC 7636 appendix B", () => {
  const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  assertEquals(
    toBase64Url(sha256(utf8(verifier))),
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  );
});
