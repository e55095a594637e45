import { assertEquals } from "@std/assert";
import { observe, splitUrl } from "../../scripts/replay/observe.ts";

Deno.test("splitUrl() takes query and fragment apart, and leaves out what is not there", () => {
  assertEquals(splitUrl("http://x/cb"), { base: "http://x/cb" });
  assertEquals(splitUrl("http://x/cb?a=1&b=#c=d%20e&sb="), {
    base: "http://x/cb",
    query: { a: "1", b: "" },
    fragment: { c: "d e", sb: "" },
  });
  assertEquals(splitUrl("http://x#frag#t=1").fragment, { "frag#t": "1" });
});

Deno.test("observe() keeps the recorded headers and parses JSON by content type only", async () => {
  const headers = {
    "content-type": "application/json",
    date: "now",
    "x-total-count": "1",
    vary: "x",
  };
  const json = await observe(new Response('{"a":1}', { status: 201, headers }));
  assertEquals(json, {
    status: 201,
    headers: { "content-type": "application/json", "x-total-count": "1" },
    body: { a: 1 },
  });
  const text = await observe(
    new Response('{"a":1}', { headers: { "content-type": "text/plain" } }),
  );
  assertEquals(text.body, '{"a":1}');
  const broken = await observe(
    new Response("{", { headers: { "content-type": "application/json" } }),
  );
  assertEquals(broken.body, "{");
  assertEquals((await observe(new Response(null))).body, null);
});

Deno.test("observe() derives location, url and tokens", async () => {
  const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.AAAA";
  const headers = { location: `http://x#access_token=${token}` };
  const redirect = await observe(new Response(null, { status: 303, headers }));
  assertEquals(redirect.location?.base, "http://x");
  assertEquals(redirect.jwt, {
    "location.fragment.access_token": {
      header: { alg: "HS256" },
      payload: { sub: "1" },
    },
  });
  const body = Response.json({
    url: "http://y?state=1",
    access_token: token,
    id_token: "opaque",
  });
  const answer = await observe(body);
  assertEquals(answer.url, { base: "http://y", query: { state: "1" } });
  assertEquals(Object.keys(answer.jwt ?? {}), ["body.access_token"]);
});
