import { assertEquals } from "@std/assert";
import { burstBefore } from "../../scripts/replay/bursts.ts";
import { mismatchLines } from "../../scripts/replay/report.ts";
import { replay, selectFlows } from "../../scripts/replay/run.ts";
import type { System } from "../../scripts/replay/system.ts";
import type { Entry, Flow } from "../../scripts/replay/types.ts";
import { recorded } from "./data.ts";
import { createEcho } from "./echo.ts";

const TEXT =
  "otp: first 429 after 30 accepted requests (unrecorded burst of POST /otp)";

function flowWith(...entries: Partial<Entry>[]): Flow {
  return { name: "f", group: "g", entries: entries as Entry[] };
}

Deno.test("burstBefore() reads the number out of the note before a step", () => {
  const flow = flowWith({ kind: "note", description: TEXT }, { kind: "http" });
  assertEquals(burstBefore(flow, flow.entries[1]!), 30);
});

Deno.test("burstBefore() is nothing without such a note right before the step", () => {
  const flow = flowWith(
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

Deno.test("replay() tells a refusal that comes before the burst is over", async () => {
  const transcripts = await recorded();
  const flows = selectFlows(transcripts.flows, { flow: "rate.ip" });
  const echo = createEcho(flows);
  const strict: System = {
    ...echo,
    send: () => Promise.resolve(new Response(null, { status: 429 })),
  };
  const { main } = await replay(transcripts, flows, () => strict, false);
  assertEquals(
    mismatchLines(main)[0],
    "rate.ip#02.verify $.response.status: expected 30 accepted requests before it got 429 after 0",
  );
});
