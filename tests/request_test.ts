import {
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  createAuthConfig,
  type Fetch,
  withAccessToken,
} from "../lib/config.ts";
import type { AuthError } from "../lib/errors.ts";
import { fillPath } from "../lib/path.ts";
import { withQuery } from "../lib/query.ts";
import { sendPublic } from "../lib/public_request.ts";
import type { RequestOptions, RequestSpec } from "../lib/request.ts";
import { invalid } from "../lib/wire/json.ts";
import {
  answering,
  BASE,
  configOf,
  failureOf,
  GET,
  POST,
  REFUSAL,
  sendTo,
  type Sent,
  wholeText,
} from "./request_support.ts";

/** The lower half of a pair, alone: no valid Unicode. */
const LONE_SURROGATE = "\udc00";

async function capture(
  spec: RequestSpec,
  options?: RequestOptions,
  token?: string,
): Promise<Sent> {
  const sent: Sent[] = [];
  const config = configOf((url, init) => {
    sent.push({ url, init });
    return Promise.resolve(Response.json({}));
  });
  await sendTo(
    token === undefined ? config : withAccessToken(config, token),
    spec,
    options,
  );
  assertEquals(sent.length, 1);
  return sent[0]!;
}

const ADDRESSES: [spec: Partial<RequestSpec>, address: string][] = [
  [{ path: "/user" }, "/user"],
  [fillPath("/a/{id}/c/{id}", "b", "d"), "/a/b/c/d"],
  [fillPath("/a/{id}", "b/c"), "/a/b%2Fc"],
  [fillPath("/a/{id}", "../b"), "/a/..%2Fb"],
  [fillPath("/a/{id}", "..."), "/a/..."],
  [fillPath("/a/{id}", "%2e%2e"), "/a/%252e%252e"],
  [fillPath("/a/{id}", "b?c#d e&f"), "/a/b%3Fc%23d%20e%26f"],
  [fillPath("/a/{id}", "ü\u{1f600}"), "/a/%C3%BC%F0%9F%98%80"],
  [{ path: withQuery("/a", {}) }, "/a"],
  [{ path: withQuery("/a", { b: undefined }) }, "/a"],
  [{ path: withQuery("/a", { b: "", c: 0, d: undefined }) }, "/a?b=&c=0"],
  [{ path: withQuery("/a", { b: "c&d=e f+'#" }) }, "/a?b=c%26d%3De+f%2B%27%23"],
  [{ path: withQuery("/a", { "b&c=": "d" }) }, "/a?b%26c%3D=d"],
  // As in JSON, half a character is replaced; the server decides about it.
  [{ path: withQuery("/a", { b: LONE_SURROGATE }) }, "/a?b=%EF%BF%BD"],
];
for (const [spec, address] of ADDRESSES) {
  Deno.test(`send() asks ${address}`, async () => {
    const { url } = await capture({ ...GET, ...spec });
    assertEquals(url, BASE + address);
    assertEquals(new URL(url).href, url);
  });
}

Deno.test("fillPath() keeps the path without its ids", () => {
  assertEquals(fillPath("/a/{id}/c/{id}", "{id}", "secret"), {
    path: "/a/%7Bid%7D/c/secret",
    template: "/a/{id}/c/{id}",
  });
});

const BAD_IDS: [what: string, id: unknown][] = [
  ["an empty id", ""],
  ["the id .", "."],
  ["the id ..", ".."],
  ["an undefined id", undefined],
  ["a number as id", 5],
  ["half a character in an id", `a${LONE_SURROGATE}`],
];
for (const [what, id] of BAD_IDS) {
  Deno.test(`fillPath() refuses ${what}`, () => {
    assertThrows(
      () => fillPath("/a/{id}/b", id as string),
      TypeError,
      "Cannot use an id",
    );
  });
}

Deno.test("send() sends the key, the API version and no body with a GET", async () => {
  const { init } = await capture(GET);
  assertEquals(init.method, "GET");
  assertEquals(init.redirect, "manual");
  assertEquals(init.body, undefined);
  assertEquals(init.headers, {
    "x-client-info": "gotrue-edge/0.1.0",
    "x-supabase-api-version": "2024-01-01",
    apikey: "header.payload.signature",
    authorization: "Bearer header.payload.signature",
  });
});

Deno.test("send() sends a body as JSON without its undefined members", async () => {
  const body = { a: "ü", b: undefined, c: { d: null, e: undefined } };
  const { init } = await capture({ ...POST, body });
  assertEquals(init.body, '{"a":"ü","c":{"d":null}}');
  assertEquals(
    (init.headers as Record<string, string>)["content-type"],
    "application/json",
  );
});

