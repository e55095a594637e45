import { assertEquals } from "@std/assert";
import { sha224Hex } from "../../scripts/replay/sha224.ts";

Deno.test("sha224Hex() agrees with the examples of FIPS 180", () => {
  assertEquals(
    sha224Hex("abc"),
    "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
  );
  assertEquals(
    sha224Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
    "75388b16512776cc5dba5da1fd890150b0c6455cb4f58b1952522525",
  );
});

Deno.test("sha224Hex() pads a text of exactly one block and an empty one", () => {
  assertEquals(sha224Hex("").length, 56);
  assertEquals(
    sha224Hex(""),
    "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f",
  );
  assertEquals(sha224Hex("a".repeat(64)) === sha224Hex("a".repeat(63)), false);
});
