import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { AuthApiError, AuthResponseError } from "../lib/errors.ts";
import { fillPath } from "../lib/path.ts";
import { type RequestSpec, send } from "../lib/request.ts";
import { invalid } from "../lib/wire/json.ts";
import {
  answering,
  configOf,
  deaf,
  endless,
  failureOf,
  GET,
  POST,
  REFUSAL,
  sendTo,
} from "./request_support.ts";

Deno.test("send() gives the parser body, text and headers", async () => {
  const config = answering(() =>
    new Response(' {"id": 1.0} ', { headers: { "x-total-count": "5" } })
  );
  const result = await send(config, GET, ({ body, text, headers }) => [
    body,
    text,
    headers.get("x-total-count"),
  ]);
  assertEquals(result, [{ id: 1 }, ' {"id": 1.0} ', "5"]);
});

for (const status of [200, 204]) {
  Deno.test(`send() gives no body for an empty answer ${status}`, async () => {
    const config = answering(() => new Response(null, { status }));
    const result = await send(config, GET, ({ body, text }) => [body, text]);
    assertEquals(result, [undefined, ""]);
  });
}

Deno.test("send() reads answers of success of any length", async () => {
  const name = "a".repeat(2_000_000);
  const config = answering(() => Response.json({ name }));
  assertEquals(await sendTo(config), { name });
});

const NOT_JSON: [what: string, body: BodyInit][] = [
  ["HTML", "<!doctype html><title>secret</title>"],
  ["truncated JSON", '{"access_token":"secret'],
  ["two values", "{}{}"],
  ["bytes that are no text", new Uint8Array([255, 254, 0, 1])],
  ["a space", " "],
];
for (const [what, body] of NOT_JSON) {
  for (const status of [200, 400, 502]) {
    Deno.test(`send() understands no ${what} with status ${status}`, async () => {
      const headers = { "content-type": "text/html", "cf-ray": "ray" };
      const config = answering(() => new Response(body, { status, headers }));
      const error = await failureOf(sendTo(config));
      assertInstanceOf(error, AuthResponseError);
      assertEquals(error.code, "invalid_response");
      assertEquals(
        [error.status, error.endpoint, error.requestId],
        [status, "GET /user", "ray"],
      );
      assertEquals(
        error.message,
        `Cannot understand the answer: text/html ${status}`,
      );
    });
  }
}

for (const body of ["", "null", "5", "[]", "{}", '"text"', '{"id":1}']) {
  Deno.test(`send() understands no refusal ${body || "without body"}`, async () => {
    const config = answering(() => new Response(body, { status: 400 }));
    const error = await failureOf(sendTo(config));
    assertEquals([error.code, error.status], ["invalid_response", 400]);
  });
}

Deno.test("send() throws what the server refuses", async () => {
  const config = answering(() =>
    Response.json(REFUSAL, {
      status: 403,
      headers: { "sb-request-id": "request" },
    })
  );
  const error = await failureOf(
    sendTo(config, {
      ...GET,
      ...fillPath("/admin/users/{id}/factors", "secret"),
    }),
  );
  assertInstanceOf(error, AuthApiError);
  assertEquals(error.toJSON(), {
    name: "AuthApiError",
    message: "User is banned",
    code: "user_banned",
    status: 403,
    endpoint: "GET /admin/users/{id}/factors",
    requestId: "request",
    retryable: false,
  });
});

Deno.test("send() tells the endpoint without ids and query", async () => {
  const config = answering(() => Response.json(REFUSAL, { status: 403 }));
  const method = "DELETE";
  const specs: [spec: RequestSpec, endpoint: string][] = [
    [{ method, path: "/a?token=secret" }, "DELETE /a"],
    [
      { method, path: "/a/secret?b=secret", template: "/a/{id}" },
      "DELETE /a/{id}",
    ],
  ];
  for (const [spec, endpoint] of specs) {
    const error = await failureOf(sendTo(config, spec));
    assertEquals(error.endpoint, endpoint);
    assertFalse(JSON.stringify(error).includes("secret"));
  }
});

