import { assertEquals, assertRejects } from "@std/assert";
import {
  fill,
  type Scope,
  TemplateError,
  wrong,
} from "../../scripts/replay/template.ts";
import type { Entry, Json } from "../../scripts/replay/types.ts";
import { recorded } from "./data.ts";

function scope(values: Record<string, Json>): Scope {
  return {
    values: new Map(Object.entries(values)),
    jwt: { anon: { value: "anon-token" } },
    jwtSecret: "secret",
    now: () => 59_000,
  };
}

Deno.test("fill() keeps the type of a value that is one whole expression", async () => {
  const values = scope({
    step: { response: { body: { list: [{ id: 7 }] } } },
    cred: { a: [1] },
  });
  assertEquals(await fill("${step.response.body.list[0].id}", values), 7);
  assertEquals(await fill({ c: "${cred}" }, values), { c: { a: [1] } });
  assertEquals(
    await fill(["x${step.response.body.list[0].id}y", 1, null], values),
    ["x7y", 1, null],
  );
  assertEquals(await fill("Bearer ${jwt.anon}", values), "Bearer anon-token");
});

Deno.test("fill() knows the functions of the recording", async () => {
  const values = scope({
    a: { s: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", code: "209814" },
  });
  assertEquals(await fill("${totp(a.s)}", values), "287082");
  assertEquals(await fill("${wrong(a.code)}", values), "209810");
  assertEquals(
    await fill("Basic ${basic('id','secret')}", values),
    "Basic aWQ6c2VjcmV0",
  );
  assertEquals(
    await fill("${sha224('abc')}", values),
    "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
  );
});

Deno.test("fill() throws a TemplateError that names what is missing", async () => {
  await assertRejects(
    () => fill("${login.response.body.id}", scope({})),
    TemplateError,
    "Nothing at login.response.body.id",
  );
  await assertRejects(() => fill("${jwt.other}", scope({})), TemplateError);
  await assertRejects(
    () => fill("${magic('x')}", scope({})),
    TemplateError,
    "Unknown function magic",
  );
});

Deno.test("wrong() changes the last character to one that decodes differently", () => {
  assertEquals(wrong("123450"), "123451");
  assertEquals(wrong("123451"), "123450");
  assertEquals(wrong("AbC-_0"), "AbC-_A");
});

/** What templates can refer to after an entry, as it was recorded. */
function valueOf(entry: Entry): Json {
  if (entry.kind === "computed") return entry.values!;
  if (entry.kind === "hook") return { hook: entry.hook!.body };
  return entry as unknown as Json;
}

Deno.test("fill() rebuilds every recorded request from its template", async () => {
  const { flows, constants } = await recorded();
  let count = 0;
  for (const flow of flows) {
    const values = new Map<string, Json>();
    for (const entry of flow.entries) {
      if (entry.requestTemplate !== undefined) {
        const template = entry.requestTemplate as unknown as Json;
        const text = JSON.stringify(template);
        const scope = {
          values,
          jwt: constants.jwt,
          jwtSecret: constants.jwtSecret,
          now: () => 0,
        };
        // One-time passwords depend on the second of the recording, which is not part of it.
        if (!text.includes("${totp(")) {
          assertEquals(
            await fill(template, scope),
            entry.request as unknown as Json,
            entry.id,
          );
          count++;
        }
      }
      values.set(entry.name, valueOf(entry));
    }
  }
  assertEquals(count, 650);
});
