/**
 * Whatever comes in place of the server's answer gives an `AuthError` or a
 * result: never another error, and never an error that tells a secret.
 */
import { assertEquals, assertGreater, assertInstanceOf } from "@std/assert";
import { AuthError } from "../../lib/errors.ts";
import type { Call } from "./calls.ts";
import { leaksOf, secretsOf } from "./leaks.ts";
import { mutate, mutations, Random, randomJson } from "./random.ts";
import { groupByFunction, isSuccess, READINGS } from "./readings.ts";
import { replay, sentText } from "./replay.ts";
import { FREE_FORM } from "./walker.ts";

const STATUSES = [200, 201, 202, 400, 401, 403, 404, 409, 410, 422, 429, 500];
const GATEWAY_STATUSES = [200, 403, 404, 500, 502, 503, 504, 521, 530];
const TYPES = ["application/json", "text/html; charset=utf-8", "text/plain"];
const PLANTED = "planted-password-4711";

/** One call of each function. */
const CALLS: readonly Call[] = [...groupByFunction().values()]
  .map(([first]) => first!.call);

/** Each recorded body of success, once, with a call that reads it. */
const BODIES: readonly { call: Call; json: unknown; text: string }[] = READINGS
  .filter(({ exchange }) => isSuccess(exchange.response))
  .map(({ call, exchange }) => {
    const json = exchange.response.body;
    return { call, json, text: json === null ? "" : sentText(json) };
  })
  .filter(({ text }) => text.length > 2);

/** What is sent in place of an answer. */
interface Damage {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly status: number;
  readonly type?: string;
  readonly secrets?: readonly string[];
}

/** Makes the call; gives its error, checked, or undefined for a result. */
async function outcome(
  call: Call,
  { body, status, type = "application/json", secrets = [] }: Damage,
): Promise<AuthError | undefined> {
  const headers = { "content-type": type };
  const { config } = replay(() => new Response(body, { status, headers }));
  try {
    await call.make(config);
    return undefined;
  } catch (error) {
    assertInstanceOf(error, AuthError, `${call.name}: ${body.slice(0, 300)}`);
    assertEquals(leaksOf(error, secrets), [], call.name);
    return error;
  }
}

async function assertNotUnderstood(call: Call, damage: Damage): Promise<void> {
  const error = await outcome(call, damage);
  const { name, code, status } = error ?? {};
  assertEquals(
    { name, code, status },
    {
      name: "AuthResponseError",
      code: "invalid_response",
      status: damage.status,
    },
    `${call.name}: ${damage.body.slice(0, 300)}`,
  );
}

Deno.test("every function throws invalid_response when a recorded body is cut off", async () => {
  const random = new Random(1);
  let cases = 0;
  for (const { call, json, text } of BODIES) {
    const secrets = secretsOf(json);
    for (let i = 0; i < 12; i++) {
      const end = 1 + random.below(text.length - 1);
      const status = i % 4 === 0 ? random.of(STATUSES) : 200;
      await assertNotUnderstood(call, {
        body: text.slice(0, end),
        status,
        secrets,
      });
      cases++;
    }
  }
  assertGreater(cases, 4000);
});

Deno.test("every function throws invalid_response when a session is cut off inside a token", async () => {
  for (const { call, json, text } of BODIES) {
    for (const secret of secretsOf(json)) {
      const start = text.indexOf(secret);
      const end = start + Math.floor(secret.length / 2);
      const body = text.slice(0, end);
      await assertNotUnderstood(call, { body, status: 200, secrets: [secret] });
    }
  }
});

Deno.test("every function throws invalid_response when a gateway answers with HTML", async () => {
  const body =
    `<!DOCTYPE html><html><head><title>521</title></head><body data-token="${PLANTED}">Web server is down</body></html>`;
  for (const call of CALLS) {
    for (const status of GATEWAY_STATUSES) {
      for (const type of TYPES) {
        const damage = { body, status, type, secrets: [PLANTED] };
        await assertNotUnderstood(call, damage);
      }
    }
  }
});

Deno.test("every function throws invalid_response when the body is a bare secret", async () => {
  for (const call of CALLS) {
    for (const body of [PLANTED, `${PLANTED}"}`, `{"x":${PLANTED}}`]) {
      for (const status of STATUSES) {
        await assertNotUnderstood(call, { body, status, secrets: [PLANTED] });
      }
    }
  }
});

