/** How often keys are fetched, and what happens when they cannot be. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { AuthNetworkError } from "../../lib/errors.ts";
import { createVerifier } from "../../lib/jwt/mod.ts";
import { codeOf, createKeyServer, URL_ } from "./support.ts";
import { setUp, signers } from "./remote_setup.ts";

Deno.test("verify() fetches keys once for 1,000 tokens at the same time", async () => {
  const { server, verifier, token } = await setUp();
  const tokens = [await token(), await token(), await token()];
  const all = Array.from({ length: 1000 }, (_, i) => tokens[i % 3] as string);
  await Promise.all(all.map((one) => verifier.verify(one)));
  assertEquals(server.requests.length, 1);
  assertEquals(server.requests[0]?.url, `${URL_}/.well-known/jwks.json`);
});

Deno.test("verify() fetches nothing when keys are warm", async () => {
  const { server, verifier, token } = await setUp();
  await verifier.prefetch();
  await verifier.prefetch();
  for (let i = 0; i < 10; i++) await verifier.verify(await token());
  assertEquals(server.requests.length, 1);
});

Deno.test("verify() fetches at most once in a cooldown for 1,000 forged key names", async () => {
  const { one, server, clock, verifier, token } = await setUp();
  await verifier.verify(await token());
  const forged = await Promise.all(
    Array.from({ length: 1000 }, (_, i) => token(one, { kid: `forged-${i}` })),
  );
  const attempt = async (expected: number) => {
    for (const one of forged) {
      assertEquals(await codeOf(verifier.verify(one)), "jwt_key_not_found");
    }
    assertEquals(server.requests.length, expected);
  };
  await attempt(1);
  clock.ms += 30_000;
  await attempt(2);
  clock.ms += 29_999;
  await attempt(2);
  clock.ms += 30_000;
  await Promise.all(forged.map((one) => codeOf(verifier.verify(one))));
  assertEquals(server.requests.length, 3);
});

Deno.test("verify() sees a rotation on the first new token, and keeps the old key", async () => {
  const { one, two, server, clock, verifier, token } = await setUp();
  await verifier.verify(await token());
  server.keys = [two.jwk, one.jwk];
  clock.ms += 60_000;
  await verifier.verify(await token(two));
  await verifier.verify(await token(one));
  assertEquals(server.requests.length, 2);
});

Deno.test("verify() refuses tokens, remembered ones too, once their key is gone from the set", async () => {
  const { two, server, clock, verifier, token } = await setUp();
  const old = await token();
  await verifier.verify(old);
  assert(verifier.peek(old));
  server.keys = [two.jwk];
  clock.ms += 600_000;
  assertEquals(verifier.peek(old), undefined);
  assertEquals(await codeOf(verifier.verify(old)), "jwt_key_not_found");
  assertEquals(
    await codeOf(verifier.verify(await token())),
    "jwt_key_not_found",
  );
  await verifier.verify(await token(two));
  assertEquals(server.requests.length, 2);
});

Deno.test("verify() goes on using remembered tokens after a refresh that keeps their key", async () => {
  const { two, server, clock, verifier, token } = await setUp();
  const old = await token();
  const first = await verifier.verify(old);
  server.keys = [...server.keys, two.jwk];
  clock.ms += 600_000;
  await verifier.verify(await token(two));
  assertEquals(verifier.peek(old), first);
});

Deno.test("verify() never shares keys between issuers", async () => {
  const { one, two, server, token, clock } = await setUp();
  const other = createKeyServer(two);
  const fetch = (url: string, init: RequestInit) =>
    (url.startsWith("https://b.example") ? other : server).fetch(url, init);
  const now = clock.now;
  const a = createVerifier({
    url: "https://a.example",
    issuer: URL_,
    fetch,
    now,
  });
  const b = createVerifier({
    url: "https://b.example",
    issuer: URL_,
    fetch,
    now,
  });
  await a.verify(await token(one));
  await b.verify(await token(two));
  const forA = await token(one);
  await a.verify(forA);
  assertEquals(b.peek(forA), undefined);
  assertEquals(await codeOf(b.verify(forA)), "jwt_key_not_found");
  assertEquals(await codeOf(a.verify(await token(two))), "jwt_key_not_found");
  assertEquals([server.requests.length, other.requests.length], [1, 1]);
});

Deno.test("verifiers that fetch the same address the same way share its keys and tokens", async () => {
  const { server, clock, verifier, token } = await setUp();
  const another = createVerifier({
    url: URL_,
    fetch: server.fetch,
    now: clock.now,
  });
  const one = await token();
  await verifier.verify(one);
  await another.verify(await token());
  assertEquals(server.requests.length, 1);
  assert(another.peek(one));
});

Deno.test("verifiers of other policies do not take each other's tokens", async () => {
  const { server, clock, verifier, token } = await setUp();
  const one = await token();
  await verifier.verify(one);
  const common = { url: URL_, fetch: server.fetch, now: clock.now };
  const strict = [
    [{ issuer: "https://other.example" }, "jwt_issuer_mismatch"],
    [{ audience: "other" }, "jwt_audience_mismatch"],
    [{ requiredClaims: ["tenant"] }, "jwt_claim_missing"],
    [{ algorithms: ["RS256"] }, "jwt_algorithm_not_allowed"],
    [{ jwks: { keys: [] } }, "jwt_key_not_found"],
  ] as const;
  for (const [options, code] of strict) {
    const other = createVerifier({ ...common, ...options } as never);
    await other.prefetch();
    assertEquals(other.peek(one), undefined);
    assertEquals(await codeOf(other.verify(one)), code);
  }
});

Deno.test("verify() goes on with warm keys while the server is down", async () => {
  const { server, clock, events, verifier, token } = await setUp();
  await verifier.verify(await token());
  for (const trouble of [503, 404, new TypeError("down")]) {
    clock.ms += 601_000;
    server.trouble = trouble;
    await verifier.verify(await token());
  }
  assertEquals(server.requests.length, 4);
  await verifier.verify(await token());
  assertEquals(server.requests.length, 4, "a failure starts a cooldown");
  const types = events.map(({ type }) => type);
  assertEquals(types, [
    "keys-refreshed",
    "keys-stale",
    "keys-stale",
    "keys-stale",
  ]);
  server.trouble = undefined;
  clock.ms += 30_000;
  await verifier.verify(await token());
  assertEquals(server.requests.length, 5);
});

Deno.test("verify() tells that it cannot know a new key while the server is down", async () => {
  const { two, server, clock, verifier, token } = await setUp();
  await verifier.verify(await token());
  clock.ms += 60_000;
  server.trouble = new TypeError("down");
  const expected = "AuthNetworkError network_failure";
  assertEquals(await codeOf(verifier.verify(await token(two))), expected);
  assertEquals(await codeOf(verifier.verify(await token(two))), expected);
  assertEquals(server.requests.length, 2);
});

Deno.test("verify() gives up warm keys after a day without the server", async () => {
  const { server, clock, verifier, token } = await setUp();
  await verifier.verify(await token());
  server.trouble = 503;
  clock.ms += 86_400_000;
  await verifier.verify(await token());
  clock.ms += 1;
  assertEquals(
    await codeOf(verifier.verify(await token())),
    "AuthResponseError invalid_response",
  );
});

Deno.test("verify() fails while cold and the server is down, and recovers with the next call", async () => {
  const { server, verifier, token } = await setUp();
  server.trouble = new TypeError("down");
  const all = [await token(), await token()].map((one) =>
    codeOf(verifier.verify(one))
  );
  const expected = "AuthNetworkError network_failure";
  assertEquals(await Promise.all(all), [expected, expected]);
  assertEquals(server.requests.length, 1);
  server.trouble = undefined;
  await verifier.verify(await token());
  assertEquals(server.requests.length, 2);
});

Deno.test("verify() refuses answers that are no key set", async () => {
  const answers: [body: BodyInit, code: string][] = [
    ["<html>", "AuthResponseError invalid_response"],
    ["{}", "AuthResponseError invalid_response"],
    ['{"keys":{}}', "AuthResponseError invalid_response"],
    ['{"keys":[7]}', "AuthResponseError invalid_response"],
    ["x".repeat(600_000), "AuthResponseError response_too_large"],
    ['{"keys":[]}', "jwt_key_not_found"],
  ];
  for (const [body, code] of answers) {
    const fetch = () => Promise.resolve(new Response(body));
    const { verifier, token } = await setUp({ fetch });
    assertEquals(await codeOf(verifier.verify(await token())), code);
  }
});

const LIFETIMES: [headers: Record<string, string>, seconds: number][] = [
  [{}, 600],
  [{ "cache-control": "public, max-age=900" }, 900],
  [{ "cache-control": 'max-age="900", must-revalidate' }, 900],
  [{ "cache-control": "public, max-age=900", age: "300" }, 600],
  [{ "cache-control": "max-age=31536000" }, 3600],
  [{ "cache-control": "max-age=1" }, 60],
  [{ "cache-control": "max-age=900", age: "901" }, 60],
  [{ "cache-control": "no-store" }, 60],
  [{ "cache-control": "no-cache, max-age=900" }, 60],
  [{ "cache-control": "s-maxage=900" }, 600],
  [{ "cache-control": "max-age=soon", age: "never" }, 600],
];
for (const [headers, seconds] of LIFETIMES) {
  const name = JSON.stringify(headers);
  Deno.test(`verify() keeps keys for ${seconds} s with the headers ${name}`, async () => {
    const { server, clock, verifier, token } = await setUp();
    server.headers = headers;
    await verifier.verify(await token());
    clock.ms += seconds * 1000 - 1;
    await verifier.verify(await token());
    assertEquals(server.requests.length, 1);
    clock.ms += 1;
    await verifier.verify(await token());
    assertEquals(server.requests.length, 2);
  });
}

Deno.test("verify() asks again when the clock was set back", async () => {
  const { server, clock, verifier, token } = await setUp();
  clock.ms += 365 * 86_400_000;
  await verifier.verify(await token());
  clock.ms -= 365 * 86_400_000;
  await verifier.verify(await token());
  assertEquals(server.requests.length, 2);
});

Deno.test("verify() refreshes in the background when it is given waitUntil", async () => {
  const { server, clock, verifier, token } = await setUp();
  await verifier.verify(await token());
  clock.ms += 601_000;
  const answered = Promise.withResolvers<void>();
  const { fetch } = server;
  const slow = createVerifier({
    url: URL_,
    now: clock.now,
    fetch: async (url, init) => {
      await answered.promise;
      return await fetch(url, init);
    },
  });
  const work: Promise<unknown>[] = [];
  const waitUntil = (promise: Promise<unknown>) => void work.push(promise);
  const cold = slow.verify(await token());
  answered.resolve();
  await cold;
  clock.ms += 601_000;
  const tokens = await Promise.all([token(), token(), token()]);
  for (const one of tokens) await slow.verify(one, { waitUntil });
  assertEquals(work.length, 1);
  await Promise.all(work);
  assertEquals(server.requests.length, 3);
  await slow.verify(await token(), { waitUntil });
  assertEquals(work.length, 1);
});

Deno.test("verify() sends the API key and headers to the server's own address only", async () => {
  const own = await setUp({ key: "sb_publishable_x", headers: { "x-a": "b" } });
  await own.verifier.verify(await own.token());
  assertEquals(
    own.server.requests[0]?.headers.get("apikey"),
    "sb_publishable_x",
  );
  assertEquals(own.server.requests[0]?.headers.get("x-a"), "b");
  assertEquals(own.server.requests[0]?.headers.get("authorization"), null);
  const foreign = await setUp({
    jwks: "https://keys.example/set.json",
    key: "sb_publishable_x",
    headers: { "x-a": "b" },
  });
  await foreign.verifier.verify(await foreign.token());
  const [request] = foreign.server.requests;
  assertEquals(request?.url, "https://keys.example/set.json");
  assertEquals([...request?.headers ?? []], [["accept", "application/json"]]);
});

Deno.test("verify() is aborted alone: whoever waits for the same keys fetches them", async () => {
  const { server, verifier, token } = await setUp();
  const controller = new AbortController();
  server.trouble = "hang";
  const first = verifier.verify(await token(), { signal: controller.signal });
  const second = token().then((one) => verifier.verify(one));
  const third = token().then((one) => verifier.verify(one));
  await token();
  server.trouble = undefined;
  const reason = new Error("gone");
  controller.abort(reason);
  const error = await assertRejects(() => first, AuthNetworkError);
  assertEquals([error.code, error.cause], ["aborted", reason]);
  await Promise.all([second, third]);
  assertEquals(server.requests.length, 2);
});

Deno.test("verify() that was aborted in mid-fetch does not fail the next one", async () => {
  const { one, two, server, clock, verifier, token } = await setUp();
  for (const signer of [one, two]) {
    server.keys = [signer.jwk];
    const controller = new AbortController();
    server.trouble = "hang";
    const options = { signal: controller.signal };
    const first = codeOf(verifier.verify(await token(signer), options));
    await token();
    controller.abort();
    assertEquals(await first, "AuthNetworkError aborted");
    server.trouble = undefined;
    await verifier.verify(await token(signer));
    clock.ms += 60_000;
  }
});

Deno.test("verify() stops waiting for another's fetch at once when it is aborted itself", async () => {
  const { server, clock, verifier, token } = await setUp();
  const tokens = await Promise.all([token(), token(), token()]);
  const [first, second, third] = tokens as [string, string, string];
  using time = new FakeTime(clock.ms);
  server.trouble = "hang";
  const leader = new AbortController();
  const leading = codeOf(verifier.verify(first, { signal: leader.signal }));
  await time.tickAsync(1);
  const follower = new AbortController();
  const { signal } = follower;
  const waiting = codeOf(verifier.verify(second, { signal }));
  await time.tickAsync(1);
  follower.abort();
  assertEquals(await waiting, "AuthNetworkError aborted");
  const late = codeOf(verifier.verify(third, { signal }));
  assertEquals(await late, "AuthNetworkError aborted");
  assertEquals(server.requests.length, 1);
  leader.abort();
  assertEquals(await leading, "AuthNetworkError aborted");
});

Deno.test("verify() does not wait for a fetch whose request is gone", async () => {
  const { one, server, clock, verifier, token } = await setUp();
  const tokens = await Promise.all([token(), token(), token()]);
  const [first, second, third] = tokens as [string, string, string];
  const unknown = await token(one, { kid: "unknown" });
  using time = new FakeTime(clock.ms);
  server.trouble = "never";
  // Like a request that its platform has stopped: nobody sees it settle.
  const gone = codeOf(verifier.verify(first));
  await time.tickAsync(1);
  const waiting = [second, third].map((one) => verifier.verify(one));
  await time.tickAsync(1);
  server.trouble = undefined;
  clock.ms += 2_000;
  await time.tickAsync(2_000);
  await Promise.all(waiting);
  assertEquals(server.requests.length, 2);
  await time.tickAsync(10_000);
  assertEquals(await gone, "accepted");
  // Its failure says nothing about the keys that another fetch has brought.
  assertEquals(await codeOf(verifier.verify(unknown)), "jwt_key_not_found");
});

Deno.test("verify() does not wait at all for a fetch that is long under way", async () => {
  const { server, clock, verifier, token } = await setUp();
  const [first, second] = await Promise.all([token(), token()]);
  using time = new FakeTime(clock.ms);
  server.trouble = "never";
  const gone = codeOf(verifier.verify(first));
  await time.tickAsync(1);
  clock.ms += 3_000;
  server.trouble = undefined;
  const next = verifier.verify(second);
  await time.tickAsync(1);
  await next;
  await time.tickAsync(10_000);
  assertEquals(await gone, "accepted");
});

Deno.test("verify() uses old keys beside a refresh of somebody else, and tries again when that is gone", async () => {
  const { server, clock, verifier, token } = await setUp();
  await verifier.verify(await token());
  clock.ms += 601_000;
  const tokens = await Promise.all([token(), token(), token()]);
  const [first, second, third] = tokens as [string, string, string];
  using time = new FakeTime(clock.ms);
  server.trouble = "never";
  const gone = codeOf(verifier.verify(first));
  await time.tickAsync(1);
  await verifier.verify(second);
  assertEquals(server.requests.length, 2);
  clock.ms += 2_000;
  server.trouble = undefined;
  const next = verifier.verify(third);
  await time.tickAsync(1);
  await next;
  assertEquals(server.requests.length, 3);
  await time.tickAsync(10_000);
  assertEquals(await gone, "accepted");
});

Deno.test("createVerifier() does nothing by itself", async () => {
  const { server } = await setUp();
  assertEquals(server.requests.length, 0);
});

Deno.test("verify() never fetches with inline keys", async () => {
  const [one, two] = await signers();
  const fetch = () => Promise.reject(new Error("No request is expected"));
  const { verifier, token } = await setUp({ jwks: { keys: [one.jwk] }, fetch });
  await verifier.prefetch();
  await verifier.verify(await token());
  assertEquals(
    await codeOf(verifier.verify(await token(two))),
    "jwt_key_not_found",
  );
});
