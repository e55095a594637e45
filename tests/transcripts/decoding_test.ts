/**
 * Everything that the real server was recorded to answer is understood. Each
 * test names a function and how many answers it reads, so that the counts are
 * in every run's output.
 */
import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import type { RecordedResponse } from "../../scripts/replay/types.ts";
import { type RequestSpec, send } from "../../lib/request.ts";
import { answersOf, EXCHANGES } from "./exchanges.ts";
import {
  groupByFunction,
  isSuccess,
  keyOfExchange,
  type Reading,
  READINGS,
  REST,
} from "./readings.ts";
import { actualRefusal, expectedRefusal } from "./refusals.ts";
import { replay, toResponse } from "./replay.ts";
import { keyOf, OTHER_GRANT, TABLE } from "./table.ts";
import { UNMAPPED } from "./unmapped.ts";
import { differences } from "./walker.ts";

/** What a call made of an answer: its result, or else its error. */
async function outcomeOf(
  { call, key }: Reading,
  answer: RecordedResponse,
): Promise<{ result: unknown } | { error: unknown }> {
  const { config, asked } = replay(() => toResponse(answer));
  try {
    return { result: await call.make(config) };
  } catch (error) {
    return { error };
  } finally {
    const made = asked.map(({ method, path, query }) =>
      keyOf(method, path, query)
    );
    assertEquals(key === OTHER_GRANT ? [key] : made, [key], "another request");
  }
}

async function checkReading(reading: Reading): Promise<void> {
  const { exchange, call, key } = reading;
  for (const answer of answersOf(exchange)) {
    const outcome = await outcomeOf(reading, answer);
    if (!isSuccess(answer)) {
      const endpoint = key.replace(/\?.*/, "");
      const actual = "error" in outcome
        ? actualRefusal(outcome.error)
        : outcome;
      assertEquals(actual, expectedRefusal(answer, endpoint), exchange.id);
    } else {
      if ("error" in outcome) throw outcome.error;
      const headers = new Headers(answer.headers);
      const expected = call.expect(answer.body, headers);
      assertEquals(differences(outcome.result, expected), [], exchange.id);
    }
  }
}

function describe(name: string, readings: readonly Reading[]): string {
  const answers = readings.flatMap(({ exchange }) => answersOf(exchange));
  const successes = answers.filter(isSuccess).length;
  return `${name} reads ${answers.length} recorded answers: ` +
    `${successes} successes, ${answers.length - successes} refusals`;
}

for (const [name, readings] of groupByFunction()) {
  Deno.test(describe(name, readings), async () => {
    for (const reading of readings) await checkReading(reading);
  });
}

const REFUSED = REST.filter(({ response }) => response.status >= 400);

Deno.test(`send() reads ${REFUSED.flatMap(answersOf).length} recorded refusals of requests that no function makes`, async () => {
  for (const exchange of REFUSED) {
    const { method, path } = exchange.request;
    for (const answer of answersOf(exchange)) {
      const { config } = replay(() => toResponse(answer));
      const spec = { method, path } as RequestSpec;
      const error = await send(config, spec, () => "success").catch((e) => e);
      const expected = expectedRefusal(answer, `${method} ${path}`);
      assertEquals(actualRefusal(error), expected, exchange.id);
    }
  }
});

Deno.test("refusals have the same code in both versions of the API", () => {
  let compared = 0;
  for (const exchange of EXCHANGES) {
    const codes = answersOf(exchange)
      .filter(({ status }) => status >= 400)
      .map((answer) => expectedRefusal(answer, "").code);
    if (codes.length === 2) compared++;
    assertEquals(new Set(codes).size <= 1, true, exchange.id);
  }
  assertEquals(compared, 499);
});

Deno.test("every recorded request is mapped to a function or listed with a reason", () => {
  const lost = EXCHANGES.filter((each) => keyOfExchange(each) === undefined)
    .map(({ request }) => `${request.method} ${request.path}`);
  assertEquals(lost, []);
});

Deno.test("every row of the table stands for a recorded request", () => {
  const used = new Set(EXCHANGES.map(keyOfExchange));
  const rows = [...Object.keys(TABLE), ...Object.keys(UNMAPPED)];
  assertEquals(rows.filter((row) => !used.has(row)), []);
  assertEquals(rows.length, new Set(rows).size);
});

const mapped = EXCHANGES.length - REST.length;
const refused = EXCHANGES.filter(({ response }) => response.status >= 400);

Deno.test(`${mapped} of ${EXCHANGES.length} recorded answers are read by functions, all ${refused.length} refusals by functions or send()`, () => {
  assertEquals(EXCHANGES.length, 1084);
  assertEquals(refused.length, 520);
  assertGreaterOrEqual(mapped, 763);
  const bySend = new Set(REFUSED.map(({ id }) => id));
  const byCalls = new Set(READINGS.map(({ exchange }) => exchange.id));
  const missed = refused.filter(({ id }) =>
    !bySend.has(id) && !byCalls.has(id)
  );
  assertEquals(missed.map(({ id }) => id), []);
});
