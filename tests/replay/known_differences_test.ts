import { assert, assertEquals } from "@std/assert";
import { createEmulatorSystem } from "../../scripts/replay/emulator.ts";
import {
  count,
  exchanges,
  type KnownDifference,
  outdated,
} from "../../scripts/replay/report.ts";
import { replay } from "../../scripts/replay/run.ts";
import { recorded } from "./data.ts";

const FILE = new URL("../transcripts/known_differences.json", import.meta.url);

Deno.test("the emulator answers as recorded, but for the listed differences", async () => {
  const known: KnownDifference[] = JSON.parse(await Deno.readTextFile(FILE));
  const transcripts = await recorded();
  const report = await replay(
    transcripts,
    transcripts.flows,
    (issuer) => createEmulatorSystem(transcripts.instances, issuer),
  );
  assertEquals(outdated(known, report), []);
  assert(count(exchanges(report.main)).passed >= 1050);
  for (const { id, reason } of known) {
    assert(reason.length > 20, `${id} needs a reason`);
  }
});
