import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  type AuthConfigOptions,
  type AuthDiagnostic,
  createAuthConfig,
  type HeaderRecord,
  report,
  withAccessToken,
} from "../lib/config.ts";
import { addHeaders } from "../lib/headers.ts";

const URL_BASE = "https://auth.example";
const JWT_KEY = "header.payload.signature";

const URLS: [options: AuthConfigOptions, url: string][] = [
  [{ url: "https://auth.example" }, "https://auth.example"],
  [{ url: "https://auth.example/" }, "https://auth.example"],
  [{ url: "https://auth.example/auth/v1//" }, "https://auth.example/auth/v1"],
  [{ url: "http://localhost:9999" }, "http://localhost:9999"],
  [{ url: "http://[::1]:9999/x" }, "http://[::1]:9999/x"],
  [{ url: "HTTPS://Auth.Example" }, "HTTPS://Auth.Example"],
  [
    { url: "https://x.supabase.co/auth/v1" },
    "https://x.supabase.co/auth/v1",
  ],
  [{ projectUrl: "https://x.supabase.co" }, "https://x.supabase.co/auth/v1"],
  [{ projectUrl: "https://x.supabase.co/" }, "https://x.supabase.co/auth/v1"],
  [
    { projectUrl: "https://x.supabase.co/auth/v1/" },
    "https://x.supabase.co/auth/v1",
  ],
  [
    { projectUrl: "http://127.0.0.1:54321" },
    "http://127.0.0.1:54321/auth/v1",
  ],
  [
    { projectUrl: "https://h.example/base" },
    "https://h.example/base/auth/v1",
  ],
];
for (const [options, url] of URLS) {
  Deno.test(`createAuthConfig() finds the server at ${JSON.stringify(options)}`, () => {
    assertEquals(createAuthConfig(options).url, url);
  });
}

const ABSOLUTE = "it must be an absolute http or https address";
const REFUSED: [what: string, options: unknown, message: string][] = [
  ["no address", {}, "give either url or projectUrl"],
  ["two addresses", {
    url: URL_BASE,
    projectUrl: URL_BASE,
  }, "give either url or projectUrl"],
  ["an empty url", { url: "" }, ABSOLUTE],
  ["a url that is no text", { url: new URL(URL_BASE) }, ABSOLUTE],
  ["a null url", { url: null }, ABSOLUTE],
  ["a relative url", { url: "/auth/v1" }, ABSOLUTE],
  ["a url without scheme", { url: "auth.example" }, ABSOLUTE],
  ["another scheme", { url: "ftp://auth.example" }, ABSOLUTE],
  ["credentials", { url: "https://user:secret@auth.example" }, ABSOLUTE],
  ["a query", { url: "https://auth.example?apikey=secret" }, ABSOLUTE],
  ["a query after a path", { url: "https://h.example/a?b=secret" }, ABSOLUTE],
  ["a fragment", { url: "https://auth.example#secret" }, ABSOLUTE],
  ["a space", { url: "https://auth.example/a b" }, ABSOLUTE],
  ["a backslash", { url: "https://auth.example\\@secret" }, ABSOLUTE],
  ["a line break", { url: "https://auth.example\n" }, ABSOLUTE],
  ["a scheme alone", { url: "https://" }, ABSOLUTE],
  ["a relative projectUrl", { projectUrl: "x.supabase.co" }, ABSOLUTE],
  ["a project's address as url", {
    url: "https://x.supabase.co",
  }, "pass it as projectUrl, or append /auth/v1"],
  ["a project's address with a slash as url", {
    url: "https://x.supabase.co/",
  }, "pass it as projectUrl, or append /auth/v1"],
  ["a fetch that is no function", {
    url: URL_BASE,
    fetch: {},
  }, "Cannot use fetch: it must be a function"],
  ["a null fetch", { url: URL_BASE, fetch: null }, "Cannot use fetch"],
  ["a clock that is no function", {
    url: URL_BASE,
    now: 5,
  }, "Cannot use now: it must be a function"],
  ["an onDiagnostic that is no function", {
    url: URL_BASE,
    onDiagnostic: "log",
  }, "Cannot use onDiagnostic: it must be a function"],
  ...[0, -1, NaN, null, "soon", "5000", {}].map((
    timeoutMs,
  ): [string, unknown, string] => [
    `timeoutMs ${JSON.stringify(timeoutMs)}`,
    { url: URL_BASE, timeoutMs },
    "Cannot use timeoutMs: it must be a positive number",
  ]),
  ["a key that is no text", { url: URL_BASE, key: 5 }, "the header apikey"],
  ["a null key", { url: URL_BASE, key: null }, "the header apikey"],
  ["a key that HTTP cannot carry", {
    url: URL_BASE,
    key: "secret\n",
  }, "the header apikey"],
  ["a header name that HTTP cannot carry", {
    url: URL_BASE,
    headers: { "a b": "secret" },
  }, "Cannot use the header a b"],
  ["a header name with a colon", {
    url: URL_BASE,
    headers: { "a:b": "secret" },
  }, "Cannot use the header a:b"],
  ["a header name with a line break", {
    url: URL_BASE,
    headers: { "a\nb": "secret" },
  }, "Cannot use the header"],
  ["an empty header name", {
    url: URL_BASE,
    headers: { "": "secret" },
  }, "Cannot use the header"],
  ["a header value that HTTP cannot carry", {
    url: URL_BASE,
    headers: { "x-a": "secret\r\nx-b: 1" },
  }, "Cannot use the header x-a"],
  ["a header value beyond Latin-1", {
    url: URL_BASE,
    headers: { "x-a": "secret \u2013" },
  }, "Cannot use the header x-a"],
  ["a header value that is no text", {
    url: URL_BASE,
    headers: { "x-a": 5 },
  }, "Cannot use the header x-a"],
  ["a header value that is undefined", {
    url: URL_BASE,
    headers: { "x-a": undefined },
  }, "Cannot use the header x-a"],
  ["headers that are null", { url: URL_BASE, headers: null }, ""],
  ["headers that are text", { url: URL_BASE, headers: "x-a: 1" }, ""],
];
for (const [what, options, message] of REFUSED) {
  Deno.test(`createAuthConfig() refuses ${what}`, () => {
    const error = assertThrows(
      () => createAuthConfig(options as AuthConfigOptions),
      TypeError,
      message,
    );
    assert(!error.message.includes("secret"));
  });
}

