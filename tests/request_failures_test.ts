import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { FakeTime } from "@std/testing/time";
import type { Fetch } from "../lib/config.ts";
import { AuthNetworkError } from "../lib/errors.ts";
import { withQuery } from "../lib/query.ts";
import type { RequestSpec } from "../lib/request.ts";
import {
  answering,
  BASE,
  configOf,
  deaf,
  failureOf,
  GET,
  REFUSAL,
  sendTo,
  unending,
  wholeText,
} from "./request_support.ts";

Deno.test("send() ends at the configuration's deadline", async () => {
  using time = new FakeTime();
  const seen: RequestInit[] = [];
  const config = configOf((_, init) => {
    seen.push(init);
    return deaf();
  });
  const failure = failureOf(sendTo(config));
  await time.tickAsync(9_999);
  assertFalse(seen[0]?.signal?.aborted);
  await time.tickAsync(1);
  const error = await failure;
  assertInstanceOf(error, AuthNetworkError);
  assertEquals(
    [error.code, error.message, error.endpoint],
    [
      "timeout",
      "Cannot finish GET /user: timeout",
      "GET /user",
    ],
  );
  assert(seen[0]?.signal?.aborted);
  assertStrictEquals(error.cause, seen[0].signal.reason);
});

Deno.test("send() ends at the call's own deadline", async () => {
  using time = new FakeTime();
  const failure = failureOf(sendTo(configOf(deaf), GET, { timeoutMs: 5 }));
  await time.tickAsync(5);
  assertEquals((await failure).code, "timeout");
});

for (const status of [200, 500]) {
  Deno.test(`send() counts the body of ${status} in its deadline`, async () => {
    using time = new FakeTime();
    const failure = failureOf(sendTo(answering(() => unending(status))));
    await time.tickAsync(10_000);
    assertEquals((await failure).code, "timeout");
  });
}

Deno.test("send() waits for as long as timers can count when told Infinity", async () => {
  using time = new FakeTime();
  let answer: (response: Response) => void = () => {};
  const config = configOf(() =>
    new Promise((resolve) => {
      answer = resolve;
    })
  );
  const result = sendTo(config, GET, { timeoutMs: Infinity });
  await time.tickAsync(1_000_000_000);
  answer(Response.json({ late: true }));
  assertEquals(await result, { late: true });
});

for (const timeoutMs of [0, -1, NaN, "5" as unknown as number]) {
  Deno.test(`send() refuses the deadline ${timeoutMs} before any request`, async () => {
    const config = configOf(() => {
      throw new Error("There was a request");
    });
    await assertRejects(
      () => sendTo(config, GET, { timeoutMs }),
      TypeError,
      "Cannot use timeoutMs",
    );
  });
}

Deno.test("send() pays no attention to what comes after its deadline", async () => {
  using time = new FakeTime();
  const config = configOf((_, init) =>
    new Promise((_, reject) => {
      init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    })
  );
  const failure = failureOf(sendTo(config));
  await time.tickAsync(10_000);
  // A rejection that nobody handles would fail the test.
  assertEquals((await failure).code, "timeout");
  await time.tickAsync(0);
});

const REASON = { why: "the user went away" };

Deno.test("send() makes no request once its signal has fired", async () => {
  const config = configOf(() => {
    throw new Error("There was a request");
  });
  const signal = AbortSignal.abort(REASON);
  const error = await failureOf(sendTo(config, GET, { signal }));
  assertInstanceOf(error, AuthNetworkError);
  assertEquals(
    [error.code, error.message, error.retryable],
    ["aborted", "Cannot finish GET /user: aborted", false],
  );
  assertStrictEquals(error.cause, REASON);
});

const HANGING: [what: string, fetch: Fetch][] = [
  [
    "a request that hears its signal",
    (_, { signal }) =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
      }),
  ],
  ["a request that ignores its signal", deaf],
  ["a body", () => Promise.resolve(unending())],
  ["the body of a refusal", () => Promise.resolve(unending(500))],
];
for (const [what, fetch] of HANGING) {
  Deno.test(`send() leaves ${what} when its signal fires`, async () => {
    const controller = new AbortController();
    const inner: (AbortSignal | null | undefined)[] = [];
    const config = configOf((url, init) => {
      inner.push(init.signal);
      return fetch(url, init);
    });
    const failure = failureOf(
      sendTo(config, GET, { signal: controller.signal }),
    );
    await Promise.resolve();
    controller.abort(REASON);
    const error = await failure;
    assertEquals(error.code, "aborted");
    assertStrictEquals(error.cause, REASON);
    assert(inner[0]?.aborted);
    assertNotStrictEquals(inner[0], controller.signal);
  });
}

Deno.test("send() gives its result even if the signal fires afterwards", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const config = answering(() => Response.json({ id: 1 }));
  const result = await sendTo(config, GET, { signal });
  controller.abort(REASON);
  assertEquals(result, { id: 1 });
});

