import { assertEquals } from "@std/assert";
import { createRemoteSystem } from "../../scripts/replay/remote.ts";
import { count, exchanges } from "../../scripts/replay/report.ts";
import {
  flowsOfOneInstance,
  replay,
  selectFlows,
} from "../../scripts/replay/run.ts";
import type { Entry } from "../../scripts/replay/types.ts";
import { recorded } from "./data.ts";

Deno.test("createRemoteSystem() sends path, query, headers and body to the given address", async () => {
  const seen: unknown[] = [];
  const system = createRemoteSystem(
    "http://auth.example/auth/v1/",
    async (input, init) => {
      const request = new Request(input, init);
      seen.push(
        request.url,
        request.method,
        request.headers.get("apikey"),
        await request.text(),
      );
      return new Response("ok");
    },
  );
  const init = { method: "POST", body: "{}", headers: { apikey: "k" } };
  const answer = await system.send(
    {} as Entry,
    new Request("http://localhost:9980/token?a=1", init),
  );
  assertEquals(await answer.text(), "ok");
  assertEquals(seen, [
    "http://auth.example/auth/v1/token?a=1",
    "POST",
    "k",
    "{}",
  ]);
  assertEquals(system.control, undefined);
});

Deno.test("flowsOfOneInstance() keeps the flows of the first one's instance and says what it leaves out", async () => {
  const { flows } = await recorded();
  const chosen = flowsOfOneInstance(selectFlows(flows, { group: "signup" }));
  assertEquals(chosen.flows.map(({ name }) => name), [
    "signup.confirm",
    "signup.errors",
  ]);
  assertEquals(chosen.notes, [
    "Only flows of the instance full are run; left out: signup.disabled, signup.phoneauto, signup.phonetwilio",
  ]);
});

Deno.test("replay() skips what needs control over a server, and what follows from it", async () => {
  const transcripts = await recorded();
  const flows = selectFlows(transcripts.flows, { flow: "verify.get" });
  const system = () =>
    createRemoteSystem(
      "http://auth.example",
      () => Promise.resolve(Response.json({}, { status: 503 })),
    );
  const { main, plain, notes } = await replay(
    transcripts,
    flows,
    system,
    false,
  );
  assertEquals([plain, notes.length], [[], 1]);
  const reasons = new Set(
    main.filter(({ outcome }) => outcome === "skipped").map(({ reason }) =>
      reason
    ),
  );
  assertEquals(reasons.has("mails cannot be read"), true);
  assertEquals(reasons.has("Nothing at mail.mail.linkParts.query.token"), true);
  assertEquals(count(exchanges(main)).passed, 0);
  assertEquals(count(exchanges(main)).failed > 5, true);
});