Deno.test("every function throws only AuthErrors when the body is empty", async () => {
  for (const call of CALLS) {
    for (const status of STATUSES) {
      const error = await outcome(call, { body: "", status });
      if (status >= 400) assertEquals(error?.code, "invalid_response");
    }
  }
});

Deno.test("every function throws only AuthErrors when the body is random bytes", async () => {
  const random = new Random(2);
  for (const call of CALLS) {
    for (let i = 0; i < 30; i++) {
      const body = random.bytes(random.below(200));
      const status = random.of(STATUSES);
      await outcome(call, { body, status, type: random.of(TYPES) });
    }
  }
});

Deno.test("every function throws only AuthErrors when bytes of a recorded body are no UTF-8", async () => {
  const random = new Random(3);
  const encoder = new TextEncoder();
  for (const { call, text, json } of BODIES) {
    for (let i = 0; i < 3; i++) {
      const body = encoder.encode(text);
      const bad = [0xff, 0xc0, 0xe2, 0xed, 0xf4, 0x80, 0x00];
      body[random.below(body.length)] = random.of(bad);
      body[random.below(body.length)] = random.of(bad);
      const secrets = secretsOf(json);
      await outcome(call, { body, status: random.of(STATUSES), secrets });
    }
  }
});

Deno.test("every function throws only AuthErrors when the body is JSON of another shape", async () => {
  const random = new Random(4);
  for (const call of CALLS) {
    for (let i = 0; i < 80; i++) {
      const json = randomJson(random);
      const body = i % 2 ? json : `{"password":"${PLANTED}","user":${json}}`;
      const status = i % 3 ? 200 : random.of(STATUSES);
      await outcome(call, { body, status, secrets: [PLANTED] });
    }
  }
});

Deno.test("every function throws only AuthErrors when any one value of its richest body is wrong", async () => {
  let cases = 0;
  for (const { call, json } of richestBodies()) {
    const secrets = secretsOf(json);
    for (const body of mutations(json, FREE_FORM)) {
      await outcome(call, { body, status: 200, secrets });
      cases++;
    }
  }
  assertGreater(cases, 7000);
});

/** For each function the recorded body with the most values. */
function richestBodies(): Iterable<typeof BODIES[number]> {
  const richest = new Map<string, typeof BODIES[number]>();
  for (const each of BODIES) {
    const { name } = each.call;
    const { text = "" } = richest.get(name) ?? {};
    if (each.text.length > text.length) richest.set(name, each);
  }
  return richest.values();
}

Deno.test("every function throws only AuthErrors when random values of recorded bodies are wrong", async () => {
  const random = new Random(5);
  for (const { call, json } of BODIES) {
    const secrets = secretsOf(json);
    for (let i = 0; i < 4; i++) {
      const body = mutate(random, json);
      await outcome(call, { body, status: random.of(STATUSES), secrets });
    }
  }
});

Deno.test("every function throws only AuthErrors when one value of a recorded refusal is wrong", async () => {
  const random = new Random(6);
  for (const { call, exchange } of READINGS) {
    const { body, status } = exchange.response;
    if (status < 400 || body === null) continue;
    for (let i = 0; i < 4; i++) {
      const error = await outcome(call, { body: mutate(random, body), status });
      assertEquals(error?.status, status);
    }
  }
});

Deno.test("every function throws only AuthErrors when the body is nested deeply", async () => {
  const DEPTH = 20_000;
  const arrays = "[".repeat(DEPTH) + "]".repeat(DEPTH);
  const objects = '{"user":'.repeat(5_000) + "null" + "}".repeat(5_000);
  const bodies = [
    arrays,
    objects,
    "[".repeat(DEPTH),
    `{"id":"1","user_metadata":{"a":${arrays}},"created_at":"2026-11-23T17:54:07Z"}`,
    `{"msg":${arrays},"code":${arrays}}`,
  ];
  for (const call of CALLS) {
    for (const body of bodies) {
      await outcome(call, { body, status: 200 });
      await outcome(call, { body, status: 400 });
    }
  }
});

Deno.test("every function throws response_too_large when a refusal is longer than any the server sends", async () => {
  const msg = `${"x".repeat(70_000)}${PLANTED}`;
  const body = JSON.stringify({ code: 400, error_code: "bad_json", msg });
  for (const call of CALLS) {
    const error = await outcome(call, {
      body,
      status: 400,
      secrets: [PLANTED],
    });
    assertEquals(error?.code, "response_too_large");
  }
});
