import { assertEquals, assertThrows } from "@std/assert";
import { AuthClient } from "../../lib/client/auth_client.ts";
import type { AuthClientOptions } from "../../lib/client/options.ts";
import { memoryStorage } from "../../lib/session/storage.ts";
import { SESSION_JSON } from "../api/fixtures.ts";

const URL_BASE = "https://auth.example";
const METHODS = { getItem: () => null, setItem: () => {} };

const REFUSED: [what: string, options: unknown, message: string][] = [
  ["no address", {}, "give either url or projectUrl"],
  ["a bad address", { url: "auth.example" }, "Cannot use url"],
  ["a clock that is none", { url: URL_BASE, now: 5 }, "Cannot use now"],
  ["a deadline of 0", { url: URL_BASE, timeoutMs: 0 }, "Cannot use timeoutMs"],
  ["a key with a line break", { url: URL_BASE, key: "secret\n" }, "apikey"],
  ["a bad header", {
    url: URL_BASE,
    headers: { "x-a": "secret\n" },
  }, "Cannot use the header x-a"],
  ["null headers", { url: URL_BASE, headers: null }, ""],
  ["another flow", { url: URL_BASE, flowType: "code" }, "Cannot use flowType"],
  ["an empty storageKey", { url: URL_BASE, storageKey: "" }, "storageKey"],
  ["a storage that cannot remove", {
    url: URL_BASE,
    storage: METHODS,
  }, "Cannot use storage: it must have getItem, setItem and removeItem"],
  ["a userStorage that cannot remove", {
    url: URL_BASE,
    userStorage: METHODS,
  }, "Cannot use userStorage"],
  ["a null storage", { url: URL_BASE, storage: null }, ""],
];
for (const [what, options, message] of REFUSED) {
  Deno.test(`AuthClient refuses ${what} when it is made`, () => {
    const error = assertThrows(
      () => new AuthClient(options as AuthClientOptions),
      TypeError,
      message,
    );
    assertEquals(error.message.includes("secret"), false);
  });
}

/** Signs in and tells the address and the headers of the request. */
async function signInWith(
  auth: (fetch: AuthClientOptions["fetch"]) => AuthClient,
): Promise<[url: string, headers: Record<string, string>]> {
  const sent: [string, Record<string, string>][] = [];
  const client = auth((url, { headers }) => {
    sent.push([url, headers as Record<string, string>]);
    return Promise.resolve(Response.json(SESSION_JSON));
  });
  await client.signInWithPassword({ email: "ada@example.com", password: "x" });
  await client.dispose();
  return sent[0]!;
}

Deno.test("AuthClient sends headers that can be listed once only", async () => {
  function* headers(): Generator<readonly [string, string]> {
    yield ["X-Mine", "1"];
  }
  const [, sent] = await signInWith((fetch = globalThis.fetch) =>
    new AuthClient({
      url: URL_BASE,
      headers: headers(),
      storage: memoryStorage(),
      fetch,
    })
  );
  assertEquals(sent["x-mine"], "1");
});

Deno.test("AuthClient keeps the options that it was made with", async () => {
  const [url, sent] = await signInWith((fetch = globalThis.fetch) => {
    const options = {
      url: URL_BASE,
      key: "one",
      storage: memoryStorage(),
      fetch,
    };
    const client = new AuthClient(options);
    options.url = "not an address";
    options.key = "two";
    return client;
  });
  assertEquals(url, `${URL_BASE}/token?grant_type=password`);
  assertEquals(sent["apikey"], "one");
});