Deno.test("send() lets the parser's error say which answer it was", async () => {
  const headers = { "x-request-id": "request" };
  const config = answering(() => Response.json({}, { headers }));
  const error = await failureOf(send(config, GET, () => {
    throw invalid("id must be a string");
  }));
  assertInstanceOf(error, AuthResponseError);
  assertEquals(error.toJSON(), {
    name: "AuthResponseError",
    message: "Cannot understand the answer: id must be a string",
    code: "invalid_response",
    status: 200,
    endpoint: "GET /user",
    requestId: "request",
    retryable: true,
  });
});

Deno.test("send() passes other errors of the parser on as they are", async () => {
  const config = answering(() => Response.json({}));
  const thrown = new TypeError("Cannot use the schema");
  const error = await assertRejects(() =>
    send(config, GET, () => {
      throw thrown;
    })
  );
  assertStrictEquals(error, thrown);
});

for (const status of [301, 302, 303, 307, 308]) {
  Deno.test(`send() does not follow a redirect ${status}`, async () => {
    let calls = 0;
    const config = answering(() => {
      calls++;
      const location = "https://elsewhere.example/?token=secret";
      return new Response(null, { status, headers: { location } });
    });
    const error = await failureOf(sendTo(config));
    assertEquals([error.code, error.status], ["invalid_response", status]);
    assertFalse(JSON.stringify(error).includes("secret"));
    assertEquals(calls, 1);
  });
}

Deno.test("send() understands no redirect that a browser hides", async () => {
  const config = answering(() => Response.error());
  const error = await failureOf(sendTo(config));
  assertEquals([error.code, error.status], ["invalid_response", 0]);
});

const IDS: [headers: Record<string, string>, id: string | undefined][] = [
  [{ "sb-request-id": "sb", "x-request-id": "x", "cf-ray": "cf" }, "sb"],
  [{ "x-request-id": "x", "cf-ray": "cf" }, "x"],
  [{ "cf-ray": "cf" }, "cf"],
  [{}, undefined],
];
for (const [headers, id] of IDS) {
  Deno.test(`send() names the request ${id} by ${Object.keys(headers)}`, async () => {
    const config = answering(() =>
      Response.json(REFUSAL, { status: 400, headers })
    );
    const error = await failureOf(sendTo(config));
    assertEquals(error.requestId, id);
    assertEquals("requestId" in error, id !== undefined);
  });
}

Deno.test("send() names the request by the body where no header does", async () => {
  const body = { ...REFUSAL, error_id: "from-body" };
  const idOf = async (headers: Record<string, string>) => {
    const config = answering(() =>
      Response.json(body, { status: 500, headers })
    );
    return (await failureOf(sendTo(config))).requestId;
  };
  assertEquals(await idOf({}), "from-body");
  assertEquals(await idOf({ "cf-ray": "from-header" }), "from-header");
});

const RETRY_AFTER: [value: string, ms: number | undefined][] = [
  ["0", 0],
  ["5", 5000],
  [" 120 ", 120_000],
  ["120s", 120_000],
  // As platforms join a header that came twice.
  ["5, 10", 5000],
  ["Infinity", undefined],
  ["Mon, 23 Nov 2026 17:55:07 GMT", 30_000],
  ["Monday, 23-Nov-26 17:55:07 GMT", 30_000],
  ["Mon, 23 Nov 2026 17:00:00 GMT", 0],
  ["soon", undefined],
  ["", undefined],
];
for (const [value, ms] of RETRY_AFTER) {
  Deno.test(`send() reads the Retry-After "${value}"`, async () => {
    const headers = { "retry-after": value };
    const config = answering(() =>
      Response.json(REFUSAL, { status: 429, headers })
    );
    assertEquals((await failureOf(sendTo(config))).retryAfterMs, ms);
  });
}