const KEYS: [what: string, key: string | undefined, headers: object][] = [
  ["a legacy key as apikey and bearer", JWT_KEY, {
    apikey: JWT_KEY,
    authorization: `Bearer ${JWT_KEY}`,
  }],
  ["a publishable key as apikey alone", "sb_publishable_x", {
    apikey: "sb_publishable_x",
  }],
  ["a secret key as apikey alone", "sb_secret_x.y", {
    apikey: "sb_secret_x.y",
  }],
  ["no key", undefined, {}],
];
for (const [what, key, headers] of KEYS) {
  Deno.test(`createAuthConfig() sends ${what}`, () => {
    const options = { url: URL_BASE, ...(key === undefined ? {} : { key }) };
    assertEquals(createAuthConfig(options).headers, {
      "x-client-info": "gotrue-edge/0.1.0",
      "x-supabase-api-version": "2024-01-01",
      ...headers,
    });
  });
}

const HEADERS: [what: string, headers: HeaderRecord][] = [
  ["a record", { "X-A": "1", "AUTHORIZATION": "Bearer other" }],
  ["Headers", new Headers({ "X-A": "1", "Authorization": "Bearer other" })],
  ["a Map", new Map([["X-A", "1"], ["Authorization", "Bearer other"]])],
  ["pairs", [["x-a", "0"], ["X-A", "1"], ["authorization", "Bearer other"]]],
];
for (const [what, headers] of HEADERS) {
  Deno.test(`createAuthConfig() puts headers given as ${what} over its own`, () => {
    const config = createAuthConfig({ url: URL_BASE, key: JWT_KEY, headers });
    assertEquals(config.headers, {
      "x-client-info": "gotrue-edge/0.1.0",
      "x-supabase-api-version": "2024-01-01",
      apikey: JWT_KEY,
      authorization: "Bearer other",
      "x-a": "1",
    });
  });
}