const OUTCOMES: [what: string, fetch: Fetch][] = [
  ["a success", () => Promise.resolve(Response.json({}))],
  ["a refusal", () => Promise.resolve(Response.json(REFUSAL, { status: 400 }))],
  ["HTML", () => Promise.resolve(new Response("<html>"))],
  ["a failure", () => Promise.reject(new TypeError("lost"))],
  ["a deadline", deaf],
];
for (const [what, fetch] of OUTCOMES) {
  Deno.test(`send() leaves no listener and no timer behind after ${what}`, async () => {
    using time = new FakeTime();
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    const config = configOf(fetch);
    for (let i = 0; i < 3; i++) {
      const done = sendTo(config, GET, { signal }).catch(() => {});
      await time.tickAsync(what === "a deadline" ? 10_000 : 0);
      await done;
    }
    assertEquals(listeners, { added: 3, left: 0 });
    // Only a timer that was left behind could be due.
    assertFalse(time.next());
  });
}

/** Counts what is added to a signal and not taken away again. */
function countListeners(signal: AbortSignal): { added: number; left: number } {
  const count = { added: 0, left: 0 };
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: unknown[]) => {
    count.added++;
    count.left++;
    Reflect.apply(addEventListener, signal, args);
  };
  signal.removeEventListener = (...args: unknown[]) => {
    count.left--;
    Reflect.apply(removeEventListener, signal, args);
  };
  return count;
}

const FAILURES: [what: string, fetch: Fetch][] = [
  ["rejects", () => Promise.reject(new TypeError("lost"))],
  ["throws", () => {
    throw new TypeError("lost");
  }],
  ["breaks off its body", () => {
    const body = new ReadableStream({
      pull: (controller) => controller.error(new TypeError("lost")),
    });
    return Promise.resolve(new Response(body));
  }],
  ["breaks off the body of a refusal", () => {
    const body = new ReadableStream({
      pull: (controller) => controller.error(new TypeError("lost")),
    });
    return Promise.resolve(new Response(body, { status: 500 }));
  }],
];
for (const [what, fetch] of FAILURES) {
  Deno.test(`send() throws network_failure when fetch ${what}`, async () => {
    const error = await failureOf(sendTo(configOf(fetch)));
    assertInstanceOf(error, AuthNetworkError);
    assertEquals(
      [error.code, error.message],
      ["network_failure", "Cannot finish GET /user: network_failure"],
    );
    assertInstanceOf(error.cause, TypeError);
    assertEquals(error.cause.message, "lost");
  });
}

const QUERY = { token: "secret'!()*~ ü&" };
const SPEC_WITH_QUERY: RequestSpec = {
  ...GET,
  path: withQuery("/user", QUERY),
};

Deno.test("send() takes the query out of errors and their causes", async () => {
  const config = configOf((url) => {
    // As platforms do, which write addresses in their normal form.
    const { href } = new URL(url);
    const cause = new RangeError(`no route to ${href}, no route to ${href}`);
    const outer = new TypeError(`failed: ${href}`, { cause });
    outer.name = "FetchError";
    throw outer;
  });
  const error = await failureOf(sendTo(config, SPEC_WITH_QUERY));
  assertFalse(wholeText(error).includes("secret"));
  const outer = error.cause as Error;
  assertEquals([outer.name, outer.message], [
    "FetchError",
    `failed: ${BASE}/user`,
  ]);
  const inner = outer.cause as Error;
  assertEquals(
    [inner.name, inner.message],
    ["RangeError", `no route to ${BASE}/user, no route to ${BASE}/user`],
  );
});

Deno.test("send() takes the query out of a cause alone", async () => {
  const config = configOf((url) => {
    throw new TypeError("fetch failed", { cause: new Error(url) });
  });
  const error = await failureOf(sendTo(config, SPEC_WITH_QUERY));
  assertFalse(wholeText(error).includes("secret"));
  assertEquals((error.cause as Error).message, "fetch failed");
});

Deno.test("send() keeps the very error when it holds no query", async () => {
  const thrown = new TypeError("lost", { cause: new Error("reset") });
  const config = configOf(() => Promise.reject(thrown));
  const error = await failureOf(sendTo(config, SPEC_WITH_QUERY));
  assertStrictEquals(error.cause, thrown);
});

for (const thrown of ["lost", undefined, null, { why: 5 }]) {
  Deno.test(`send() keeps ${JSON.stringify(thrown)} as cause`, async () => {
    const config = configOf(() => Promise.reject(thrown));
    const error = await failureOf(sendTo(config, SPEC_WITH_QUERY));
    assertStrictEquals(error.cause, thrown);
  });
}

Deno.test("send() keeps a long chain of causes that holds no query", async () => {
  let thrown: Error = new RangeError("the first");
  for (let i = 0; i < 9; i++) thrown = new TypeError("lost", { cause: thrown });
  const config = configOf(() => Promise.reject(thrown));
  const error = await failureOf(sendTo(config, SPEC_WITH_QUERY));
  assertStrictEquals(error.cause, thrown);
});

Deno.test("send() refuses a body that JSON cannot tell before any request", async () => {
  const config = configOf(() => {
    throw new Error("There was a request");
  });
  const body = { size: 1n };
  await assertRejects(
    () => sendTo(config, { ...GET, method: "POST", body }),
    TypeError,
  );
});

Deno.test("send() survives an error that is its own cause", async () => {
  const config = configOf((url) => {
    const error = new Error(url);
    error.cause = error;
    throw error;
  });
  const error = await failureOf(sendTo(config, SPEC_WITH_QUERY));
  assertEquals(error.code, "network_failure");
  assertFalse((error.cause as Error).message.includes("secret"));
});
