import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createOutside, type Outside } from "../../scripts/replay/outside.ts";

const ISSUER = { remake: () => Promise.resolve(""), answer: () => undefined };

function outside(): Outside {
  return createOutside(ISSUER, () => 0);
}

Deno.test("createOutside() keeps hook calls with the payload as the receiver left it", async () => {
  const here = outside();
  const body = JSON.stringify({ claims: { email: "a@example.com" } });
  const request = new Request(
    "http://localhost:9000/hook/custom_access_token",
    { method: "POST", body },
  );
  const answer = await here.answer(request, {});
  const claims = {
    email: "a@example.com",
    app_metadata: { plan: "pro" },
    custom_claim: "from-hook",
  };
  assertEquals(await answer.json(), { claims });
  assertEquals(
    here.calls.map(({ name, body, genuine }) => ({ name, body, genuine })),
    [
      { name: "custom_access_token", body: { claims }, genuine: false },
    ],
  );
});

Deno.test("createOutside() serves mail templates that show code, hash and link", async () => {
  const answer = await outside().answer(
    new Request("http://localhost:9000/tpl/recovery"),
    {},
  );
  const html = await answer.text();
  for (
    const variable of [".Token }}", ".TokenHash }}", ".ConfirmationURL }}"]
  ) assertStringIncludes(html, variable);
});

Deno.test("createOutside() reaches nothing else", async () => {
  const reach = (url: string): Promise<Response> =>
    outside().answer(new Request(url), {});
  await assertRejects(
    () => reach("https://accounts.google.com/gitlab/oauth/token"),
    TypeError,
  );
  await assertRejects(() => reach("http://localhost:9100/unknown"), TypeError);
});