Deno.test("createAuthConfig() lets headers name the client", () => {
  const headers = { "X-Client-Info": "app/1" };
  const config = createAuthConfig({ url: URL_BASE, headers });
  assertEquals(config.headers["x-client-info"], "app/1");
});

Deno.test("createAuthConfig() keeps what it is given and fills in the rest", () => {
  const given = {
    fetch: () => Promise.resolve(new Response()),
    now: () => 5,
    timeoutMs: 1,
    onDiagnostic: () => {},
  };
  const config = createAuthConfig({ url: URL_BASE, ...given });
  assertEquals({ ...config, ...given }, { ...config });
  const defaults = createAuthConfig({ url: URL_BASE });
  assertEquals(
    [defaults.fetch, defaults.timeoutMs, defaults.onDiagnostic],
    [undefined, 10_000, undefined],
  );
});

Deno.test("createAuthConfig() bounds a deadline by what timers can count", () => {
  const deadlineOf = (timeoutMs: number) =>
    createAuthConfig({ url: URL_BASE, timeoutMs }).timeoutMs;
  assertEquals(deadlineOf(Infinity), 2_000_000_000);
  assertEquals(deadlineOf(1e12), 2_000_000_000);
  assertEquals(deadlineOf(0.5), 0.5);
});

Deno.test("createAuthConfig() reads the clock at call time", () => {
  const config = createAuthConfig({ url: URL_BASE });
  const { now } = Date;
  Date.now = () => 42;
  try {
    assertEquals(config.now(), 42);
  } finally {
    Date.now = now;
  }
});

Deno.test("createAuthConfig() takes no member that it does not know", () => {
  const options = { url: URL_BASE, accessToken: "x", storage: {} };
  const config = createAuthConfig(options);
  assertEquals(Object.keys(config).sort(), [
    "fetch",
    "headers",
    "now",
    "onDiagnostic",
    "parseMetadata",
    "timeoutMs",
    "url",
  ]);
});

Deno.test("createAuthConfig() and withAccessToken() give frozen plain objects", () => {
  const config = createAuthConfig({ url: URL_BASE });
  const user = withAccessToken(config, JWT_KEY);
  for (const each of [config, user]) {
    assert(Object.isFrozen(each));
    assert(Object.isFrozen(each.headers));
    assertStrictEquals(Object.getPrototypeOf(each), Object.prototype);
  }
});

Deno.test("withAccessToken() changes nothing but the token and its header", () => {
  const config = createAuthConfig({ url: URL_BASE, key: "sb_publishable_x" });
  const first = withAccessToken(config, "first");
  const second = withAccessToken(first, "second");
  for (const [user, accessToken] of [[first, "first"], [second, "second"]]) {
    const headers = {
      ...config.headers,
      authorization: `Bearer ${accessToken}`,
    };
    assertEquals<unknown>(user, { ...config, headers, accessToken });
  }
  assertEquals(config.accessToken, undefined);
});

const TOKENS = [
  "",
  " ",
  "two words",
  "line\n",
  "\u2013",
  null,
  undefined,
  5,
  {},
];
for (const token of TOKENS) {
  Deno.test(`withAccessToken() refuses ${JSON.stringify(token)}`, () => {
    const config = createAuthConfig({ url: URL_BASE });
    assertThrows(
      () => withAccessToken(config, token as string),
      TypeError,
      "Cannot use the access token",
    );
  });
}

Deno.test("addHeaders() puts later names over earlier ones, whatever their case", () => {
  const headers = { "x-a": "0", "x-b": "0" };
  addHeaders(headers, { "X-A": "1", "x-A": "2" });
  assertEquals(headers, { "x-a": "2", "x-b": "0" });
});

Deno.test("report() tells the application and survives it", () => {
  const event: AuthDiagnostic = { type: "clock-skew", offsetMs: 5 };
  const seen: AuthDiagnostic[] = [];
  report({ onDiagnostic: (each) => void seen.push(each) }, event);
  report({}, event);
  report({
    onDiagnostic: () => {
      throw new Error("broken");
    },
  }, event);
  assertEquals(seen, [event]);
});
