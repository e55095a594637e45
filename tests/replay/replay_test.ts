import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  count,
  deliveries,
  exchanges,
  mismatchLines,
  outdated,
  plainExchanges,
  type Report,
  reportLines,
} from "../../scripts/replay/report.ts";
import { replay, selectFlows } from "../../scripts/replay/run.ts";
import type {
  Entry,
  Json,
  RecordedResponse,
} from "../../scripts/replay/types.ts";
import { recorded } from "./data.ts";
import { createEcho, type Mutation } from "./echo.ts";

/** Both passes without a mutation; with one, the pass as recorded is enough. */
async function replayEcho(
  selection: { flow?: string },
  mutate?: Mutation,
): Promise<Report> {
  const transcripts = await recorded();
  const flows = selectFlows(transcripts.flows, selection);
  return await replay(
    transcripts,
    flows,
    () => createEcho(flows, mutate),
    mutate === undefined,
  );
}

Deno.test("replay() accepts every recorded answer", async () => {
  const report = await replayEcho({});
  assertEquals(mismatchLines(report.main), []);
  assertEquals(mismatchLines(report.plain), []);
  assertEquals(count(exchanges(report.main)), {
    passed: 1080,
    failed: 0,
    skipped: 4,
  });
  assertEquals(count(plainExchanges(report.plain)), {
    passed: 495,
    failed: 0,
    skipped: 4,
  });
  assertEquals(count(deliveries(report.main)), {
    passed: 90,
    failed: 0,
    skipped: 0,
  });
  assertEquals(reportLines(report).at(-1), "1080 passed, 0 failed");
});

/** Members whose change must be seen: the first leaf of the body that is not volatile. */
function spoilBody(value: Json, entry: Entry, path: string): Json | undefined {
  if (entry.volatile?.includes(path)) return undefined;
  if (typeof value === "string") return `${value}!`;
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (value === null) return "something";
  for (const [key, member] of Object.entries(value)) {
    const below = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
    const spoiled = spoilBody(member, entry, below);
    if (spoiled === undefined) continue;
    if (!Array.isArray(value)) return { ...value, [key]: spoiled };
    return value.map((item, i) => i === Number(key) ? spoiled : item);
  }
  return undefined;
}

const MUTATIONS: Record<
  string,
  (response: RecordedResponse, entry: Entry) => RecordedResponse | undefined
> = {
  "another status": (response) => ({
    ...response,
    status: response.status === 400 ? 422 : 400,
  }),
  "another body": (response, entry) => {
    const body = spoilBody(response.body, entry, "$.response.body");
    return body === undefined || response.status === 204
      ? undefined
      : { ...response, body };
  },
  "an additional member": (response) => {
    const { body } = response;
    if (typeof body !== "object" || body === null || Array.isArray(body)) {
      return undefined;
    }
    return { ...response, body: { ...body, additional: 1 } };
  },
  "an additional header": (response) => ({
    ...response,
    headers: { ...response.headers, "x-additional": "1" },
  }),
  "a missing header": (response) =>
    Object.keys(response.headers).length === 0
      ? undefined
      : { ...response, headers: {} },
};

for (const [name, mutate] of Object.entries(MUTATIONS)) {
  Deno.test(`replay() finds ${name} in every answer`, async () => {
    const spoiled = new Set<string>();
    const bodyless = new Set([204, 303]);
    const report = await replayEcho({}, (response, entry) => {
      const other = mutate(response, entry);
      if (
        other === undefined ||
        (bodyless.has(other.status) && response.body === null)
      ) return response;
      spoiled.add(entry.id);
      return other;
    });
    const passed = exchanges(report.main).filter(({ entry, outcome }) =>
      outcome === "passed" && spoiled.has(entry.id)
    );
    assert(spoiled.size > 500, `${spoiled.size} answers changed`);
    assertEquals(passed.map(({ entry }) => entry.id), []);
  });
}

Deno.test("replay() finds a token that is signed with another key", async () => {
  const { main } = await replayEcho({ flow: "token.password" }, (response) => {
    const body = response.body as Record<string, string> | null;
    if (typeof body?.access_token !== "string") return response;
    return {
      ...response,
      body: { ...body, access_token: `${body.access_token.slice(0, -4)}AAAA` },
    };
  });
  const [first] = mismatchLines(main);
  assertStringIncludes(
    first!,
    '$.response.jwt["body.access_token"]: expected a signature by the instance\'s key',
  );
});

Deno.test("replay() finds an id that does not stay the same within a flow", async () => {
  const { main } = await replayEcho(
    { flow: "signup.phoneauto" },
    (response) => {
      const text = JSON.stringify(response.body).replace(
        /"user_id":"[^"]+"/,
        `"user_id":"${crypto.randomUUID()}"`,
      );
      return { ...response, body: JSON.parse(text) };
    },
  );
  assert(
    mismatchLines(main).some((line) => line.includes("user_id: expected ")),
  );
});

Deno.test("replay() fails the steps that need what an earlier one should have left", async () => {
  const { main } = await replayEcho(
    { flow: "logout.default" },
    (response, entry) => {
      return entry.step === 1
        ? { status: 500, headers: {}, body: null }
        : response;
    },
  );
  const lines = mismatchLines(main);
  assertStringIncludes(
    lines[0]!,
    "$.response.status: expected 200 got 500 null",
  );
  assert(
    lines.some((line) =>
      line.includes(
        "$.request: expected values of earlier steps got TemplateError: Nothing at ",
      )
    ),
  );
  assert(count(exchanges(main)).failed > 1);
});

Deno.test("replay() reports a server that throws as a failed exchange", async () => {
  const transcripts = await recorded();
  const flows = selectFlows(transcripts.flows, { flow: "scim" });
  const system = {
    now: () => 0,
    pass: () => {},
    send: () => Promise.reject(new TypeError("No connection")),
  };
  const { main } = await replay(transcripts, flows, () => system);
  assertStringIncludes(
    mismatchLines(main)[0]!,
    "$.response: expected an answer got TypeError: No connection",
  );
});

Deno.test("reportLines() sums up by group and ends with the exchanges", async () => {
  const lines = reportLines(await replayEcho({ flow: "authorize.disabled" }));
  assertEquals(lines, [
    "Left out (the recording itself is not representative): authorize.disabled#02.google",
    "Groups:",
    "  authorize  4 passed, 0 failed",
    "Mails, text messages, hook calls, values made anew: 0 passed, 0 failed",
    "Without the API version header: 4 passed, 0 failed",
    "4 passed, 0 failed",
  ]);
});

Deno.test("outdated() names what is missing in a list of known differences and what is listed for nothing", async () => {
  const report = await replayEcho(
    { flow: "authorize.disabled" },
    (response, entry) => {
      return entry.step === 1 ? { ...response, status: 418 } : response;
    },
  );
  const first = report.main[0]!.entry.id;
  assertEquals(outdated([{ id: first, reason: "" }], report), []);
  assertEquals(outdated([{ id: "other#01", reason: "" }], report), [
    `${first} differs and is not listed`,
    "other#01 is listed and does not differ",
  ]);
  assertStringIncludes(
    reportLines(report, [{ id: first, reason: "" }])[0]!,
    " (a known difference)",
  );
});
