import { assertEquals, assertThrows } from "@std/assert";
import { compact } from "../../scripts/import_transcripts.ts";

Deno.test("compact() removes nothing but white space", () => {
  assertEquals(
    compact('{ "a": [1,\n 2], "b": " x " }'),
    '{"a":[1,2],"b":" x "}\n',
  );
});

Deno.test("compact() refuses data that names a place on the machine of the recording", () => {
  assertThrows(
    () => compact('{"file": "/home/somebody/x"}'),
    Error,
    "private path",
  );
  assertEquals(compact('{"path":"/admin/users"}'), '{"path":"/admin/users"}\n');
});
