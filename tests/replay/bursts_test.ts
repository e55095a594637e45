import { assertEquals } from "@std/assert";
import { burstBefore } from "../../scripts/replay/bursts.ts";
import type { Entry, Flow } from "../../scripts/replay/types.ts";

const TEXT =
  "otp: first 429 after 30 accepted requests (unrecorded burst of POST /otp)";

function flowOf(...entries: Partial<Entry>[]): Flow {
  return { name: "f", group: "g", entries: entries as Entry[] };
}

Deno.test("burstBefore() reads the number out of the note before a step", () => {
  const flow = flowOf({ kind: "note", description: TEXT }, { kind: "http" });
  assertEquals(burstBefore(flow, flow.entries[1]!), 30);
});

Deno.test("burstBefore() is nothing without such a note right before the step", () => {
  const flow = flowOf(
    { kind: "http" },
    { kind: "note", description: "something else" },
    { kind: "http" },
    { kind: "note", description: TEXT },
    { kind: "clock" },
    { kind: "http" },
  );
  for (const entry of [0, 2, 5].map((i) => flow.entries[i]!)) {
    assertEquals(burstBefore(flow, entry), 0);
  }
});
