import { assertEquals, assertThrows } from "@std/assert";
import type { Metadata, StandardSchema } from "../lib/config.ts";
import { AuthResponseError } from "../lib/errors.ts";
import { createMetadataParser } from "../lib/metadata.ts";
import { parseUser } from "../lib/wire/user.ts";

function schemaOf<T>(
  validate: (value: unknown) => unknown,
): StandardSchema<T> {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

const USER = { user_metadata: { age: "36" }, app_metadata: { plan: "pro" } };

Deno.test("createMetadataParser() gives what the schemas make of it", () => {
  const schemas = {
    user_metadata: schemaOf<{ age: number }>((value) => ({
      value: { age: Number((value as { age: string }).age) },
    })),
    app_metadata: schemaOf<{ plan: string }>((value) => ({ value })),
  };
  assertEquals(createMetadataParser(schemas)(USER), {
    user_metadata: { age: 36 },
    app_metadata: { plan: "pro" },
  });
});

Deno.test("createMetadataParser() gives metadata as sent without schemas", () => {
  assertEquals<object>(createMetadataParser({})(USER), USER);
});

Deno.test("createMetadataParser() shows schemas an empty object where none was sent", () => {
  const seen: unknown[] = [];
  const user_metadata = schemaOf<object>((value) => {
    seen.push(value);
    return { value: value as object };
  });
  const user = { id: "ada", created_at: "2026-11-23T17:54:37Z" };
  parseUser<Metadata>(user, { user_metadata });
  parseUser<Metadata>({ ...user, user_metadata: null }, { user_metadata });
  assertEquals(seen, [{}, {}]);
});

const PATHS: [path: unknown, shown: string][] = [
  [["address", "street"], "user_metadata.address.street"],
  [["list", 0, { key: "name" }], "user_metadata.list.0.name"],
  [[], "user_metadata"],
  [undefined, "user_metadata"],
  ["text", "user_metadata.text"],
];
for (const [path, shown] of PATHS) {
  Deno.test(`createMetadataParser() names the refused ${shown} of ${JSON.stringify(path)}`, () => {
    const user_metadata = schemaOf<object>(() => ({
      issues: [{ message: "secret value", path }],
    }));
    const error = assertThrows(
      () => createMetadataParser({ user_metadata })(USER),
      AuthResponseError,
      `the schema refuses ${shown}`,
    );
    assertEquals(error.code, "invalid_response");
    assertEquals(error.message.endsWith(shown), true);
  });
}

for (const answer of [Promise.resolve({ value: {} }), undefined, "text"]) {
  Deno.test(`createMetadataParser() refuses a schema that answers ${typeof answer}`, () => {
    const app_metadata = schemaOf<object>(() => answer);
    assertThrows(
      () => createMetadataParser({ app_metadata })(USER),
      TypeError,
      "Cannot use the schema of app_metadata: it must answer synchronously",
    );
  });
}
