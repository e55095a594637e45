import { assert, assertEquals, assertThrows } from "@std/assert";
import { applyPatch, parsePatch, readPatches } from "../../scripts/patches.ts";

const ROOT = new URL("../../", import.meta.url);
const FOLDER = new URL("tests/simulation/mutants/", ROOT);

const PATCH = `Something is broken.
Caught by promise 3.

--- a/lib/x.ts
+++ b/lib/x.ts
@@ -1,3 +1,3 @@
 one
-two
+2
 three
@@ -9,2 +9,3 @@
 nine
+ten
`;

Deno.test("every mutant applies to the library as it is", async () => {
  for (const patch of await readPatches(FOLDER)) {
    const text = await Deno.readTextFile(new URL(patch.path, ROOT));
    assert(applyPatch(patch, text) !== text, patch.name);
  }
});

Deno.test("each of the promises 1 to 9 has two mutants or more", async () => {
  const counts = new Map<number, number>();
  for (const { promise } of await readPatches(FOLDER)) {
    counts.set(promise, (counts.get(promise) ?? 0) + 1);
  }
  for (let promise = 1; promise <= 9; promise++) {
    assert((counts.get(promise) ?? 0) >= 2, `promise ${promise}`);
  }
});

Deno.test("applyPatch() replaces what the hunks say, wherever it is", () => {
  const patch = parsePatch("p03_x", PATCH);
  assertEquals(patch.what, "Something is broken.");
  assertEquals([patch.promise, patch.path], [3, "lib/x.ts"]);
  const text = "zero\none\ntwo\nthree\neight\nnine\n";
  assertEquals(
    applyPatch(patch, text),
    "zero\none\n2\nthree\neight\nnine\nten\n",
  );
});

for (const text of ["one\n2\nthree\nnine\n", "one\ntwo\nthree\n", "nine\n"]) {
  Deno.test(`applyPatch() refuses ${JSON.stringify(text)}`, () => {
    const patch = parsePatch("p03_x", PATCH);
    assertThrows(() => applyPatch(patch, text), Error, "no longer applies");
  });
}

Deno.test("applyPatch() refuses what it finds twice", () => {
  const patch = parsePatch("p03_x", PATCH);
  const text = "one\ntwo\nthree\nnine\nnine\n";
  assertThrows(() => applyPatch(patch, text), Error, "no longer applies");
});

Deno.test("parsePatch() refuses another promise than the name's, and no hunks", () => {
  assertThrows(() => parsePatch("p04_x", PATCH), Error, "no patch");
  const empty = PATCH.slice(0, PATCH.indexOf("@@"));
  assertThrows(() => parsePatch("p03_x", empty), Error, "no patch");
});
