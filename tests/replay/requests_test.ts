import { assertEquals } from "@std/assert";
import { buildRequest } from "../../scripts/replay/requests.ts";

const BASE = "http://localhost:9980";
const HEADERS = { "x-supabase-api-version": "2024-01-01" };

Deno.test("buildRequest() sends JSON, forms and raw bodies with the recorded headers only", async () => {
  const json = buildRequest(
    {
      method: "POST",
      path: "/token",
      query: { grant_type: "a b" },
      headers: HEADERS,
      body: { a: 1 },
    },
    BASE,
    false,
  );
  assertEquals(json.url, `${BASE}/token?grant_type=a+b`);
  assertEquals([...json.headers], [["x-supabase-api-version", "2024-01-01"]]);
  assertEquals(await json.text(), '{"a":1}');
  const form = buildRequest(
    { method: "POST", path: "/", headers: {}, form: { a: "1&2" } },
    BASE,
    false,
  );
  assertEquals(await form.text(), "a=1%262");
  const raw = buildRequest(
    { method: "POST", path: "/", headers: {}, rawBody: "{" },
    BASE,
    false,
  );
  assertEquals([await raw.text(), raw.headers.get("content-type")], [
    "{",
    null,
  ]);
  const none = buildRequest(
    { method: "GET", path: "/user", headers: {} },
    BASE,
    false,
  );
  assertEquals(none.body, null);
});

Deno.test("buildRequest() leaves the version header away in the plain pass", () => {
  const request = buildRequest(
    { method: "GET", path: "/", headers: { ...HEADERS, apikey: "k" } },
    BASE,
    true,
  );
  assertEquals([...request.headers], [["apikey", "k"]]);
});

Deno.test("buildRequest() restores a body that the recorder shortened", async () => {
  const rawBodyNote =
    "truncated by the recorder: first 3 characters 'abc' followed by 5 times 'y'";
  const request = buildRequest(
    { method: "POST", path: "/", headers: {}, rawBody: "abcy…", rawBodyNote },
    BASE,
    false,
  );
  assertEquals(await request.text(), "abcyyyyy");
});