Deno.test("send() sends the user's token in place of the key's", async () => {
  const { init } = await capture(GET, {}, "user-token");
  const headers = init.headers as Record<string, string>;
  assertEquals(headers["authorization"], "Bearer user-token");
  assertEquals(headers["apikey"], "header.payload.signature");
});

Deno.test("send() puts the call's headers over all others", async () => {
  const headers = {
    "X-Supabase-Api-Version": "2020-01-01",
    "Authorization": "Bearer other",
    "Content-Type": "text/json",
  };
  const { init } = await capture({ ...POST, body: {} }, { headers }, "token");
  const sent = init.headers as Record<string, string>;
  assertEquals(sent["x-supabase-api-version"], "2020-01-01");
  assertEquals(sent["authorization"], "Bearer other");
  assertEquals(sent["content-type"], "text/json");
  assertEquals(sent["apikey"], "header.payload.signature");
});

Deno.test("send() refuses headers that HTTP cannot carry before any request", async () => {
  const config = configOf(() => {
    throw new Error("There was a request");
  });
  const headers = { "x-a": "secret\nx-b: 1" };
  const error = await assertRejects(
    () => sendTo(config, GET, { headers }),
    TypeError,
    "Cannot use the header x-a",
  );
  assertFalse(error.message.includes("secret"));
});

Deno.test("send() calls fetch as a function of its own", async () => {
  const seen: unknown[] = [];
  const config = configOf(function (this: unknown) {
    seen.push(this);
    return Promise.resolve(Response.json({}));
  });
  await sendTo(config);
  assertEquals(seen, [undefined]);
});

Deno.test("send() looks the platform's fetch up at each call", async () => {
  const config = createAuthConfig({ url: BASE });
  const { fetch } = globalThis;
  globalThis.fetch = () => Promise.resolve(Response.json({ mine: true }));
  try {
    assertEquals(await sendTo(config), { mine: true });
  } finally {
    globalThis.fetch = fetch;
  }
});

const JWKS_URL = "https://keys.example/jwks.json?tenant=secret";

Deno.test("sendPublic() sends neither the key nor any header of the configuration", async () => {
  const sent: Sent[] = [];
  const config = withAccessToken(
    createAuthConfig({
      url: BASE,
      key: "header.payload.signature",
      headers: { "x-mine": "secret" },
      fetch: (url, init) => {
        sent.push({ url, init });
        return Promise.resolve(Response.json({ keys: [] }));
      },
    }),
    "user-token",
  );
  const headers = { "x-trace": "1" };
  const body = await sendPublic(config, JWKS_URL, ({ body }) => body, {
    headers,
  });
  assertEquals(body, { keys: [] });
  assertEquals(sent.length, 1);
  assertEquals(sent[0]?.url, JWKS_URL);
  const { signal, body: none, ...init } = sent[0]!.init;
  assertInstanceOf(signal, AbortSignal);
  assertEquals(none, undefined);
  assertEquals(init, {
    method: "GET",
    redirect: "manual",
    headers: { accept: "application/json", "x-trace": "1" },
  });
});

Deno.test("sendPublic() bounds answers of success too", async () => {
  const codeAt = async (bytes: number) => {
    const config = answering(() => new Response("{}".padEnd(bytes)));
    try {
      await sendPublic(config, JWKS_URL, () => {}, {});
      return "read";
    } catch (error) {
      return (error as AuthError).code;
    }
  };
  assertEquals(await codeAt(500_000), "read");
  assertEquals(await codeAt(500_001), "response_too_large");
});

Deno.test("sendPublic() shows its parser refusals too", async () => {
  const config = answering(() => Response.json(REFUSAL, { status: 403 }));
  const answer = await sendPublic(config, JWKS_URL, (answer) => answer, {});
  assertEquals([answer.ok, answer.status, answer.body], [false, 403, REFUSAL]);
});

const PUBLIC_FAILURES: [what: string, fetch: Fetch, code: string][] = [
  [
    "its parser understands nothing",
    () => Promise.resolve(new Response("<html>", { status: 404 })),
    "invalid_response",
  ],
  [
    "the request fails",
    (url) => Promise.reject(new TypeError(url)),
    "network_failure",
  ],
];
for (const [what, fetch, code] of PUBLIC_FAILURES) {
  Deno.test(`sendPublic() throws ${code} when ${what}`, async () => {
    const parse = (): never => {
      throw invalid("no document");
    };
    const error = await failureOf(
      sendPublic(configOf(fetch), JWKS_URL, parse, {}),
    );
    assertEquals(error.code, code);
    assertEquals(error.endpoint, "GET https://keys.example/jwks.json");
    assertFalse(wholeText(error).includes("secret"));
  });
}
