import { assertEquals, assertThrows } from "@std/assert";
import {
  type Cbor,
  decodeCbor,
  encodeCbor,
} from "../../scripts/replay/cbor.ts";
import { fromHex, hex } from "../../scripts/replay/encoding.ts";

/** RFC 8949, appendix A, the rows of the types that WebAuthn uses. */
const RFC_8949: [value: Cbor, encoded: string][] = [
  [0, "00"],
  [23, "17"],
  [24, "1818"],
  [100, "1864"],
  [1000, "1903e8"],
  [1000000, "1a000f4240"],
  [-1, "20"],
  [-10, "29"],
  [-100, "3863"],
  [-1000, "3903e7"],
  [false, "f4"],
  [true, "f5"],
  [null, "f6"],
  [fromHex("01020304"), "4401020304"],
  ["IETF", "6449455446"],
  ["\u6c34", "63e6b0b4"],
  [[1, [2, 3], [4, 5]], "8301820203820405"],
  [new Map([[1, 2], [3, 4]]), "a201020304"],
  [new Map<string, Cbor>([["a", 1], ["b", [2, 3]]]), "a26161016162820203"],
];

Deno.test("encodeCbor() and decodeCbor() agree with RFC 8949, appendix A", () => {
  for (const [value, encoded] of RFC_8949) {
    assertEquals(hex(encodeCbor(value)), encoded);
    assertEquals(decodeCbor(fromHex(encoded)), {
      value,
      end: encoded.length / 2,
    });
  }
});

Deno.test("decodeCbor() refuses truncated and unsupported input", () => {
  assertThrows(() => decodeCbor(fromHex("44010203")), TypeError);
  assertThrows(() => decodeCbor(fromHex("18")), TypeError);
  assertThrows(() => decodeCbor(fromHex("fb3ff199999999999a")), TypeError);
  assertThrows(() => decodeCbor(fromHex("c074")), TypeError);
});
