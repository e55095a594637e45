import { assertStrictEquals, assertThrows } from "@std/assert";
import { AuthResponseError } from "../../lib/errors.ts";
import {
  readCreationOptions,
  readRequestOptions,
} from "../../lib/wire/webauthn.ts";

const CREATION = {
  rp: { name: "App", id: "app.example" },
  user: { id: "dXNlcg", name: "ada@example.com", displayName: "Ada" },
  challenge: "Y2hhbGxlbmdl",
  pubKeyCredParams: [{ type: "public-key", alg: -7 }],
};

Deno.test("readCreationOptions() gives the options as sent", () => {
  assertStrictEquals<unknown>(readCreationOptions(CREATION), CREATION);
});

Deno.test("readRequestOptions() gives the options as sent", () => {
  const json = { challenge: "Y2hhbGxlbmdl", of_a_newer_server: 1 };
  assertStrictEquals<unknown>(readRequestOptions(json), json);
});

for (
  const json of [
    null,
    [],
    {},
    { ...CREATION, challenge: 5 },
    { ...CREATION, rp: undefined },
    { ...CREATION, user: undefined },
    { ...CREATION, user: { name: "ada@example.com" } },
    { ...CREATION, pubKeyCredParams: undefined },
  ]
) {
  Deno.test(`readCreationOptions() refuses ${JSON.stringify(json)}`, () => {
    assertThrows(() => readCreationOptions(json), AuthResponseError);
  });
}

for (const json of [null, [], {}, { challenge: 5 }]) {
  Deno.test(`readRequestOptions() refuses ${JSON.stringify(json)}`, () => {
    assertThrows(() => readRequestOptions(json), AuthResponseError);
  });
}