const CANCELS: [what: string, cancel: () => Promise<void>][] = [
  ["that can be left", () => Promise.resolve()],
  ["whose end never comes", () => new Promise(() => {})],
  ["that cannot be left", () => Promise.reject(new Error("No"))],
];
for (const [what, cancel] of CANCELS) {
  Deno.test(`send() stops reading an endless refusal ${what}`, async () => {
    const { seen, stream } = endless(cancel);
    const config = answering(() => new Response(stream, { status: 500 }));
    const error = await failureOf(sendTo(config));
    assertInstanceOf(error, AuthResponseError);
    assertEquals(
      [error.code, error.status, error.message],
      [
        "response_too_large",
        500,
        "Cannot understand the answer: too long",
      ],
    );
    assert(seen.cancelled);
    assert(seen.bytes < 70_000, `${seen.bytes} bytes were read`);
  });
}

Deno.test("send() reads a refusal up to its bound", async () => {
  const json = JSON.stringify(REFUSAL);
  const codeAt = async (bytes: number) => {
    const body = json.padEnd(bytes);
    const config = answering(() => new Response(body, { status: 403 }));
    return (await failureOf(sendTo(config))).code;
  };
  assertEquals(await codeAt(65_536), "user_banned");
  assertEquals(await codeAt(65_537), "response_too_large");
});

Deno.test("send() reads a refusal that comes in pieces of characters", async () => {
  const bytes = new TextEncoder().encode(
    '{"code":"a","message":"für \u{1f600}"}',
  );
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });
  const config = answering(() => new Response(body, { status: 400 }));
  assertEquals((await failureOf(sendTo(config))).message, "für \u{1f600}");
});

type Kind = "json" | "html";
const REPEATABLE: [
  status: number,
  kind: Kind,
  idempotent: boolean,
  other: boolean,
][] = [
  [400, "json", false, false],
  [401, "json", false, false],
  [403, "json", false, false],
  [404, "json", false, false],
  [408, "json", true, true],
  [409, "json", true, true],
  [413, "json", false, false],
  [422, "json", false, false],
  [429, "json", true, true],
  [500, "json", true, true],
  [503, "json", true, true],
  [504, "json", true, true],
  [400, "html", false, false],
  [404, "html", false, false],
  [408, "html", true, false],
  [409, "html", true, true],
  [429, "html", true, true],
  [500, "html", true, false],
  [502, "html", true, false],
  [503, "html", true, false],
  [504, "html", true, false],
  [200, "html", true, false],
  [302, "html", false, false],
];
for (const [status, kind, idempotent, other] of REPEATABLE) {
  Deno.test(`send() tells whether ${status} with ${kind} may be repeated`, async () => {
    const config = answering(() =>
      kind === "json"
        ? Response.json(REFUSAL, { status })
        : new Response("<html>", { status })
    );
    const retryable = async (spec: RequestSpec) =>
      (await failureOf(sendTo(config, spec))).retryable;
    assertEquals([await retryable(GET), await retryable(POST)], [
      idempotent,
      other,
    ]);
  });
}

const METHODS: [spec: RequestSpec, retryable: boolean][] = [
  [{ method: "GET", path: "/a" }, true],
  [{ method: "PUT", path: "/a" }, true],
  [{ method: "PATCH", path: "/a" }, true],
  [{ method: "DELETE", path: "/a" }, true],
  [{ method: "POST", path: "/a" }, false],
  [{ method: "POST", path: "/a", idempotent: true }, true],
  [{ method: "GET", path: "/a", idempotent: false }, false],
];
for (const [spec, retryable] of METHODS) {
  Deno.test(`send() tells whether ${JSON.stringify(spec)} may be repeated`, async () => {
    using time = new FakeTime();
    const lost = configOf(() => Promise.reject(new TypeError("lost")));
    assertEquals((await failureOf(sendTo(lost, spec))).retryable, retryable);

    const late = failureOf(sendTo(configOf(deaf), spec));
    await time.tickAsync(10_000);
    assertEquals((await late).retryable, retryable);

    const { stream } = endless();
    const long = answering(() => new Response(stream, { status: 500 }));
    assertEquals((await failureOf(sendTo(long, spec))).retryable, retryable);

    const signal = AbortSignal.abort();
    const left = await failureOf(sendTo(lost, spec, { signal }));
    assertEquals(left.retryable, false);
  });
}
